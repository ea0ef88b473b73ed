package ack

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The numbers by which the pace is found, in requests per second where nothing else is said. They are tuned on quotas of
// 1 to 300 a second, as token buckets and as windows, see TestAFleetKeepsToAQuota.
const (
	// slower is what of the rate that got through is left after a throttled answer.
	slower = 0.7
	// faster is what each answer adds: at full use, a tenth per second.
	faster rate.Limit = 0.1
	// firstPace is the least that a first throttled answer slows to. One volley is a small sample: that all of it was
	// refused says more of who came just before than of the quota.
	firstPace rate.Limit = 10
	// leastPace is the least of all.
	leastPace rate.Limit = 0.5
	// noPace is the rate at which pacing ends, or twice the rate at which it began if that is more: a fleet of 200 is
	// not slowed by it.
	noPace rate.Limit = 200

	// sample is over which time the rate is taken that got through. It is also the pause after a throttled answer that
	// asks for none: no quota counts in less.
	sample = time.Second
)

// pace finds out how fast an API may be asked, from what it lets through and what it throttles: not at all paced until
// the first throttled answer, then a pause, and from there on a pace that grows with every answer until it is no longer
// one. It is the idea of the AWS SDKs' adaptive mode.
type pace struct {
	limit *rate.Limiter // Inf while there is no pace. Changed with mu held.

	mu      sync.Mutex
	answers []time.Time // When those of the last sample passed.
	last    time.Time   // When the last of all did.
	slowed  time.Time   // When the pace was last slowed.
	paused  time.Time   // When the pause ends that came with it.
	got     rate.Limit  // What got through before that.
	refused time.Time   // When the last throttled answer came.
	refusal *APIError   // That answer.
}

func newPace() *pace {
	return &pace{limit: rate.NewLimiter(rate.Inf, 1)}
}

// free reports whether there is no pace to keep and no pause to sit out, and if so begins a turn.
func (p *pace) free() (begun time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	return now, p.limit.Limit() == rate.Inf && !now.Before(p.paused)
}

// begin begins a turn or, when that is too early, returns for how long. It returns an error if the last answer was
// throttled, and by the time the turn comes nothing will have passed for longer than patience from the time since on.
func (p *pace) begin(since time.Time, patience time.Duration) (begun time.Time, early time.Duration, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	if early = p.paused.Sub(now); early <= 0 {
		place := p.limit.ReserveN(now, 1)
		if early = place.DelayFrom(now); early <= 0 {
			return now, 0, nil
		}
		place.CancelAt(now) // Nobody keeps a place that has to be waited for: the pace may be another by then.
	}
	if p.last.After(since) {
		since = p.last
	}
	if p.refused.After(p.last) && now.Add(early).Sub(since) > patience {
		answer := *p.refusal
		answer.RetryAfter = early
		return now, 0, &throttledError{&answer}
	}
	return now, early, nil
}

// lastPassed returns when the last request passed, or zero.
func (p *pace) lastPassed() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// waitingFor returns what those wait for who wait for their turn, a *throttledError, or nil when there is no pace.
func (p *pace) waitingFor() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.limit.Limit() == rate.Inf {
		return nil
	}
	return &throttledError{p.refusal}
}

// passed notes that a turn was not throttled.
func (p *pace) passed(begun time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.answers, p.last = append(p.since(now.Add(-sample)), now), now
	switch limit := p.limit.Limit(); {
	case limit == rate.Inf:
	case !begun.After(p.slowed): // It was under way already, and belongs to what got through.
		p.got++
		p.limit.SetLimit(max(limit, p.got*slower))
	case limit+faster >= max(noPace, 2*p.got):
		p.limit.SetLimit(rate.Inf)
	default:
		p.limit.SetLimit(limit + faster)
	}
}

// throttled notes that a turn was.
func (p *pace) throttled(begun time.Time, answer *APIError) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.refused, p.refusal = now, answer
	wish := answer.RetryAfter
	if wish <= 0 {
		wish = sample
	}
	if until := now.Add(wish); until.After(p.paused) {
		p.paused = until
	}
	if !begun.After(p.slowed) {
		return // It was under way already: that is known.
	}
	p.slowed = now
	p.answers = p.since(now.Add(-sample))
	p.got = rate.Limit(len(p.answers))
	least := firstPace
	if limit := p.limit.Limit(); limit != rate.Inf {
		// Not more than the pace got through, and not much less: at a slow one, a second is a small sample too.
		p.got = min(max(p.got, limit/2), limit)
		least = leastPace
	}
	p.limit.SetLimit(max(p.got*slower, least))
}

// since returns the answers later than the given time.
func (p *pace) since(t time.Time) []time.Time {
	for i, at := range p.answers {
		if at.After(t) {
			return p.answers[i:]
		}
	}
	return nil
}

// throttledError is a request that was not made, because the API had throttled another one a moment before.
type throttledError struct{ answer *APIError }

func (e *throttledError) Error() string {
	return "waiting: the API is throttling requests: " + e.answer.Error()
}

func (e *throttledError) Unwrap() error { return e.answer }
