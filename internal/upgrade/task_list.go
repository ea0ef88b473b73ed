package upgrade

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// MaxListedTasks is the maximum number of tasks that can be listed: the number that is read of a list.
const MaxListedTasks = maxPages * tasksPerPage

// ListedTask is one task and its state. Texts are unchanged. A missing or null text is nil.
type ListedTask struct {
	ID, Type, State *string
	Kind            TaskKind
	Phase           Phase
	// Created and Updated are zero if they are missing or unreadable.
	Created, Updated        time.Time
	ErrorCode, ErrorMessage *string
}

func listedTask(t ack.ClusterTask) ListedTask {
	return ListedTask{
		ID: t.ID, Type: t.Type, State: t.State, Kind: taskKindOf(t.Type), Phase: taskPhase(t), Created: t.Created, Updated: t.Updated,
		ErrorCode: t.ErrorCode, ErrorMessage: t.ErrorMessage,
	}
}

// taskPhase returns the phase of one task. A success with an error code does not count as success, because the two contradict
// each other.
func taskPhase(t ack.ClusterTask) Phase {
	if t.Similar != "" {
		return PhaseUnknown // That field may contain the real value.
	}
	switch taskStateOf(t.State) {
	case stateUnderWay:
		return PhaseRunning
	case statePaused:
		return PhasePaused
	case stateEndedWell:
		if line(t.ErrorCode, maxSummaryWord) != "" {
			return PhaseFailed
		}
		return PhaseSucceeded
	case stateEndedBadly, stateGivenUp:
		return PhaseFailed
	case stateUnknown:
		return PhaseUnknown
	}
	return PhaseUnknown
}

// TaskQuery selects tasks of a cluster.
type TaskQuery struct {
	ClusterID string
	// Kinds are the kinds to list; empty is all.
	Kinds []TaskKind
	// Limit is the maximum number of tasks, the newest ones; 1 to MaxListedTasks.
	Limit int
}

// TaskList are tasks of a cluster.
type TaskList struct {
	// Tasks are sorted by creation time, the newest first. Those without one are last.
	Tasks []ListedTask
	// Complete is whether these are all tasks: the list was read to its end, and does not exceed the limit.
	Complete bool
}

// IncompleteListError is a list of tasks that could not be read to its end.
type IncompleteListError struct {
	// Reason is the reason.
	Reason string
	// Read is the number of tasks that were read.
	Read int
}

// Error returns the reason.
func (e *IncompleteListError) Error() string { return e.Reason }

// ListTasks lists the tasks of a cluster. A list that cannot be read to its end is an *IncompleteListError, unless the newest
// tasks up to the limit are known without it. Other errors wrap an *ack.RequestError.
func (r *Reader) ListTasks(ctx context.Context, q TaskQuery) (*TaskList, error) {
	var found taskCollection
	found.kinds, found.places = q.Kinds, make(map[string]int)
	l := newListing(found.take, func(l *listing) bool { return l.inOrder() && len(found.tasks) >= q.Limit })
	if err := l.read(ctx, r.api, q.ClusterID); err != nil {
		return nil, err
	}
	if l.unclear != "" {
		return nil, &IncompleteListError{Reason: l.unclear, Read: l.count()}
	}
	slices.SortStableFunc(found.tasks, func(a, b ListedTask) int { return b.Created.Compare(a.Created) }) // Zero is the oldest.
	list := &TaskList{Tasks: found.tasks, Complete: l.ended && len(found.tasks) <= q.Limit}
	list.Tasks = list.Tasks[:min(len(list.Tasks), q.Limit)]
	return list, nil
}

// taskCollection collects tasks of some kinds.
type taskCollection struct {
	kinds  []TaskKind
	tasks  []ListedTask
	places map[string]int // For tasks with an ID.
}

// take adds a task. For a repeated task, the later state counts.
func (c *taskCollection) take(t ack.ClusterTask, again bool) {
	task := listedTask(t)
	if len(c.kinds) > 0 && !slices.Contains(c.kinds, task.Kind) {
		return
	}
	if place, ok := c.places[textOf(t.ID)]; again && ok {
		c.tasks[place] = task
		return
	}
	if t.ID != nil {
		c.places[*t.ID] = len(c.tasks)
	}
	c.tasks = append(c.tasks, task)
}

func textOf(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// Size is the size of all texts of the list in bytes.
func (l *TaskList) Size() (size int) {
	for _, t := range l.Tasks {
		for _, text := range []*string{t.ID, t.Type, t.State, t.ErrorCode, t.ErrorMessage} {
			size += len(textOf(text))
		}
	}
	return size
}

// Summary counts the tasks by their phase: 3 tasks: 1 running, 2 succeeded.
func (l *TaskList) Summary() string {
	counts := make(map[Phase]int)
	for _, t := range l.Tasks {
		counts[t.Phase]++
	}
	text := fmt.Sprintf("%d tasks", len(l.Tasks))
	if len(l.Tasks) == 1 {
		text = "1 task"
	}
	separator := ": "
	for _, phase := range Phases() {
		if counts[phase] > 0 {
			text += fmt.Sprintf("%s%d %s", separator, counts[phase], phase)
			separator = ", "
		}
	}
	return text
}
