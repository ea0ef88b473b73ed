package acksim

import "time"

// timeline plays one cluster's steps.
type timeline struct {
	steps []Step
	// current is the step that answers, begun the time since when, and answered how many requests it has answered.
	current  int
	begun    time.Time
	answered int
}

// poll returns the step that answers a request at the given time, and its index. The first call starts the timeline.
func (t *timeline) poll(now time.Time) (Step, int) {
	if t.begun.IsZero() {
		t.begun = now
	}
	for last := len(t.steps) - 1; t.current < last; t.current++ {
		step := t.steps[t.current]
		switch end := t.begun.Add(step.For); {
		case step.Polls > 0 && t.answered >= step.Polls:
			t.begun = now
		case step.Polls == 0 && !now.Before(end):
			t.begun = end // Not now: a step that nobody saw must not push back those behind it.
		default:
			t.answered++
			return step, t.current
		}
		t.answered = 0
	}
	return t.steps[t.current], t.current
}
