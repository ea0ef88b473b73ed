package story

import "time"

// Length is how long a step of a timeline lasts: a time, or a number of polls. The last step stays, whatever its length.
type Length struct {
	For   time.Duration
	Polls int
}

// Timeline plays the steps of one cluster.
type Timeline struct {
	steps []Length
	// current is the step that is played, begun the time since when, and polled how often it was polled.
	current int
	begun   time.Time
	polled  int
}

// NewTimeline returns a timeline of at least one step.
func NewTimeline(steps []Length) *Timeline { return &Timeline{steps: steps} }

// Poll returns the index of the step that a poll at the given time meets. The first poll starts the timeline.
func (t *Timeline) Poll(now time.Time) int {
	if t.begun.IsZero() {
		t.begun = now
	}
	for last := len(t.steps) - 1; t.current < last; t.current++ {
		step := t.steps[t.current]
		switch end := t.begun.Add(step.For); {
		case step.Polls > 0 && t.polled >= step.Polls:
			t.begun = now
		case step.Polls == 0 && !now.Before(end):
			t.begun = end // Not now: a step that nobody saw must not push back those behind it.
		default:
			t.polled++
			return t.current
		}
		t.polled = 0
	}
	return t.current
}
