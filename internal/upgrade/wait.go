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

// Wait has the settings of a wait for an upgrade.
type Wait struct {
	// Interval is the time between two polls. Each delay is jittered by up to a tenth, so that waits that started together do not
	// poll together.
	Interval time.Duration
	// ThroughPause continues the wait during a pause. Otherwise a pause ends the wait with an error, because it does not resume
	// by itself.
	ThroughPause bool
	// Version is the version that the cluster must run for idle and succeeded to end the wait; nil is any version.
	Version *Constraint
	// Stop ends the wait early, after its first poll: if another wait has failed, the result is not needed. It may be nil.
	Stop context.Context
	// OnPoll is called for every poll. It may be nil.
	OnPoll func(context.Context, Poll)
}

// Poll is one read of a wait and its result.
type Poll struct {
	// Number counts from one.
	Number int
	// Elapsed is the time since the wait began.
	Elapsed time.Duration
	// Reading is the result, or nil if the read failed.
	Reading *Reading
	// Changed means that the phase differs from that of the previous reading. It is true for the first one.
	Changed bool
	// Done means that the wait ends with this reading, because no upgrade is under way.
	Done bool
	// Err is the transient error of a failed read, or nil.
	Err error
}

// Change is a change of phase during a wait.
type Change struct {
	// At is the time since the wait began.
	At time.Duration
	// Phase is the new phase.
	Phase Phase
}

// WaitReason is the reason why a wait ended without a terminal phase.
type WaitReason int

// The reasons. Each has its own text in Error. The zero value means that the wait has not ended.
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

// WaitError is a wait that ended without a terminal phase.
type WaitError struct {
	Reason WaitReason
	// Waited is the duration of the wait.
	Waited time.Duration
	// Polls is the number of polls.
	Polls int
	// Changes are the changes of phase, in order, including the first phase.
	Changes []Change
	// Last is the last reading, or nil if there was none.
	Last *Reading
	// Err is the error of the last poll, or nil if it succeeded.
	Err error
}

// Error returns the reason in one line.
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

// Unwrap returns the error of the last poll.
func (e *WaitError) Unwrap() error { return e.Err }

// ForTerminal reads at once, and then once every Interval, until the phase is terminal, and returns that reading.
//
// After a transient error, the wait continues. A permanent error ends it, and so does the end of ctx. The last delay is shortened
// so that one more poll is made before the deadline of ctx. Its error is always a *WaitError.
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
	stop := w.Stop //nolint:contextcheck // Two contexts can end a wait: that of its request, and that of its fleet.
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
			return nil, end(WaitStopped) // The result of the canceled poll is unknown.
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
		delay := max(ack.RetryAfter(err), w.Interval*9/10+rand.N(w.Interval/5+1)) //nolint:gosec // Jitter needs no secure random numbers.
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

// next adds the reading of a poll, nil for a failed one, and reports whether the phase is confirmed.
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

// note records a poll, and calls OnPoll.
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
