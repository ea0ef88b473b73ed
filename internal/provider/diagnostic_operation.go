package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// What an error says of the operation that failed: its name, its RAM action, and which other one would do.

func operationOf(request *ack.RequestError) ack.Operation {
	if request == nil {
		return ""
	}
	return request.Operation
}

func operationFacts(request *ack.RequestError) []fact {
	return []fact{{"Operation", string(operationOf(request))}}
}

// explainNotServed explains an operation that the endpoint does not offer.
func explainNotServed(t target, operation ack.Operation, e *ack.APIError) problem {
	what := problem{
		summary: fmt.Sprintf("%s is not served at the endpoint of %s", operation, t.name()),
		cause:   "The endpoint does not know the operation.",
		remedy:  "Check the region, and endpoints.cs if it is set. If they are right, look for a newer version of this provider, or report this as a bug of it.",
	}
	if !strings.HasPrefix(e.Code, "InvalidAction") && !strings.HasPrefix(e.Code, "InvalidApi") {
		what.cause = fmt.Sprintf("The endpoint does not know the operation, or rejects the request for the reason that the code %s names.", e.Code)
	}
	if operation == ack.GetUpgradeStatus {
		what.cause += " Alibaba Cloud announced that it stops serving GetUpgradeStatus in every region by 2026-09-30."
		what.remedy = "Remove source = \"upgrade_status\", or set source = \"tasks\": the answer is the same. That needs the RAM " +
			permissions(t, upgrade.SourceTasks.Operations()...) + "."
	}
	return what
}

// explainForbidden explains an operation that the credentials do not allow, and names every permission that would do. Where two
// ways were tried, both says how.
func explainForbidden(t target, operation ack.Operation, both *upgrade.BothError) problem {
	what := problem{
		summary: "Not allowed to read " + t.name(),
		cause:   fmt.Sprintf("The credentials are good, but they do not allow %s for this cluster.", operation),
	}
	onlyForVersion := both == nil && t.version && operation == ack.DescribeClusterDetail
	if t.source == upgrade.SourceUpgradeStatus || onlyForVersion || !slices.Contains(upgrade.SourceTasks.Operations(), operation) {
		what.remedy = "Allow the RAM " + permissions(t, operation) + "."
		return what
	}
	what.remedy = "Allow the RAM " + permissions(t, upgrade.SourceTasks.Operations()...) + "."
	var old *ack.APIError
	withdrawn := both != nil && errors.As(both.UpgradeStatus, &old) && old.NotServed()
	if t.source == upgrade.SourceAuto && !withdrawn && !t.version {
		what.remedy += " Where GetUpgradeStatus is still served, " + ack.GetUpgradeStatus.RAMAction() + " would do in their place."
	}
	return what
}

// permissions names the RAM actions of operations, and the resource that they are needed on.
func permissions(t target, operations ...ack.Operation) string {
	actions := make([]string, len(operations))
	for i, o := range operations {
		actions[i] = o.RAMAction()
	}
	noun := "action"
	if len(actions) > 1 {
		noun = "actions"
	}
	return fmt.Sprintf("%s %s on the resource acs:cs:%s:*:cluster/%s", noun, strings.Join(actions, " and "), t.region, t.id)
}

// bothFacts tells what GetUpgradeStatus ended with, where the tasks were asked in its place and failed too.
func bothFacts(err error) []fact {
	var both *upgrade.BothError
	if !errors.As(err, &both) {
		return nil
	}
	return []fact{{string(ack.GetUpgradeStatus), both.UpgradeStatus.Error()}}
}
