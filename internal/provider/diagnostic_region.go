package provider

import (
	"fmt"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// What a read of a region's lists is about. The region itself is among the facts of each target.
const (
	nounClusters = "the clusters of region"
	nounPlans    = "the plans of region"
)

// ofClusters and ofPlans return the targets for the lists of the region.
func (t target) ofClusters() target {
	t.subject = subject{nounClusters, t.region}
	return t
}

func (t target) ofPlans() target {
	t.subject = subject{nounPlans, t.region}
	return t
}

// ofRegion reports whether the subject is a list of a region, and not a cluster or a task.
func (s subject) ofRegion() bool { return s.noun == nounClusters || s.noun == nounPlans }

// explainList explains a list that could not be read to its end.
func explainList(t target, e *upgrade.ListError) (problem, []fact) {
	what := problem{
		summary: summary.IncompleteList(t.name()),
		cause:   fmt.Sprintf("The list was incomplete in each of %d attempts: %s. The provider does not use an incomplete list, because clusters would be missing.", e.Passes, e.Reason),
		remedy:  "Run this again when no cluster is being created or deleted. If it fails again, open a ticket with Alibaba Cloud that contains the request ID.",
	}
	if e.Passes == 1 {
		what.cause = "Unexpected response: " + e.Reason + "."
		what.remedy = "Run this again. If it fails again, check the endpoint, and the proxies between this machine and the endpoint. Or open a ticket with Alibaba Cloud that contains the request ID."
	}
	return what, []fact{{"Operation", string(e.Operation)}, {factRequestID, e.RequestID}}
}
