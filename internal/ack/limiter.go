package ack

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// maxInFlight is how many requests to one endpoint are under way at most.
	maxInFlight = 200

	// firstInFlight is how many are until as many have been answered: that there is a quota shows only when something is
	// refused, and whatever is under way by then is refused with it. With 50, and 20 more in the place of those that a
	// quota of 20 has answered, that is 50 refusals, which leaves 200 reads with less than 1.3 requests each.
	firstInFlight = 50
)

// limiter gives the reads of one endpoint their turns, so that what one of them is refused slows all of them. While
// nothing is throttled it only counts them: nobody waits for anything but a free slot.
//
// A turn is one attempt. It is taken before the request is signed, and outside of the attempt's own time-out, so that
// neither the date nor the time-out suffers from the wait, and given back before the pause to the next attempt. Turns
// are given in the order in which they were asked for, so that none waits for ever.
type limiter struct {
	slots *semaphore.Weighted // One for each that is under way, or that waits for its turn at the pace.
	next  *semaphore.Weighted // Held by the one whose turn comes next, when there is a pace to keep.
	pace  *pace

	answered atomic.Int64 // How many requests have passed the quota.
}

// turn is leave to make one attempt.
type turn struct {
	begun time.Time
	// waited is how long it took to come, and inVain whether it was for nothing: throttled, and no other read served.
	waited time.Duration
	inVain bool
}

func newLimiter() *limiter {
	l := &limiter{
		slots: semaphore.NewWeighted(maxInFlight),
		next:  semaphore.NewWeighted(1),
		pace:  newPace(),
	}
	l.slots.TryAcquire(maxInFlight - firstInFlight) // All are free yet: it succeeds.
	return l
}

// take waits for a turn, which the caller has to end. Its error is a *throttledError when the API lets nothing of ours
// through, or asks for that, for longer than patience from the time since on; otherwise it is that of the context.
func (l *limiter) take(ctx context.Context, since time.Time, patience time.Duration) (turn, error) {
	asked := time.Now()
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return turn{}, err
	}
	begun, free := l.pace.free()
	if !free {
		var err error
		if begun, err = l.line(ctx, since, patience); err != nil {
			l.slots.Release(1)
			return turn{}, err
		}
	}
	return turn{begun: begun, waited: begun.Sub(asked), inVain: !free && l.pace.lastPassed().Before(asked)}, nil
}

// line stands in line at the pace, and returns when the turn begins. Only who is next has a time, so that the others
// meet the pace as it is when they are next, not as it was when they came.
func (l *limiter) line(ctx context.Context, since time.Time, patience time.Duration) (time.Time, error) {
	if err := l.next.Acquire(ctx, 1); err != nil {
		return time.Time{}, err
	}
	defer l.next.Release(1)
	for {
		begun, delay, err := l.pace.begin(since, patience)
		if err != nil || delay <= 0 {
			return begun, err
		}
		if !Sleep(ctx, delay) {
			return time.Time{}, ctx.Err()
		}
	}
}

// end ends a turn with what the attempt ended with; nil is an answer.
func (l *limiter) end(t turn, err error) {
	var api *APIError
	isAPI := errors.As(err, &api)
	slots := 1
	switch {
	case isAPI && api.Throttled():
		l.pace.throttled(t.begun, api)
	case err == nil, isAPI && !api.transient(): // What is refused for good has passed the quota too.
		l.pace.passed(t.begun)
		if l.answered.Add(1) == firstInFlight {
			slots += maxInFlight - firstInFlight
		}
	}
	l.slots.Release(int64(slots)) // Last, so that who gets it meets what has been learned.
}
