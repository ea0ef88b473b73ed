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

// planScopes says whose upgrade a plan is, by its type in lower case. A plan of any other type may be anybody's, and counts in
// every scope.
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

// planState is how a plan stands.
type planState int

const (
	planUnknown planState = iota
	planScheduled
	planExecuting
	planOver
)

// planStateOf looks a plan's state up. Letter case and surrounding white space do not count.
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
	// RequestID is the id under which Alibaba Cloud's support finds the request. It may be empty.
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

// Quiet says what must not be planned.
type Quiet struct {
	// Before is the time in which no upgrade may be planned to begin.
	Before time.Duration
	// Scopes are whose upgrades count; none is the control plane's.
	Scopes []Scope
	// Now is when that time begins.
	Now time.Time
}

// ObjectionKind says why a cluster's plans keep a gate closed.
type ObjectionKind int

// The kinds, the most certain one first.
const (
	// PlanIsExecuting is a plan that is being executed.
	PlanIsExecuting ObjectionKind = iota + 1
	// PlanBegins is a plan that is expected to begin within the time, or was expected to have begun.
	PlanBegins
	// PlanUnclear is a plan that may begin within the time, or may be under way: a word or a time in it is not understood.
	PlanUnclear
	// PlansCut is a list that may lack a plan of the cluster.
	PlansCut
)

// Objection is what keeps a gate closed.
type Objection struct {
	Kind ObjectionKind
	// Plan is the plan; nil where the list is cut.
	Plan *ack.OperationPlan
	// Unclear says in words what is not understood in the plan.
	Unclear string
}

// Outlook is what is planned for a cluster.
type Outlook struct {
	// Start is when the next planned upgrade in scope is expected to begin; zero when none is planned.
	Start time.Time
	// Objection is nil when nothing keeps the gate closed.
	Objection *Objection
}

// Outlook returns what is planned for a cluster. A plan that is not understood counts: as one of the cluster's when it does not
// name a cluster, as one in scope when its type is unknown, and as one that is about to begin when its state or time is.
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

// object keeps the most certain objection, and of those that begin the earliest.
func (o *Outlook) object(by Objection) {
	earlier := o.Objection != nil && by.Kind == PlanBegins && o.Objection.Kind == PlanBegins && by.Plan.Start.At.Before(o.Objection.Plan.Start.At)
	if o.Objection == nil || by.Kind < o.Objection.Kind || earlier {
		o.Objection = &by
	}
}

// concerns reports whether a plan may be one of the cluster's, in one of the scopes.
func concerns(plan *ack.OperationPlan, clusterID string, scopes []Scope) bool {
	if plan.Similar != "" {
		return true // What was meant may be there.
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

// PlanFilter says which plans to take. The zero value takes all.
type PlanFilter struct {
	// ClusterIDs, Types and States are those that a plan may have, in any letter case; none means any.
	ClusterIDs, Types, States []string
}

// Takes reports whether the filter takes a plan. A plan that lacks what is asked for, or has a field of a similar name, is taken:
// nobody knows that it is another one.
func (f PlanFilter) Takes(plan ack.OperationPlan) bool {
	if plan.Similar != "" {
		return true
	}
	lacks := func(word *string) bool { return word == nil || strings.TrimSpace(*word) == "" }
	return (lacks(plan.ClusterID) || among(f.ClusterIDs, plan.ClusterID)) && (lacks(plan.Type) || among(f.Types, plan.Type)) &&
		(lacks(plan.State) || among(f.States, plan.State))
}

// ByStart returns the plans that a filter takes, in the order in which they are expected to begin; those without a time that is
// understood come last.
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
