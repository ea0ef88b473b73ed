package ack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// Wait says how to wait for an upgrade to end.
type Wait struct {
	// Interval is the time between two polls. Each pause is jittered by up to a tenth, so that many waits that began
	// together spread out.
	Interval time.Duration
	// ThroughPause waits out a pause, which otherwise ends the wait with an error: nothing but a person resumes it.
	ThroughPause bool
	// OnPoll is told of every poll; it may be nil.
	OnPoll func(context.Context, Poll)
}

// Poll is one question of a wait, and what came of it.
type Poll struct {
	// Number counts from one.
	Number int
	// Elapsed is the time since the wait began.
	Elapsed time.Duration
	// Status is the answer, or nil when there was none.
	Status *UpgradeStatus
	// Changed says that the phase is not that of the answer before; it is true for the first answer.
	Changed bool
	// Err is the transient fault that stood in place of an answer, or nil.
	Err error
}

// Change is a phase that a wait saw begin.
type Change struct {
	// At is the time since the wait began.
	At time.Duration
	// Phase is what the upgrade changed to.
	Phase Phase
}

// WaitReason says why a wait ended without a terminal answer.
type WaitReason int

// The reasons, each with a sentence of its own in Error.
const (
	// WaitFailed is a request that failed for good: Err says how.
	WaitFailed WaitReason = iota
	// WaitPaused is an upgrade that stands still until a person resumes it.
	WaitPaused
	// WaitDeadline is the end of the time that the context allowed.
	WaitDeadline
	// WaitInterrupted is a context that was cancelled, as by Ctrl-C.
	WaitInterrupted
)

// WaitError is a wait that ended without a terminal answer, and what it had seen by then.
type WaitError struct {
	Reason WaitReason
	// Waited is how long the wait lasted.
	Waited time.Duration
	// Polls is how often it asked.
	Polls int
	// Changes are the phases it saw, in order, the first one included.
	Changes []Change
	// Last is the last answer, or nil if there never was one.
	Last *UpgradeStatus
	// Err is what the last poll ended with, or nil if it was answered.
	Err error
}

// Error says in one line why the wait ended.
func (e *WaitError) Error() string {
	var why string
	switch e.Reason {
	case WaitFailed:
		return fmt.Sprintf("poll %d failed after %s: %s", e.Polls, FormatDuration(e.Waited), e.Err)
	case WaitPaused:
		why = "the upgrade is paused"
	case WaitDeadline:
		why = "the upgrade did not end in time"
	case WaitInterrupted:
		why = "the wait was interrupted"
	}
	return fmt.Sprintf("%s: waited %s, asked %d times", why, FormatDuration(e.Waited), e.Polls)
}

// Unwrap returns what the last poll ended with.
func (e *WaitError) Unwrap() error { return e.Err }

// ForTerminal polls read at once, and then once every Interval, until an answer is terminal, and returns that answer.
//
// A transient fault is no answer: the wait goes on. A permanent one ends it, and so does the end of ctx. The last pause
// is shortened so that one poll still falls inside the deadline of ctx. Its error is always a *WaitError.
func (w Wait) ForTerminal(ctx context.Context, read func(context.Context) (*UpgradeStatus, error)) (*UpgradeStatus, error) {
	started := time.Now()
	deadline, bounded := ctx.Deadline()
	// The last poll is due so long before the deadline that it can still be answered.
	last := deadline.Add(-min(lastTry, time.Until(deadline)/2))
	seen := &WaitError{}
	end := func(reason WaitReason) error {
		seen.Reason, seen.Waited = reason, time.Since(started)
		return seen
	}
	for {
		status, err := read(ctx)
		seen.Polls++
		seen.Err = err
		if err != nil && ctx.Err() == nil && !Transient(err) {
			return nil, end(WaitFailed)
		}
		if err == nil || ctx.Err() == nil {
			w.note(ctx, seen, Poll{Elapsed: time.Since(started), Status: status, Err: err})
		}
		if err == nil && status.Phase().Terminal() {
			return status, nil
		}
		if err == nil && status.Phase() == PhasePaused && !w.ThroughPause {
			return nil, end(WaitPaused)
		}
		delay := max(min(serverWish(err), maxWish), w.Interval*9/10+rand.N(w.Interval/5+1)) //nolint:gosec // Jitter is no secret.
		if bounded {
			delay = min(delay, time.Until(last))
		}
		if delay <= 0 || !sleep(ctx, delay) {
			if errors.Is(ctx.Err(), context.Canceled) {
				return nil, end(WaitInterrupted)
			}
			return nil, end(WaitDeadline)
		}
	}
}

// note keeps what a poll has shown, and passes it on.
func (w Wait) note(ctx context.Context, seen *WaitError, poll Poll) {
	poll.Number = seen.Polls
	if poll.Status != nil {
		phase := poll.Status.Phase()
		poll.Changed = seen.Last == nil || seen.Last.Phase() != phase
		seen.Last = poll.Status
		if poll.Changed {
			seen.Changes = append(seen.Changes, Change{At: poll.Elapsed, Phase: phase})
		}
	}
	if w.OnPoll != nil {
		w.OnPoll(ctx, poll)
	}
}

// sleep reports whether it slept to its end.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
