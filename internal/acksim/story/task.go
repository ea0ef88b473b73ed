package story

import (
	"slices"
	"time"
)

// UpgradeTask is the type of a control plane's upgrade.
const UpgradeTask = "cluster_upgrade"

// Task is one task of a cluster, as it is at a moment.
type Task struct {
	ID, Type, State  string
	Created, Updated time.Time
	Error            *TaskError // Nil when the task has none.
	// Message is what the task has to say of itself; empty for the usual.
	Message string
	// Target is what the task is done to, Stage the stage that it is in, and Parts what came of each part of it. What is empty is the usual.
	Target TaskTarget
	Stage  string
	Parts  []TaskPart
}

// TaskTarget is what a task is done to, such as a node pool.
type TaskTarget struct{ ID, Type string }

// TaskPart is one part of a task, such as a node, and what came of it.
type TaskPart struct{ Data, Status string }

// TaskError is why a task failed.
type TaskError struct{ Code, Message string }

// TaskSpec is a task as a scenario has it, or many of the same kind.
type TaskSpec struct {
	// ID names the task; generated if empty. In a later step, a task with the same id, or without an id of the same type at the same
	// place, is the same task.
	ID string
	// Type is the task's type. It must not be empty.
	Type string
	// State is the task's state; success if empty.
	State string
	// Created and Updated say when; if zero, in a step as the step begins, and in a history 10 minutes before the task above.
	Created, Updated When
	// Error is why the task failed; nil when it has none.
	Error *TaskError
	// Message, Target, Stage and Parts are those of the task; the usual where they are empty.
	Message string
	Target  TaskTarget
	Stage   string
	Parts   []TaskPart
	// Count is how many tasks of this kind there are, in a history; 0 means one.
	Count int
}

// When is a time: either a point in time, or one relative to the beginning of the cluster's story. The zero value is neither.
type When struct {
	// At is a point in time.
	At time.Time
	// After is relative to the beginning of the story; negative before it.
	After time.Duration
}

// resolve returns the point in time, or otherwise for the zero value.
func (w When) resolve(beginning, otherwise time.Time) time.Time {
	switch {
	case !w.At.IsZero():
		return w.At
	case w.After != 0:
		return beginning.Add(w.After)
	default:
		return otherwise
	}
}

// Unless a history says otherwise, its newest task was created historyAge before the story begins, and each further one
// historyGap before the task above.
const (
	historyAge = 24 * time.Hour
	historyGap = 10 * time.Minute
)

// history returns the tasks of before, newest first, for a story of the given beginning.
func (c Cluster) history(beginning time.Time) []Task {
	var all []Task
	next := beginning.Add(-historyAge)
	for i, spec := range c.History {
		created := spec.Created.resolve(beginning, next)
		for n := range max(1, spec.Count) {
			t := spec.task(spec.ID, created, spec.Updated.resolve(beginning, created.Add(historyGap/2)))
			if t.ID == "" || spec.Count > 1 {
				t.ID = c.taskID(spec.historyKind(), i*MaxHistory+n)
			}
			all = append(all, t)
			created = created.Add(-historyGap)
		}
		next = created
	}
	return all
}

// MaxHistory is how many tasks a history can have in all.
const MaxHistory = 10_000

func (s TaskSpec) task(id string, created, updated time.Time) Task {
	state := s.State
	if state == "" {
		state = "success"
	}
	return Task{
		ID: id, Type: s.Type, State: state, Created: created, Updated: updated, Error: s.Error,
		Message: s.Message, Target: s.Target, Stage: s.Stage, Parts: s.Parts,
	}
}

// Owns reports whether a task of an id is one of the cluster's, now or later in its story.
func (s *Story) Owns(id string) bool {
	c := s.cluster
	if n, ok := c.generated(id, UpgradeTask); ok && n >= 1 && n <= len(s.steps)+len(c.Plans) {
		return true
	}
	for _, step := range s.steps {
		for i, spec := range step.Tasks {
			if n, ok := c.generated(id, spec.Type); id == spec.ID || spec.ID == "" && ok && n == i {
				return true
			}
		}
	}
	for i := range c.Plans {
		if id == c.planTaskID(i) {
			return true
		}
	}
	for i, spec := range c.History {
		if spec.ID != "" && spec.Count <= 1 {
			if id == spec.ID {
				return true
			}
			continue
		}
		n, ok := c.generated(id, spec.historyKind())
		if first := i * MaxHistory; ok && n >= first && n < first+max(1, spec.Count) {
			return true
		}
	}
	return slices.ContainsFunc(s.added, func(t Task) bool { return t.ID == id })
}

// historyKind is what the ids of tasks in a history are generated from.
func (s TaskSpec) historyKind() string { return s.ID + "/history/" + s.Type }
