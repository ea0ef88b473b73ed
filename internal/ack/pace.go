package ack

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The parameters of the pace. Rates are in requests per second. They are tuned on quotas of 1 to 300 per second, as token buckets
// and as windows: see TestAFleetKeepsToAQuota.
const (
	// backoffFactor times the measured rate is the rate after a throttled response.
	backoffFactor = 0.7
	// recoveryStep is added to the rate by each response: 10 percent per second at full use.
	recoveryStep rate.Limit = 0.1
	// minFirstRate is the minimum rate after the first throttled response. The first burst is a small sample: other clients may have
	// used up the quota before it.
	minFirstRate rate.Limit = 10
	// minRate is the minimum rate.
	minRate rate.Limit = 0.5
	// unlimitedRate is the rate at which pacing ends, or twice the rate before the throttling if that is more. It does not slow a
	// fleet of 200.
	unlimitedRate rate.Limit = 200

	// window is the time over which the rate is measured. It is also the pause after a throttled response without Retry-After,
	// because no quota has a shorter period.
	window = time.Second
)

// pace adapts the request rate to the quota of the API. There is no limit until the first throttled response. Then there is a pause,
// and a rate that grows with every response until pacing ends. The adaptive mode of the AWS SDKs works the same way.
type pace struct {
	limit *rate.Limiter // Inf while there is no limit. Changed with mu held.

	mu                 sync.Mutex
	responses          []time.Time // The times of the responses in the last window that were not throttled.
	last               time.Time   // The time of the last such response.
	slowed             time.Time   // The time of the last slow-down.
	pausedUntil        time.Time   // The end of the pause.
	rateBeforeThrottle rate.Limit  // The measured rate before the slow-down.
	throttledAt        time.Time   // The time of the last throttled response.
	lastThrottled      *APIError   // The last throttled response.
}

func newPace() *pace {
	return &pace{limit: rate.NewLimiter(rate.Inf, 1)}
}

// free reports whether there is no limit and no pause. If so, begun is the time of the permit.
func (p *pace) free() (begun time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	return now, p.limit.Limit() == rate.Inf && !now.Before(p.pausedUntil)
}

// begin returns the time of the next request, or the delay before it. It returns an error if the last response was throttled, and
// if after the delay no request will have passed for longer than patience, counted from since.
func (p *pace) begin(since time.Time, patience time.Duration) (begun time.Time, early time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if early = p.pausedUntil.Sub(now); early <= 0 {
		reservation := p.limit.ReserveN(now, 1)
		if early = reservation.DelayFrom(now); early <= 0 {
			return now, 0, nil
		}
		reservation.CancelAt(now) // The rate can change during the delay, so the request reserves again after it.
	}
	if p.last.After(since) {
		since = p.last
	}
	if p.throttledAt.After(p.last) && now.Add(early).Sub(since) > patience {
		throttled := *p.lastThrottled
		throttled.RetryAfter = early
		return now, 0, &throttledError{&throttled}
	}
	return now, early, nil
}

// lastPassed returns the time of the last response that was not throttled, or zero.
func (p *pace) lastPassed() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// waitingFor returns the *throttledError that requests wait for, or nil without a limit.
func (p *pace) waitingFor() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit.Limit() == rate.Inf {
		return nil
	}
	return &throttledError{p.lastThrottled}
}

// passed records a request that was not throttled.
func (p *pace) passed(begun time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.responses, p.last = append(p.since(now.Add(-window)), now), now
	switch limit := p.limit.Limit(); {
	case limit == rate.Inf:
	case !begun.After(p.slowed): // It was in flight before the slow-down, and counts for the rate before it.
		p.rateBeforeThrottle++
		p.limit.SetLimit(max(limit, p.rateBeforeThrottle*backoffFactor))
	case limit+recoveryStep >= max(unlimitedRate, 2*p.rateBeforeThrottle):
		p.limit.SetLimit(rate.Inf)
	default:
		p.limit.SetLimit(limit + recoveryStep)
	}
}

// throttled records a request that was throttled.
func (p *pace) throttled(begun time.Time, response *APIError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.throttledAt, p.lastThrottled = now, response
	delay := response.RetryAfter
	if delay <= 0 {
		delay = window
	}
	if until := now.Add(delay); until.After(p.pausedUntil) {
		p.pausedUntil = until
	}
	if !begun.After(p.slowed) {
		return // It was in flight before the slow-down, which counts it.
	}
	p.slowed = now
	p.responses = p.since(now.Add(-window))
	p.rateBeforeThrottle = rate.Limit(len(p.responses))
	least := minFirstRate
	if limit := p.limit.Limit(); limit != rate.Inf {
		// At most the limit, and at least half of it: at a low rate, a window is a small sample.
		p.rateBeforeThrottle = min(max(p.rateBeforeThrottle, limit/2), limit)
		least = minRate
	}
	p.limit.SetLimit(max(p.rateBeforeThrottle*backoffFactor, least))
}

// since returns the times of responses after the given time.
func (p *pace) since(t time.Time) []time.Time {
	for i, at := range p.responses {
		if at.After(t) {
			return p.responses[i:]
		}
	}
	return nil
}

// throttledError is a request that was not sent, because the API had throttled another request before.
type throttledError struct{ response *APIError }

func (e *throttledError) Error() string {
	return "waiting: the API is throttling requests: " + e.response.Error()
}

func (e *throttledError) Unwrap() error { return e.response }
