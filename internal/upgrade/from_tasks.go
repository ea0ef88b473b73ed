package upgrade

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// Scope is a part of the cluster whose upgrades count.
type Scope string

// The scopes.
const (
	ScopeControlPlane Scope = "control_plane"
	ScopeNodePools    Scope = "node_pools"
	ScopeAddons       Scope = "addons"
)

// Scopes returns all scopes, in a fixed order.
func Scopes() []Scope { return []Scope{ScopeControlPlane, ScopeNodePools, ScopeAddons} }

// TaskKind is the kind of a task, by its type.
type TaskKind string

// The kinds of tasks.
const (
	KindControlPlane TaskKind = "control_plane"
	KindNodePool     TaskKind = "node_pool"
	KindAddon        TaskKind = "addon"
	// KindOther is a task that is not an upgrade.
	KindOther TaskKind = "other"
	// KindUnclassified is a task of an unknown type. It may be an upgrade.
	KindUnclassified TaskKind = "unclassified"
)

// TaskKinds returns all kinds, in a fixed order.
func TaskKinds() []TaskKind {
	return []TaskKind{KindControlPlane, KindNodePool, KindAddon, KindOther, KindUnclassified}
}

// notUpgrades are the known types of tasks that are not upgrades.
var notUpgrades = []string{
	"nodepool_create", "nodepool_delete", "nodepool_scaleout", "nodepool_scalein", "nodepool_node_attach", "nodepool_node_remove",
	"cluster_create", "cluster_delete", "cluster_attach", "cluster_scaleout", "cluster_migrate", "cluster_modify",
	"cluster_configuration_modify", "cluster_node_delete", "cluster_node_drain",
}

// taskKindOf returns the kind of a type. The types are not documented, so parts of their names decide.
func taskKindOf(taskType *string) TaskKind {
	if taskType == nil {
		return KindUnclassified
	}
	name := strings.ToLower(strings.TrimSpace(*taskType))
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(name, part) })
	}
	switch {
	case slices.Contains(notUpgrades, name):
		return KindOther
	case (strings.HasPrefix(name, "nodepool") || name == "runtime_upgrade") && has("upgrade", "update", "cve_fix", "rollout"):
		return KindNodePool
	case has("addon"):
		return KindAddon
	case !strings.HasPrefix(name, "nodepool") && has("upgrade"):
		return KindControlPlane
	default:
		return KindUnclassified
	}
}

// in reports whether a task of this kind counts in one of the scopes.
func (k TaskKind) in(scopes []Scope) bool {
	switch k {
	case KindControlPlane:
		return slices.Contains(scopes, ScopeControlPlane)
	case KindNodePool:
		return slices.Contains(scopes, ScopeNodePools)
	case KindAddon:
		return slices.Contains(scopes, ScopeAddons)
	case KindOther, KindUnclassified:
		return false
	}
	return false
}

// taskState is the state of a task.
type taskState int

const (
	stateUnknown taskState = iota
	stateUnderWay
	statePaused
	stateEndedWell
	stateEndedBadly
	stateGivenUp
)

// taskStateOf looks up the state of a task. Letter case and surrounding white space do not count.
func taskStateOf(word *string) taskState {
	if word == nil {
		return stateUnknown
	}
	switch strings.ToLower(strings.TrimSpace(*word)) {
	case "running", "pending", "pausing", "resuming", "cancelling", "canceling":
		return stateUnderWay
	case "paused":
		return statePaused
	case "success", "succeeded":
		return stateEndedWell
	case "fail", "failed", "error", "timeout":
		return stateEndedBadly
	case "canceled", "cancelled":
		return stateGivenUp
	default:
		return stateUnknown
	}
}

// ended reports whether the task has succeeded or failed.
func (s taskState) ended() bool {
	return s == stateEndedWell || s == stateEndedBadly || s == stateGivenUp
}

// clusterState is the meaning of the cluster's own state.
type clusterState int

const (
	clusterUnknown clusterState = iota
	clusterAtRest
	clusterUpgrading
	clusterUpdating
)

// clusterStateOf looks up the state of a cluster. No state means that an upgrade failed or is paused: after a failure, a cluster
// can have the state running.
func clusterStateOf(word *string) clusterState {
	if word == nil {
		return clusterUnknown
	}
	switch strings.ToLower(strings.TrimSpace(*word)) {
	case "running", "scaling", "removing", "draining":
		return clusterAtRest
	case "upgrading":
		return clusterUpgrading
	case "updating":
		return clusterUpdating
	default:
		return clusterUnknown
	}
}

// taskSummary has the facts about a list of tasks that determine the phase. Tasks are those in scope, unless stated otherwise.
type taskSummary struct {
	underWay bool
	// newest is the task that was created last, or nil. If several may be the newest, it is one of them.
	newest *ack.ClusterTask
	state  taskState
	// unclear is the reason why the newest task is uncertain: the list is incomplete, or a task has no creation time. tied is the
	// same for the newest task so far and another one. A later task resolves it.
	unclear, tied string
	// unclassified is a task of an unknown type that has not ended: it may be an upgrade.
	unclassified string
	// paused and unknown are whether any task of a node pool or an add-on is paused or unknown. These are upgraded in parallel,
	// so it need not be the newest.
	paused, unknown bool
	// controlPlane is the state of the newest task of the control plane, even if there is a newer one of a node pool.
	// controlPlaneAt is the creation time.
	controlPlane    taskState
	controlPlaneAt  time.Time
	hasControlPlane bool
}

// add adds a task.
func (s *taskSummary) add(t ack.ClusterTask, scopes []Scope) {
	kind, state := taskKindOf(t.Type), taskStateOf(t.State)
	if t.Similar != "" {
		state = stateUnknown // That field may contain the real value.
	}
	if kind == KindUnclassified {
		if !state.ended() && s.unclassified == "" {
			s.unclassified = fmt.Sprintf("a task of the unknown type %s has the state %s", quoted(t.Type), quoted(t.State))
		}
		return
	}
	if !kind.in(scopes) {
		return
	}
	s.underWay = s.underWay || state == stateUnderWay
	if kind == KindControlPlane {
		s.addControlPlane(t, state)
	} else {
		s.paused, s.unknown = s.paused || state == statePaused, s.unknown || state == stateUnknown
	}
	if t.Created.IsZero() {
		s.doubt("the task %s has no creation time", quoted(t.ID))
	}
	switch {
	case s.newest == nil || t.Created.After(s.newest.Created):
		s.newest, s.state, s.tied = &t, state, ""
	case t.Created.Equal(s.newest.Created) && state != s.state && s.tied == "":
		s.tied = fmt.Sprintf("the tasks %s and %s were created at the same time", quoted(s.newest.ID), quoted(t.ID))
	}
}

// addControlPlane adds a task of the control plane, whose upgrades run one after another. If two were created at the same time
// and have different states, the newest is unknown.
func (s *taskSummary) addControlPlane(t ack.ClusterTask, state taskState) {
	switch {
	case !s.hasControlPlane || t.Created.After(s.controlPlaneAt):
		s.hasControlPlane, s.controlPlane, s.controlPlaneAt = true, state, t.Created
	case t.Created.Equal(s.controlPlaneAt) && state != s.controlPlane:
		s.controlPlane = stateUnknown
	}
}

func (s *taskSummary) doubt(format string, arguments ...any) {
	if s.unclear == "" {
		s.unclear = fmt.Sprintf(format, arguments...)
	}
}

// phase returns the phase for the tasks and the state of the cluster. There is always exactly one. The order is part of the rule.
func (s *taskSummary) phase(cluster clusterState) Phase {
	hasTask := s.newest != nil
	certain := s.unclear == "" && s.tied == ""
	atRest := cluster == clusterAtRest
	switch {
	case s.underWay:
		return PhaseRunning
	case s.paused, certain && s.hasControlPlane && s.controlPlane == statePaused:
		return PhasePaused
	case !certain, s.unclassified != "", s.unknown, s.hasControlPlane && s.controlPlane == stateUnknown:
		return PhaseUnknown
	case cluster == clusterUpgrading, cluster == clusterUpdating && hasTask:
		return PhaseRunning
	case atRest && hasTask && (s.state == stateEndedBadly || s.state == stateGivenUp):
		return PhaseFailed
	case atRest && hasTask && s.state == stateEndedWell:
		return PhaseSucceeded
	case atRest && !hasTask:
		return PhaseIdle
	default:
		return PhaseUnknown
	}
}

// fromTasks makes a reading from the tasks and the detail of a cluster. The fields of GetUpgradeStatus have the values that
// GetUpgradeStatus would return, so that existing configurations keep working.
func fromTasks(clusterID string, s *taskSummary, d *ack.ClusterDetail) *Reading {
	state := clusterStateOf(d.State)
	if d.Similar != "" {
		state = clusterUnknown // That field may contain the real value.
	}
	r := &Reading{
		ClusterID:      clusterID,
		Source:         SourceTasks,
		Phase:          s.phase(state),
		ClusterState:   d.State,
		CurrentVersion: d.CurrentVersion,
		RequestID:      d.RequestID,
	}
	r.Status, r.UpgradeStep = mirrored(r.Phase)
	task, similar := "no upgrade task found", d.Similar
	if t := s.newest; t != nil {
		r.TaskID, r.ErrorMessage = t.ID, t.ErrorMessage
		r.UpgradeTask = &Task{Status: t.State, Message: t.ErrorMessage}
		task = fmt.Sprintf("newest upgrade task %s in state %s", quoted(t.Type), quoted(t.State))
		similar = cmp.Or(t.Similar, similar)
	}
	r.Response = fmt.Sprintf("%s, cluster in state %s", task, quoted(d.State))
	for _, doubt := range []string{s.unclear, s.tied, s.unclassified} {
		if doubt != "" {
			r.Response += ", " + doubt
		}
	}
	if similar != "" {
		r.Response += fmt.Sprintf(", and a field with the similar name %q", display.Line(similar, maxSummaryWord))
	}
	return r
}

// mirrored returns the status and upgrade_step of GetUpgradeStatus for a phase.
func mirrored(p Phase) (status, step *string) {
	word := func(text string) *string { return &text }
	switch p {
	case PhaseRunning:
		return word("running"), word("upgrading")
	case PhasePaused:
		return word("pause"), word("pause")
	case PhaseSucceeded:
		return word("success"), word("success")
	case PhaseFailed:
		return word("fail"), nil
	case PhaseIdle:
		return nil, word("not_start")
	case PhaseUnknown:
		return nil, nil
	}
	return nil, nil
}
