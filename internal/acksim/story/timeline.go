package story

import "time"

// Length is how long a step lasts: a time, or a number of polls. The last step stays, whatever its length.
type Length struct {
	For   time.Duration
	Polls int
}

// timeline plays the lengths of steps. It begins with the first request.
type timeline struct {
	lengths []Length
	// begun holds when each step began that has begun: the last one is played.
	begun []time.Time
	// polled is how often each operation was polled in the step that is played.
	polled map[string]int
}

// poll returns the index of the step that a poll of an operation meets, and counts the poll.
//
// A step of N polls is used up when an operation is polled for the N+1st time in it. So a poll that consists of several
// requests, each for another operation, counts once, and all of them meet the same step.
func (t *timeline) poll(operation string, now time.Time) int {
	t.pass(now)
	for t.usedUp(operation) {
		t.begin(now)
		t.pass(now)
	}
	t.polled[operation]++
	return t.current()
}

// look returns the index of the step that is played, and counts nothing.
func (t *timeline) look(now time.Time) int {
	t.pass(now)
	return t.current()
}

// usedUp reports whether a poll of an operation ends the step that is played.
func (t *timeline) usedUp(operation string) bool {
	polls := t.lengths[t.current()].Polls
	return t.current() < len(t.lengths)-1 && polls > 0 && t.polled[operation] >= polls
}

func (t *timeline) current() int { return len(t.begun) - 1 }

func (t *timeline) begin(at time.Time) {
	t.begun = append(t.begun, at)
	t.polled = make(map[string]int)
}

// pass lets the time pass: a step of a given length ends on time, polled or not.
func (t *timeline) pass(now time.Time) {
	if len(t.begun) == 0 {
		t.begin(now)
	}
	for t.current() < len(t.lengths)-1 {
		length, begun := t.lengths[t.current()], t.begun[t.current()]
		if length.Polls > 0 || now.Before(begun.Add(length.For)) {
			break
		}
		t.begin(begun.Add(length.For)) // Not now: a step that nobody saw must not push back those behind it.
	}
}
