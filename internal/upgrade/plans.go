package upgrade

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// planScopes has the scope of each type of plan, in lower case. A plan of any other type counts in every scope.
var planScopes = map[string]Scope{
	"cluster_upgrade_master": ScopeControlPlane,
	"cluster_upgrade":        ScopeControlPlane, // In an older operation.
	"cluster_upgrade_addon":  ScopeAddons,
	"kubelet_upgrade":        ScopeNodePools,
	"containerd_upgrade":     ScopeNodePools,
	"image_upgrade":          ScopeNodePools,
	"cve_fix":                ScopeNodePools,
	"nodepool_config":        ScopeNodePools,
	"nodepool_update_os":     ScopeNodePools,
}

// PlanTypes returns the documented types of plans, in a fixed order.
func PlanTypes() []string {
	return []string{
		"CLUSTER_UPGRADE_MASTER", "CLUSTER_UPGRADE_ADDON", "KUBELET_UPGRADE", "CONTAINERD_UPGRADE", "IMAGE_UPGRADE", "CVE_FIX",
		"NODEPOOL_CONFIG", "NODEPOOL_UPDATE_OS",
	}
}

// The documented states of a plan.
const (
	PlanScheduled        = "Scheduled"
	PlanExecuting        = "Executing"
	PlanExecuted         = "Executed"
	PlanFailed           = "Failed"
	PlanValidatingFailed = "ValidatingFailed"
	PlanCanceled         = "Canceled"
)

// PlanStates returns the documented states of plans, in the order in which a plan can have them.
func PlanStates() []string {
	return []string{PlanScheduled, PlanExecuting, PlanExecuted, PlanFailed, PlanValidatingFailed, PlanCanceled}
}

// planState is the state of a plan.
type planState int

const (
	planUnknown planState = iota
	planScheduled
	planExecuting
	planOver
)

// planStateOf looks up the state of a plan. Letter case and surrounding white space do not count.
func planStateOf(word *string) planState {
	if word == nil {
		return planUnknown
	}
	switch strings.ToLower(strings.TrimSpace(*word)) {
	case "scheduled":
		return planScheduled
	case "executing":
		return planExecuting
	case "executed", "failed", "validatingfailed", "canceled", "cancelled":
		return planOver
	default:
		return planUnknown
	}
}

// Plans are the plans of a region.
type Plans struct {
	// List are the plans, in the order of the response.
	List []ack.OperationPlan
	// Cut is whether there may be more: the API lists the latest 100.
	Cut bool
	// RequestID is the id that Alibaba Cloud's support needs to find the request. It may be empty.
	RequestID string
}

// Plans lists the plans of a region. Its error is a *ListError, or wraps an *ack.RequestError.
func (r *Reader) Plans(ctx context.Context, region string) (*Plans, error) {
	list, err := r.api.ListOperationPlansForRegion(ctx, region)
	if err != nil {
		return nil, err
	}
	if !list.Listed {
		return nil, &ListError{Operation: ack.ListOperationPlansForRegion, Reason: "the response contains no list of plans", Passes: 1, RequestID: list.RequestID}
	}
	return &Plans{List: list.Plans, Cut: len(list.Plans) >= ack.MaxOperationPlans, RequestID: list.RequestID}, nil
}

// Quiet is a time in which no upgrade may be planned.
type Quiet struct {
	// Before is the length of that time.
	Before time.Duration
	// Scopes are the scopes whose upgrades count; empty is the control plane.
	Scopes []Scope
	// Now is the beginning of that time.
	Now time.Time
}

// ObjectionKind is the reason why a cluster's plans keep a gate closed.
type ObjectionKind int

// The kinds, the most certain one first.
const (
	// PlanIsExecuting is a plan that is being executed.
	PlanIsExecuting ObjectionKind = iota + 1
	// PlanBegins is a plan that is expected to begin within the time, or was expected to have begun.
	PlanBegins
	// PlanUnclear is a plan that may begin within the time, or may be under way: a value or a time in it is unknown.
	PlanUnclear
	// PlansCut is a list that may lack a plan of the cluster.
	PlansCut
)

// Objection is what keeps a gate closed.
type Objection struct {
	Kind ObjectionKind
	// Plan is the plan; nil if the list is incomplete.
	Plan *ack.OperationPlan
	// Unclear is the text about the unknown value in the plan.
	Unclear string
}

// Outlook has the planned upgrade of a cluster.
type Outlook struct {
	// Start is the expected start of the next planned upgrade in scope; zero if none is planned.
	Start time.Time
	// Objection is nil if no plan keeps the gate closed.
	Objection *Objection
}

// Outlook returns the planned upgrade of a cluster. A plan with unknown values counts: without a cluster, it counts for every
// cluster; with an unknown type, in every scope; with an unknown state or time, as about to begin.
func (p *Plans) Outlook(clusterID string, q Quiet) Outlook {
	var o Outlook
	for i := range p.List {
		plan := &p.List[i]
		if !concerns(plan, clusterID, q.Scopes) {
			continue
		}
		state, unclear := planStateOf(plan.State), ""
		switch {
		case plan.Similar != "":
			unclear = fmt.Sprintf("it has a field with the similar name %q", display.Line(plan.Similar, maxSummaryWord))
		case state == planOver:
			continue
		case state == planUnknown:
			unclear = "its state is " + quoted(plan.State)
		case state == planScheduled && plan.Start.At.IsZero():
			unclear = "its start_time is " + quoted(plan.Start.Text)
		}
		if at := plan.Start.At; state != planExecuting && !at.IsZero() && (o.Start.IsZero() || at.Before(o.Start)) {
			o.Start = at
		}
		switch {
		case unclear != "":
			o.object(Objection{Kind: PlanUnclear, Plan: plan, Unclear: unclear})
		case state == planExecuting:
			o.object(Objection{Kind: PlanIsExecuting, Plan: plan})
		case !plan.Start.At.After(q.Now.Add(q.Before)):
			o.object(Objection{Kind: PlanBegins, Plan: plan})
		}
	}
	if p.Cut {
		o.object(Objection{Kind: PlansCut})
	}
	return o
}

// object keeps the most certain objection, and of several PlanBegins the earliest.
func (o *Outlook) object(by Objection) {
	earlier := o.Objection != nil && by.Kind == PlanBegins && o.Objection.Kind == PlanBegins && by.Plan.Start.At.Before(o.Objection.Plan.Start.At)
	if o.Objection == nil || by.Kind < o.Objection.Kind || earlier {
		o.Objection = &by
	}
}

// concerns reports whether a plan may be for the cluster, in one of the scopes.
func concerns(plan *ack.OperationPlan, clusterID string, scopes []Scope) bool {
	if plan.Similar != "" {
		return true // That field may contain the real value.
	}
	if id := plan.ClusterID; id != nil && strings.TrimSpace(*id) != "" && !strings.EqualFold(strings.TrimSpace(*id), clusterID) {
		return false
	}
	if plan.Type == nil {
		return true
	}
	scope, known := planScopes[strings.ToLower(strings.TrimSpace(*plan.Type))]
	return !known || slices.Contains(scopes, scope) || len(scopes) == 0 && scope == ScopeControlPlane
}

// PlanFilter selects plans. The zero value selects all.
type PlanFilter struct {
	// ClusterIDs, Types and States are the allowed values, in any letter case; empty means any.
	ClusterIDs, Types, States []string
}

// Takes reports whether the filter selects a plan. A plan is also selected if it lacks the field, or has a field with a similar
// name: it may be one of those wanted.
func (f PlanFilter) Takes(plan ack.OperationPlan) bool {
	if plan.Similar != "" {
		return true
	}
	lacks := func(word *string) bool { return word == nil || strings.TrimSpace(*word) == "" }
	return (lacks(plan.ClusterID) || among(f.ClusterIDs, plan.ClusterID)) && (lacks(plan.Type) || among(f.Types, plan.Type)) &&
		(lacks(plan.State) || among(f.States, plan.State))
}

// ByStart returns the plans that a filter selects, sorted by expected start. Those without a readable time are last.
func (p *Plans) ByStart(f PlanFilter) []ack.OperationPlan {
	taken := slices.DeleteFunc(slices.Clone(p.List), func(plan ack.OperationPlan) bool { return !f.Takes(plan) })
	slices.SortStableFunc(taken, func(a, b ack.OperationPlan) int {
		switch {
		case a.Start.At.IsZero() != b.Start.At.IsZero() && a.Start.At.IsZero():
			return 1
		case a.Start.At.IsZero() != b.Start.At.IsZero():
			return -1
		default:
			return a.Start.At.Compare(b.Start.At)
		}
	})
	return taken
}
