package story

import "time"

// Length is how long a step lasts: a time, or a number of polls. The last step has no end.
type Length struct {
	For   time.Duration
	Polls int
}

// timeline plays the lengths of steps. It begins with the first request.
type timeline struct {
	lengths []Length
	// begun holds when each step began that has begun: the last one is played.
	begun []time.Time
	// polls is how many polls have begun in the current step, and polled which operations the last one requested.
	polls  int
	polled map[string]bool
}

// poll returns the index of the step that a request for an operation meets, and counts the poll that it belongs to.
//
// A poll may consist of several requests, each for another operation: they count once, and all of them meet the same step. The
// next poll begins with a request for an operation that was requested in this one already.
func (t *timeline) poll(operation string, now time.Time) int {
	t.pass(now)
	if t.polls == 0 || t.polled[operation] {
		for t.usedUp() {
			t.begin(now)
			t.pass(now)
		}
		t.polls++
		t.polled = make(map[string]bool)
	}
	t.polled[operation] = true
	return t.current()
}

// look returns the index of the step that is played, and counts nothing.
func (t *timeline) look(now time.Time) int {
	t.pass(now)
	return t.current()
}

// usedUp reports whether another poll ends the step that is played.
func (t *timeline) usedUp() bool {
	polls := t.lengths[t.current()].Polls
	return t.current() < len(t.lengths)-1 && polls > 0 && t.polls >= polls
}

func (t *timeline) current() int { return len(t.begun) - 1 }

func (t *timeline) begin(at time.Time) {
	t.begun = append(t.begun, at)
	t.polls, t.polled = 0, nil
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
		t.begin(begun.Add(length.For)) // Not now: a step without a request must not delay the later ones.
	}
}
