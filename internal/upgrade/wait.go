package upgrade

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// Wait says how to wait for an upgrade to end.
type Wait struct {
	// Interval is the time between two polls. Each pause is jittered by up to a tenth, so that many waits that began
	// together spread out.
	Interval time.Duration
	// ThroughPause waits out a pause, which otherwise ends the wait with an error: it does not resume by itself.
	ThroughPause bool
	// Version is what the cluster must run for idle and succeeded to end the wait; nil is any version.
	Version *Constraint
	// Stop ends the wait early, after its first poll: when the outcome of another one makes its own pointless. It may be nil.
	Stop context.Context
	// OnPoll is called for every poll. It may be nil.
	OnPoll func(context.Context, Poll)
}

// Poll is one read of a wait, and what came of it.
type Poll struct {
	// Number counts from one.
	Number int
	// Elapsed is the time since the wait began.
	Elapsed time.Duration
	// Reading is what was read, or nil when the read failed.
	Reading *Reading
	// Changed says that the phase is not that of the reading before; it is true for the first one.
	Changed bool
	// Done says that the wait ends with this reading, because no upgrade is under way.
	Done bool
	// Err is the transient error that stood in place of a reading, or nil.
	Err error
}

// Change is a phase that a wait saw begin.
type Change struct {
	// At is the time since the wait began.
	At time.Duration
	// Phase is what the upgrade changed to.
	Phase Phase
}

// WaitReason says why a wait ended without a terminal phase.
type WaitReason int

// The reasons, each with a sentence of its own in Error. None is the zero value of a wait that has not ended.
const (
	// WaitFailed is a read with a permanent error, Err.
	WaitFailed WaitReason = iota + 1
	// WaitPaused is an upgrade that is paused, and does not resume by itself.
	WaitPaused
	// WaitDeadline is the end of the time that the context allowed.
	WaitDeadline
	// WaitInterrupted is a context that was canceled, for example by Ctrl-C.
	WaitInterrupted
	// WaitStopped is the end of Stop.
	WaitStopped
)

// WaitError is a wait that ended without a terminal phase, and what it had seen by then.
type WaitError struct {
	Reason WaitReason
	// Waited is how long the wait lasted.
	Waited time.Duration
	// Polls is how often it read.
	Polls int
	// Changes are the phases it saw, in order, the first one included.
	Changes []Change
	// Last is the last reading, or nil if there never was one.
	Last *Reading
	// Err is what the last poll ended with, or nil if that was a reading.
	Err error
}

// Error says in one line why the wait ended.
func (e *WaitError) Error() string {
	why := "the wait has not ended"
	switch e.Reason {
	case WaitFailed:
		return fmt.Sprintf("poll %d failed after %s: %s", e.Polls, display.Duration(e.Waited), e.Err)
	case WaitPaused:
		why = "the upgrade is paused"
	case WaitDeadline:
		why = "timed out waiting for the upgrade"
	case WaitInterrupted:
		why = "the wait was interrupted"
	case WaitStopped:
		why = "the wait was stopped"
	}
	return fmt.Sprintf("%s: waited %s, %d polls", why, display.Duration(e.Waited), e.Polls)
}

// Unwrap returns what the last poll ended with.
func (e *WaitError) Unwrap() error { return e.Err }

// ForTerminal reads at once, and then once every Interval, until the phase is terminal, and returns that reading.
//
// A transient error is no reading: the wait goes on. A permanent one ends it, and so does the end of ctx. The last pause
// is shortened so that one poll still falls inside the deadline of ctx. Its error is always a *WaitError.
func (w Wait) ForTerminal(ctx context.Context, read func(context.Context) (*Reading, error)) (*Reading, error) {
	started := time.Now()
	deadline, bounded := ctx.Deadline()
	// The last poll is early enough for its response to arrive before the deadline.
	last := deadline.Add(-min(ack.LastTry, time.Until(deadline)/2))
	seen := &WaitError{}
	end := func(reason WaitReason) error {
		seen.Reason, seen.Waited = reason, time.Since(started)
		return seen
	}
	stop := w.Stop //nolint:contextcheck // A wait has two ends: that of its request, and that of the fleet it is part of.
	if stop == nil {
		stop = context.WithoutCancel(ctx) // Never ends.
	}
	polling, cancel := context.WithCancel(ctx) // Stop ends it, after the first poll.
	defer cancel()
	idle := idleCheck{}
	for {
		reading, err := read(polling)
		seen.Polls++
		if seen.Polls == 1 {
			defer context.AfterFunc(stop, cancel)()
		} else if err != nil && ctx.Err() == nil && stop.Err() != nil {
			return nil, end(WaitStopped) // What the poll would have ended with, nobody knows.
		}
		seen.Err = err
		if err != nil && ctx.Err() == nil && !ack.Transient(err) {
			return nil, end(WaitFailed)
		}
		believed := idle.next(reading)
		done := err == nil && believed && reading.Phase.Terminal() && !reading.OnOtherVersion(w.Version)
		if err == nil || ctx.Err() == nil {
			w.note(ctx, seen, Poll{Elapsed: time.Since(started), Reading: reading, Done: done, Err: err})
		}
		if done {
			return reading, nil
		}
		if err == nil && reading.Phase == PhasePaused && !w.ThroughPause {
			return nil, end(WaitPaused)
		}
		delay := max(ack.RetryAfter(err), w.Interval*9/10+rand.N(w.Interval/5+1)) //nolint:gosec // Jitter is no secret.
		if bounded {
			delay = min(delay, time.Until(last))
		}
		if delay <= 0 || !ack.Sleep(polling, delay) {
			switch {
			case errors.Is(ctx.Err(), context.Canceled):
				return nil, end(WaitInterrupted)
			case ctx.Err() == nil && stop.Err() != nil:
				return nil, end(WaitStopped)
			default:
				return nil, end(WaitDeadline)
			}
		}
	}
}

// idleCheck requires two consecutive polls: after an upgrade was under way, a single idle (an unconfirmed success, an empty status)
// may be a gap between two states.
type idleCheck struct{ underWay, idle bool }

// next takes in a poll's reading, nil for a failed one, and reports whether it may be believed.
func (c *idleCheck) next(r *Reading) bool {
	if r == nil {
		c.idle = false
		return false
	}
	again := c.idle
	c.idle = r.Phase == PhaseIdle
	c.underWay = c.underWay || r.Phase.underWay()
	return !c.idle || !c.underWay || again
}

// note keeps what a poll has shown, and passes it on.
func (w Wait) note(ctx context.Context, seen *WaitError, poll Poll) {
	poll.Number = seen.Polls
	if poll.Reading != nil {
		phase := poll.Reading.Phase
		poll.Changed = seen.Last == nil || seen.Last.Phase != phase
		seen.Last = poll.Reading
		if poll.Changed {
			seen.Changes = append(seen.Changes, Change{At: poll.Elapsed, Phase: phase})
		}
	}
	if w.OnPoll != nil {
		w.OnPoll(ctx, poll)
	}
}
