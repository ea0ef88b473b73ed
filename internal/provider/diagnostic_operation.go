package provider

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// The part of an error about the operation that failed: its name, its RAM action, and the alternatives.

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
		summary: summary.OperationUnavailable(string(operation), t.name()),
		cause:   "The endpoint does not have the operation.",
		remedy:  "Check region, and endpoints.cs if it is set. If they are correct, upgrade this provider, or report a bug: " + bugs,
	}
	if !namesOperation(e.Code) {
		what.cause = fmt.Sprintf("The endpoint does not have the operation, or it rejected the request with the code %s.", e.Code)
	}
	if operation == ack.GetUpgradeStatus {
		what.cause += " Alibaba Cloud announced the removal of GetUpgradeStatus from every region by 2026-09-30."
		what.remedy = "Remove source = \"upgrade_status\", or set source = \"tasks\": the phase is the same. The source tasks requires the RAM " +
			permissions(t, upgrade.SourceTasks.Operations()...) + "."
	}
	return what
}

// namesOperation reports an error code which says that the operation is unknown, and nothing else.
func namesOperation(code string) bool {
	return strings.HasPrefix(code, "InvalidAction") || strings.HasPrefix(code, "InvalidApi")
}

// explainForbidden explains an operation that the credentials do not allow, and names every permission that is sufficient. If both
// sources were tried, both has their errors.
func explainForbidden(t target, operation ack.Operation, both *upgrade.BothError) problem {
	what := problem{
		summary: summary.NotAllowed(t.name()),
		cause:   fmt.Sprintf("The credentials are valid, but they do not allow %s on this %s.", operation, t.noun),
	}
	if operation == ack.DescribeTaskInfo {
		what.remedy = "Allow the RAM action " + operation.RAMAction() + " on the resource *. It cannot be limited to one cluster."
		return what
	}
	if t.ofRegion() {
		what.cause = fmt.Sprintf("The credentials are good, but they do not allow %s.", operation)
	}
	onlyForVersion := both == nil && t.version && operation == ack.DescribeClusterDetail
	if t.source == "" || t.source == upgrade.SourceUpgradeStatus || onlyForVersion || !slices.Contains(upgrade.SourceTasks.Operations(), operation) {
		what.remedy = "Allow the RAM " + permissions(t, operation) + "."
		return what
	}
	what.remedy = "Allow the RAM " + permissions(t, upgrade.SourceTasks.Operations()...) + "."
	var old *ack.APIError
	withdrawn := both != nil && errors.As(both.UpgradeStatus, &old) && old.NotServed()
	if t.source == upgrade.SourceAuto && !withdrawn && !t.version {
		what.remedy += " In regions that still have GetUpgradeStatus, " + ack.GetUpgradeStatus.RAMAction() + " is sufficient instead."
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
	if t.ofRegion() {
		return fmt.Sprintf("%s %s on the resource *: it cannot be limited to one cluster", noun, strings.Join(actions, " and "))
	}
	return fmt.Sprintf("%s %s on the resource acs:cs:%s:*:cluster/%s", noun, strings.Join(actions, " and "), t.region, t.id)
}

// bothFacts has the error of GetUpgradeStatus, if the source tasks was used instead and failed too.
func bothFacts(err error) []fact {
	var both *upgrade.BothError
	if !errors.As(err, &both) {
		return nil
	}
	return []fact{{string(ack.GetUpgradeStatus), both.UpgradeStatus.Error()}}
}
