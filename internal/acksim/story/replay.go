package story

import (
	"cmp"
	"slices"
	"time"
)

// replay goes through the steps of a story, from the first on, and keeps the state that they leave.
type replay struct {
	cluster   Cluster
	beginning time.Time

	phase    Phase
	message  string
	from, to string // The versions before and after the upgrade.
	upgrades []Task // Oldest first: the last is the one that the phase is about.
	count    int    // How many upgrades there were, those that are forgotten too.
	others   []Task
}

func newReplay(cluster Cluster, beginning time.Time) *replay {
	from := cluster.FirstVersion()
	return &replay{cluster: cluster, beginning: beginning, phase: Idle, from: from, to: cluster.next(from)}
}

// step takes in what a step says that began at a time.
func (t *replay) step(s Step, begun time.Time, first bool) {
	if s.Phase != "" {
		t.upgrade(s.Phase, begun, first)
		t.phase, t.message = s.Phase, s.Message
		if s.Phase != Idle {
			t.upgrades[len(t.upgrades)-1].Message = s.Message
		}
		if s.Phase == Failed {
			t.upgrades[len(t.upgrades)-1].Error = &TaskError{Code: "UpgradeFailed", Message: cmp.Or(s.Message, FailureMessage)}
		}
	}
	for i, spec := range s.Tasks {
		t.task(spec, i, begun)
	}
}

// play takes in the events of plans before a time, notes the upgrade of each, and returns the rest.
func (t *replay) play(events []event, upgrades map[int]Task, until time.Time) []event {
	for len(events) > 0 && events[0].at.Before(until) {
		t.step(events[0].step, events[0].at, false)
		if len(t.upgrades) > 0 {
			upgrades[events[0].plan] = t.upgrades[len(t.upgrades)-1]
		}
		events = events[1:]
	}
	return events
}

// FailureMessage is why an upgrade failed, unless the step says it.
const FailureMessage = "the control plane did not become ready"

// upgradeTime is how long an upgrade took that was over when the story began.
const upgradeTime = 10 * time.Minute

// upgrade brings the upgrade to a phase, or begins another upgrade.
func (t *replay) upgrade(phase Phase, begun time.Time, first bool) {
	before, now := t.phase.definition(), phase.definition()
	if before.over && before.upgraded && phase != t.phase { // The next upgrade begins where the last one ended.
		t.from, t.to = t.to, t.cluster.next(t.to)
	}
	if phase == Idle { // Nothing has ever been upgraded.
		t.upgrades = nil
		return
	}
	if before.over && phase != t.phase {
		created := begun
		if first && now.over {
			created = begun.Add(-upgradeTime)
		}
		t.count++
		t.upgrades = append(t.upgrades, Task{ID: t.cluster.taskID(UpgradeTask, t.count), Type: UpgradeTask, Created: created})
	}
	task := &t.upgrades[len(t.upgrades)-1]
	if task.State != now.task {
		task.State, task.Updated = now.task, begun
	}
}

// task adds the task at an index of its step, or updates it.
func (t *replay) task(spec TaskSpec, index int, begun time.Time) {
	id := spec.ID
	if id == "" {
		id = t.cluster.taskID(spec.Type, index)
	}
	i := slices.IndexFunc(t.others, func(task Task) bool { return task.ID == id })
	if i < 0 {
		t.others = append(t.others, spec.task(id, spec.Created.resolve(t.beginning, begun), spec.Updated.resolve(t.beginning, begun)))
		return
	}
	created := spec.Created.resolve(t.beginning, t.others[i].Created)
	t.others[i] = spec.task(id, created, spec.Updated.resolve(t.beginning, begun))
}

// truth returns what is true after the last step, which overrides some of it.
func (t *replay) truth(by Override) Truth {
	now := t.phase.definition()
	current, next := t.from, t.to
	if now.upgraded {
		current, next = t.to, "" // Newer than the newest is not known.
	}
	return Truth{
		Cluster: t.cluster, ClusterID: cmp.Or(by.ID, t.cluster.ID), Phase: t.phase, Message: t.message,
		State: cmp.Or(by.State, now.state), CurrentVersion: cmp.Or(by.CurrentVersion, current),
		NextVersion: cmp.Or(by.NextVersion, next),
	}
}
