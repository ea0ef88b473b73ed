package acksim

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/time/rate"
)

// headerRateLimit is where the gateway says how things stand with the user's quota of one operation.
const headerRateLimit = "X-Ratelimit-User-Api"

// RateLimit is how fast ACK may be asked by all clients together, which stand for one account. The gateway throttles what
// goes beyond that, as a token bucket does. Only requests that pass all checks of the gateway count; one that is throttled
// does not reach its cluster, so that no timeline begins or goes on with it.
type RateLimit struct {
	// RequestsPerSecond is how many requests pass in each second: 1 or more.
	RequestsPerSecond int
	// Burst is how many pass at once after a time without any; zero means as many as RequestsPerSecond.
	Burst int
	// Status is the HTTP status that it throttles with, 429 or 400: the gateway knows both. Zero means 429.
	Status int
	// Headers has it say when to come back.
	Headers bool
}

func (l *RateLimit) check(at string) error {
	switch {
	case l == nil:
	case l.RequestsPerSecond < 1:
		return faulty(at+".requests_per_second", "%d is not a rate: give 1 or more, or leave %s out", l.RequestsPerSecond, at)
	case l.Burst < 0:
		return faulty(at+".burst", "%d is not a number of requests: give 1 or more, or leave it out", l.Burst)
	case l.Status != 0 && l.Status != http.StatusTooManyRequests && l.Status != http.StatusBadRequest:
		return faulty(at+".status", "%d is not one that the gateway throttles with: give 429 or 400, or leave it out", l.Status)
	}
	return nil
}

func (r scenarioReader) rateLimit(to **RateLimit) read {
	return func(at string, n node) error {
		l := &RateLimit{}
		*to = l
		return r.object(at, n, map[string]read{
			"requests_per_second": number(&l.RequestsPerSecond),
			"burst":               number(&l.Burst),
			"status":              number(&l.Status),
			"headers":             boolean(&l.Headers),
		})
	}
}

// rateLimiter plays a RateLimit.
type rateLimiter struct {
	RateLimit
	bucket *rate.Limiter
}

// newRateLimiter returns nil when there is no limit.
func newRateLimiter(l *RateLimit) *rateLimiter {
	if l == nil {
		return nil
	}
	burst := l.Burst
	if burst == 0 {
		burst = l.RequestsPerSecond
	}
	return &rateLimiter{RateLimit: *l, bucket: rate.NewLimiter(rate.Limit(l.RequestsPerSecond), burst)}
}

// check takes a request into account, or refuses it. A nil limiter refuses nothing.
func (l *rateLimiter) check(now time.Time) *refusal {
	if l == nil || l.bucket.AllowN(now, 1) {
		return nil
	}
	no := refuse(tooManyRequests)
	if l.Status != 0 {
		no.status = l.Status
	}
	if l.Headers {
		missing := max(0, 1-l.bucket.TokensAt(now))
		left := time.Duration(missing / float64(l.RequestsPerSecond) * float64(time.Second))
		left = (left + time.Millisecond).Truncate(time.Millisecond) // Not a moment too early.
		no.header = map[string]string{headerRateLimit: rateLimitHeader(l.RequestsPerSecond, left, now)}
	}
	return no
}

// rateLimitHeader says that of a limit nothing remains for so long.
func rateLimitHeader(limit int, left time.Duration, now time.Time) string {
	return fmt.Sprintf("Limit:%d,Remain:0,TimeLeft:%d,Reset:%d", limit, left.Milliseconds(), now.Add(left).UnixMilli())
}
