package story

import (
	"slices"
	"time"
)

// Step is one stretch of a story.
type Step struct {
	Length

	// Phase is the phase of the upgrade. Empty leaves everything as it was in the step before.
	Phase Phase
	// Message is what the upgrade has to say; empty for the usual.
	Message string
	// Cluster overrides what the phase says of the cluster, where its fields are not empty.
	Cluster Override
	// Tasks are tasks besides the upgrade's own. A task stays in the list, as the last step that names it left it.
	Tasks []TaskSpec
}

// Override is what a step says of its cluster itself.
type Override struct{ ID, State, CurrentVersion, NextVersion string }

// Story plays the steps of one cluster. It is not safe for concurrent use.
type Story struct {
	cluster  Cluster
	steps    []Step
	timeline timeline
	added    []Task
	diverted []time.Time // When other steps were set to follow, oldest first.
}

// New returns the story of a cluster, of at least one step.
func New(cluster Cluster, steps []Step) *Story {
	s := &Story{cluster: cluster, steps: steps}
	for _, step := range steps {
		s.timeline.lengths = append(s.timeline.lengths, step.Length)
	}
	return s
}

// Moment is a point of a story.
type Moment struct {
	// Step is the index of the step that is played.
	Step int
	// Time is when.
	Time time.Time
}

// Poll returns the moment that a request for an operation meets, and counts the poll that it belongs to. The first one begins
// the story. Requests for different operations belong to one poll.
func (s *Story) Poll(operation string, now time.Time) Moment {
	return s.moment(s.timeline.poll(operation, now), now)
}

// Look returns the moment as Poll does, and counts nothing.
func (s *Story) Look(now time.Time) Moment { return s.moment(s.timeline.look(now), now) }

// moment returns the moment of a step at a time, not before the step began: of two requests that arrive together, the later one can
// get its response first.
func (s *Story) moment(step int, now time.Time) Moment {
	if begun := s.timeline.begun[step]; now.Before(begun) {
		now = begun
	}
	return Moment{step, now}
}

// Ago returns a moment before another; what was before the story began is as it was when it began.
func (s *Story) Ago(m Moment, ago time.Duration) Moment {
	m.Time = m.Time.Add(-ago)
	for m.Step > 0 && m.Time.Before(s.timeline.begun[m.Step]) {
		m.Step--
	}
	if begun := s.timeline.begun[0]; m.Time.Before(begun) {
		m.Time = begun
	}
	return m
}

// Add adds a task that the steps know nothing of.
func (s *Story) Add(kind string, created time.Time) {
	id := s.cluster.taskID("added/"+kind, len(s.added)+1)
	s.added = append(s.added, TaskSpec{Type: kind}.task(id, created, created))
}

// Cluster returns what does not change in the cluster.
func (s *Story) Cluster() Cluster { return s.cluster }

// Truth is what is true of a cluster at a moment.
type Truth struct {
	// Cluster is what does not change.
	Cluster
	// ClusterID is the id that the cluster says it has: another one if the step overrides it.
	ClusterID string
	// Phase is the phase of the upgrade, and Message its message.
	Phase   Phase
	Message string
	// State, CurrentVersion and NextVersion are the cluster's.
	State, CurrentVersion, NextVersion string
	// Tasks are all tasks, and Plans all plans, newest first.
	Tasks []Task
	Plans []Plan
}

// Task returns the task of an id, and false when there is none now.
func (t Truth) Task(id string) (Task, bool) {
	i := slices.IndexFunc(t.Tasks, func(task Task) bool { return task.ID == id })
	if i < 0 {
		return Task{}, false
	}
	return t.Tasks[i], true
}

// At returns what is true at a moment that was met.
func (s *Story) At(m Moment) Truth {
	t := newReplay(s.cluster, s.timeline.begun[0])
	events, upgrades := s.cluster.events(t.beginning, m.Time, s.diverted), make(map[int]Task)
	for i, begun := range s.timeline.begun[:m.Step+1] {
		events = t.play(events, upgrades, begun)
		t.step(s.steps[i], begun, i == 0)
	}
	t.play(events, upgrades, m.Time.Add(1))
	truth := t.truth(s.steps[m.Step].Cluster)
	for plan, task := range upgrades { // As they are now.
		if i := slices.IndexFunc(t.upgrades, func(now Task) bool { return now.ID == task.ID }); i >= 0 {
			upgrades[plan] = t.upgrades[i]
		}
	}
	truth.Plans = s.cluster.plans(t.beginning, m.Time, upgrades, s.diverted)
	begun := slices.Concat(t.others, t.upgrades, s.cluster.planTasks(t.beginning, m.Time), s.added)
	slices.Reverse(begun) // Of those that began at the same time, the last is the newest.
	truth.Tasks = slices.Concat(begun, s.cluster.history(t.beginning))
	truth.Tasks = slices.DeleteFunc(truth.Tasks, func(task Task) bool { return task.Created.After(m.Time) })
	slices.SortStableFunc(truth.Tasks, func(a, b Task) int { return b.Created.Compare(a.Created) })
	return truth
}
