package summary

import (
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// PlanExecuting is a planned upgrade that is being executed.
func PlanExecuting(subject string) string {
	return GateClosedPrefix + ": a planned upgrade of " + subject + " is being executed"
}

// PlanBegins is a planned upgrade that begins after a time, which is negative if it should have begun already.
func PlanBegins(subject string, after time.Duration) string {
	when := "is planned to begin in " + display.Duration(after)
	if after < 0 {
		when = "was planned to begin " + display.Duration(-after) + " ago"
	}
	return GateClosedPrefix + ": an upgrade of " + subject + " " + when
}

// PlanBeginsPrefix is how PlanBegins begins, for tests that do not know the time.
func PlanBeginsPrefix(subject string) string {
	return GateClosedPrefix + ": an upgrade of " + subject + " "
}

// PlanUnclear is a planned upgrade with an unknown status.
func PlanUnclear(subject string) string {
	return GateClosedPrefix + ": unknown status of a planned upgrade of " + subject
}

// PlanListCut is a list of plans at its maximum length, which may lack the plan of the cluster.
func PlanListCut(subject string) string {
	return GateClosedPrefix + ": the list of plans may lack an upgrade of " + subject
}

// PlanListIncomplete is the warning of a list of plans at its maximum length.
func PlanListIncomplete(region string) string {
	return "The list of plans of region " + region + " may be incomplete"
}
