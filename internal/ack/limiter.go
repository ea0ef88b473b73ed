package ack

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"
)

const (
	// maxInFlight is the maximum number of concurrent requests to one endpoint.
	maxInFlight = 200

	// firstInFlight is the limit until as many responses have arrived. A quota shows only when a request is throttled, and all
	// requests in flight are throttled with it. With a quota of 20, 50 requests are throttled: 200 reads then make less than
	// 1.3 requests each.
	firstInFlight = 50
)

// limiter grants permits to the reads of one endpoint, so that a throttled request slows all reads. Without throttling, it only
// limits the number of requests in flight.
//
// A permit allows one attempt. It is acquired before the request is signed and outside the timeout of the attempt, so that the wait
// affects neither the date nor the timeout. It is released before the delay to the next attempt. Permits are granted in the
// order of acquire, so that every read gets one.
type limiter struct {
	slots *semaphore.Weighted // One for each request that is in flight or waits for the pace.
	next  *semaphore.Weighted // Held by the request that is next, while there is a pace.
	pace  *pace

	passed atomic.Int64 // The number of requests within the quota.
}

// permit allows one attempt.
type permit struct {
	begun time.Time
	// waited is the duration of acquire. throttledWait reports that the API throttled all requests meanwhile.
	waited        time.Duration
	throttledWait bool
}

func newLimiter() *limiter {
	l := &limiter{
		slots: semaphore.NewWeighted(maxInFlight),
		next:  semaphore.NewWeighted(1),
		pace:  newPace(),
	}
	l.slots.TryAcquire(maxInFlight - firstInFlight) // It succeeds, because all are free.
	return l
}

// acquire waits for a permit, which the caller must release. Its error is a *throttledError if the API throttles all requests for
// longer than patience, counted from since, or requests such a delay. Otherwise it is the error of the context.
func (l *limiter) acquire(ctx context.Context, since time.Time, patience time.Duration) (permit, error) {
	requested := time.Now()
	if err := l.slots.Acquire(ctx, 1); err != nil {
		return permit{}, err
	}
	begun, free := l.pace.free()
	if !free {
		var err error
		if begun, err = l.waitForPace(ctx, since, patience); err != nil {
			l.slots.Release(1)
			return permit{}, err
		}
	}
	return permit{begun: begun, waited: begun.Sub(requested), throttledWait: !free && l.pace.lastPassed().Before(requested)}, nil
}

// waitForPace waits until the pace allows the next request, and returns the time. Only the next request reserves a time, so that
// the later ones use the pace of their own moment.
func (l *limiter) waitForPace(ctx context.Context, since time.Time, patience time.Duration) (time.Time, error) {
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

// release returns a permit, with the error of the attempt or nil.
func (l *limiter) release(p permit, err error) {
	var api *APIError
	isAPI := errors.As(err, &api)
	slots := 1
	switch {
	case isAPI && api.Throttled():
		l.pace.throttled(p.begun, api)
	case err == nil, isAPI && !api.transient(): // A permanent rejection is within the quota too.
		l.pace.passed(p.begun)
		if l.passed.Add(1) == firstInFlight {
			slots += maxInFlight - firstInFlight
		}
	}
	l.slots.Release(int64(slots)) // Last, so that the next request uses the new pace.
}
