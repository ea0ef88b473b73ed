package story

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// The types of plans that upgrade a control plane and add-ons. All others upgrade node pools.
const (
	ControlPlanePlan = "CLUSTER_UPGRADE_MASTER"
	AddonPlan        = "CLUSTER_UPGRADE_ADDON"
)

// The states that a plan goes through.
const (
	PlanScheduled = "Scheduled"
	PlanExecuting = "Executing"
	PlanExecuted  = "Executed"
	PlanFailed    = "Failed"
)

// PlanSpec is a plan as a scenario has it.
type PlanSpec struct {
	// ID names the plan; generated if empty.
	ID string
	// Type is the plan's type; ControlPlanePlan if empty.
	Type string
	// Start is when it is expected to begin, and Created when it was made: if zero, a day before the story begins.
	Start, Created When
	// Late is how much later than expected it begins.
	Late time.Duration
	// Lasts is how long its upgrade takes; planTime if zero.
	Lasts time.Duration
	// Fails is whether its upgrade fails.
	Fails bool
	// State is a state that it has for ever, and in which it does nothing. Empty lets it go through its states.
	State string
	// Count is how many plans of this kind there are, all with a State; 0 means one.
	Count int
}

// planTime is how long the upgrade of a plan takes, and planAge how long before the story it was made, unless the plan says so.
const (
	planTime = 30 * time.Minute
	planAge  = 24 * time.Hour
)

// MaxPlans is how many plans of this kind a cluster can have.
const MaxPlans = 1000

// Plan is a plan of a cluster, as it is at a moment.
type Plan struct {
	ID, Type, State     string
	ClusterID           string
	TargetType, Target  string
	Created, Start, End time.Time
	TaskID              string // Empty as long as it has no task.
	Error               *TaskError
}

// upgradesControlPlane reports whether the plan's upgrade is the cluster's own.
func (p PlanSpec) upgradesControlPlane() bool { return p.kind() == ControlPlanePlan }

// outcome returns the phase in which the plan's upgrade ends.
func (p PlanSpec) outcome() Phase {
	if p.Fails {
		return Failed
	}
	return Succeeded
}

func (p PlanSpec) kind() string { return cmp.Or(p.Type, ControlPlanePlan) }

// taskType returns the type of the task that the plan turns into.
func (p PlanSpec) taskType() string {
	switch kind := p.kind(); {
	case kind == ControlPlanePlan:
		return UpgradeTask
	case strings.Contains(kind, "ADDON"):
		return "cluster_addon_upgrade"
	case kind == "CVE_FIX":
		return "nodepool_cve_fix"
	case strings.HasPrefix(kind, "NODEPOOL"):
		return "nodepool_update"
	default:
		return "nodepool_upgrade"
	}
}

// times returns when the plan really begins and ends. It does nothing when it has a fixed state, or when it would have begun
// before the story.
func (p PlanSpec) times(beginning time.Time) (begin, end time.Time, acts bool) {
	begin = p.Start.resolve(beginning, beginning).Add(p.Late)
	end = begin.Add(cmp.Or(p.Lasts, planTime))
	return begin, end, p.State == "" && !begin.Before(beginning)
}

// state returns the plan's state at a time.
func (p PlanSpec) state(beginning, now time.Time) string {
	begin, end, acts := p.times(beginning)
	switch {
	case p.State != "":
		return p.State
	case !acts:
		return PlanExecuted
	case now.Before(begin):
		return PlanScheduled
	case now.Before(end):
		return PlanExecuting
	case p.Fails:
		return PlanFailed
	default:
		return PlanExecuted
	}
}

// planID returns the id of the plan at an index of the cluster's.
func (c Cluster) planID(index, n int) string {
	if id := c.Plans[index].ID; id != "" {
		return id
	}
	return "P" + strings.TrimPrefix(c.taskID("plan", index*MaxPlans+n), "T")
}

// plans returns the plans of a cluster at a moment, newest first. The tasks of control planes' plans are given by their index. A plan
// whose upgrade was diverted is in the state of its task.
func (c Cluster) plans(beginning, now time.Time, upgrades map[int]Task, diverted []time.Time) []Plan {
	var all []Plan
	for i, spec := range c.Plans {
		begin, end, acts := spec.times(beginning)
		start := begin.Add(-spec.Late)
		state := spec.state(beginning, now)
		if task, ok := upgrades[i]; ok && acts && within(diverted, begin, end) {
			state = planStateOf(task)
		}
		for n := range max(1, spec.Count) {
			plan := Plan{
				ID: c.planID(i, n), Type: spec.kind(), State: state, ClusterID: c.ID,
				Created: spec.Created.resolve(beginning, beginning.Add(-planAge)), Start: start, End: start.Add(cmp.Or(spec.Lasts, planTime)),
				TargetType: "nodepool", Target: "np-acksim",
			}
			if kind := spec.taskType(); kind == UpgradeTask || kind == "cluster_addon_upgrade" {
				plan.TargetType, plan.Target = "cluster", c.ID
			}
			if acts && !now.Before(begin) {
				plan.TaskID = cmp.Or(upgrades[i].ID, c.planTaskID(i))
			}
			if plan.State == PlanFailed {
				plan.Error = &TaskError{Code: "UpgradeFailed", Message: FailureMessage}
			}
			all = append(all, plan)
		}
	}
	slices.SortStableFunc(all, func(a, b Plan) int { return b.Created.Compare(a.Created) })
	return all
}

// planStateOf returns the state of a plan whose upgrade is the task.
func planStateOf(upgrade Task) string {
	switch upgrade.State {
	case Succeeded.definition().task:
		return PlanExecuted
	case Failed.definition().task:
		return PlanFailed
	default:
		return PlanExecuting
	}
}

func (c Cluster) planTaskID(index int) string {
	return c.taskID("plan/"+c.Plans[index].taskType(), index+1)
}

// planTasks returns the tasks of the plans that have begun and do not upgrade the control plane.
func (c Cluster) planTasks(beginning, now time.Time) []Task {
	var all []Task
	for i, spec := range c.Plans {
		begin, end, acts := spec.times(beginning)
		if !acts || spec.upgradesControlPlane() || now.Before(begin) {
			continue
		}
		task := Task{ID: c.planTaskID(i), Type: spec.taskType(), State: "running", Created: begin, Updated: begin}
		switch {
		case now.Before(end):
		case spec.Fails:
			task.State, task.Updated, task.Error = "failed", end, &TaskError{Code: "UpgradeFailed", Message: FailureMessage}
		default:
			task.State, task.Updated = "success", end
		}
		all = append(all, task)
	}
	return all
}

// event is a point at which a plan changes the phase of the cluster.
type event struct {
	at   time.Time
	step Step
	plan int // The index of the plan.
}

// events returns those up to a time, in their order. An upgrade that was diverted does not end as planned.
func (c Cluster) events(beginning, now time.Time, diverted []time.Time) []event {
	var all []event
	for i, spec := range c.Plans {
		begin, end, acts := spec.times(beginning)
		if !acts || !spec.upgradesControlPlane() {
			continue
		}
		all = append(all, event{at: begin, step: Step{Phase: Running}, plan: i})
		if !within(diverted, begin, end) {
			all = append(all, event{at: end, step: Step{Phase: spec.outcome()}, plan: i})
		}
	}
	all = slices.DeleteFunc(all, func(e event) bool { return e.at.After(now) })
	slices.SortStableFunc(all, func(a, b event) int { return a.at.Compare(b.at) })
	return all
}
