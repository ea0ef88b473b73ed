package gateway

import (
	"fmt"
	"net/http"
	"time"

	"golang.org/x/time/rate"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// HeaderRateLimit is the gateway's header with the state of the user's quota of an operation.
const HeaderRateLimit = "X-Ratelimit-User-Api"

// RateLimit is the request quota of all clients together, which share one account. The gateway throttles requests beyond it, as a
// token bucket does. Only requests that pass all checks of the gateway count. A throttled request does not reach its cluster: it
// begins no timeline, and counts as no poll.
type RateLimit struct {
	// RequestsPerSecond is how many requests pass in each second: 1 or more.
	RequestsPerSecond int
	// Burst is how many pass at once after a time without any; zero means as many as RequestsPerSecond.
	Burst int
	// Status is the HTTP status that it throttles with, 429 or 400: the gateway uses both. Zero means 429.
	Status int
	// Headers has it say when to come back.
	Headers bool
}

// Check reports the first thing that is wrong with the limit, or nil. Its errors name the field that holds it.
func (l *RateLimit) Check(at string) error {
	switch {
	case l == nil:
	case l.RequestsPerSecond < 1:
		return document.Errorf(at+".requests_per_second", "%d is not a rate: give 1 or more, or leave %s out", l.RequestsPerSecond, at)
	case l.Burst < 0:
		return document.Errorf(at+".burst", "%d is not a number of requests: give 1 or more, or leave it out", l.Burst)
	case l.Status != 0 && l.Status != http.StatusTooManyRequests && l.Status != http.StatusBadRequest:
		return document.Errorf(at+".status", "%d is not one that the gateway throttles with: give 429 or 400, or leave it out", l.Status)
	}
	return nil
}

// RateLimitFields are the fields of a limit.
var RateLimitFields = []document.Field[RateLimit]{
	document.Value("requests_per_second", "a whole number, 1 or more", document.Number, func(l *RateLimit) *int { return &l.RequestsPerSecond }).Required(),
	document.Value("burst", "how many requests can come at once (as many as requests_per_second)", document.Number, func(l *RateLimit) *int { return &l.Burst }),
	document.Value("status", "of the response: 429 (default) or 400; the gateway uses both", document.Number, func(l *RateLimit) *int { return &l.Status }),
	document.Value("headers", "true for the header x-ratelimit-user-api, with TimeLeft in milliseconds",
		document.Boolean, func(l *RateLimit) *bool { return &l.Headers }),
}

// RateLimiter plays a RateLimit.
type RateLimiter struct {
	RateLimit
	bucket *rate.Limiter
}

// NewRateLimiter returns nil when there is no limit.
func NewRateLimiter(l *RateLimit) *RateLimiter {
	if l == nil {
		return nil
	}
	burst := l.Burst
	if burst == 0 {
		burst = l.RequestsPerSecond
	}
	return &RateLimiter{RateLimit: *l, bucket: rate.NewLimiter(rate.Limit(l.RequestsPerSecond), burst)}
}

// Allow takes a request into account, or rejects it. A nil limiter rejects nothing.
func (l *RateLimiter) Allow(now time.Time) *Rejection {
	if l == nil || l.bucket.AllowN(now, 1) {
		return nil
	}
	rejection := Reject(TooManyRequests)
	if l.Status != 0 {
		rejection.Status = l.Status
	}
	if l.Headers {
		missing := max(0, 1-l.bucket.TokensAt(now))
		left := time.Duration(missing / float64(l.RequestsPerSecond) * float64(time.Second))
		left = (left + time.Millisecond).Truncate(time.Millisecond) // Not a moment too early.
		rejection.Header = map[string]string{HeaderRateLimit: RateLimitHeader(l.RequestsPerSecond, left, now)}
	}
	return rejection
}

// RateLimitHeader says that of a limit nothing remains for so long.
func RateLimitHeader(limit int, left time.Duration, now time.Time) string {
	return fmt.Sprintf("Limit:%d,Remain:0,TimeLeft:%d,Reset:%d", limit, left.Milliseconds(), now.Add(left).UnixMilli())
}
