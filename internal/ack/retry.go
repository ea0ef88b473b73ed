package ack

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

const (
	// firstBackoff and maxBackoff bound the exponential back-off; what is waited is a random part of it ("full jitter"),
	// so that many reads that were refused at the same moment do not come back at the same moment.
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 20 * time.Second

	// lastTry is how long before a deadline the last attempt or poll is made, so that it still has time to be answered; of
	// a short time, half.
	lastTry = 3 * time.Second

	// maxWish is the longest time that a server is believed to want to be left alone.
	maxWish = 10 * time.Minute
)

// Transient reports whether a request that ended with err may well succeed when it is made again: network errors,
// time-outs, throttling, and the API's own passing faults. An unknown key or cluster does not become known by asking again.
func Transient(err error) bool {
	var (
		api         *APIError
		answer      *AnswerError
		proxy       *ProxyError
		credentials *acs3.CredentialsError
		signing     *acs3.SigningError
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		passing     *passingError
	)
	switch {
	case errors.As(err, &passing):
		return true
	case errors.As(err, &api):
		return api.transient()
	case errors.As(err, &proxy):
		return proxy.transient()
	case errors.As(err, &credentials):
		var source interface{ Transient() bool } // Only the source knows whether it may come back.
		return errors.As(credentials.Err, &source) && source.Transient()
	case errors.As(err, &answer):
		return answer.cutOff
	case errors.As(err, &signing), errors.As(err, &certificate), errors.As(err, &record):
		return false
	case errors.Is(err, http.ErrSchemeMismatch), errors.Is(err, errNoSuchHost):
		return false
	default:
		return err != nil // All that is left comes from the network.
	}
}

// errNoSuchHost marks the error of a name that does not exist, and that never answered before either: most likely a
// region or endpoint with a typo, which is not worth waiting for. A name that worked a moment ago is a passing fault.
var errNoSuchHost = errors.New("no such host")

// retry decides, for one request, whether and when to try again. Its methods are hooks of go-retryablehttp.
type retry struct {
	client   *Client
	attempts int
	failing  time.Time // when the first attempt failed; an attempt may take longer than all retries may
	last     error     // what the last attempt ended with, kept because a context that ends hides it
	delay    time.Duration
	turn     *turn         // of the attempt that is under way
	inVain   time.Duration // how much of the wait for the first turn was like a failed attempt
}

// do sends the request and reads its answer with decode, again and again while that is worth it. Every attempt passes
// through the signing transport and is signed afresh, when its turn has come.
func (r *retry) do(request *http.Request, decode func(*http.Response) error) error {
	if err := r.begin(request.Context()); err != nil {
		return err
	}
	defer r.end(context.Canceled) // Ends what a panic would leave; nothing else comes so far with its turn.
	attempt := &retryablehttp.Request{Request: request}
	attempt.SetResponseHandler(func(response *http.Response) error {
		defer func() { _ = response.Body.Close() }()
		err := decode(response)
		r.end(err)
		var api *APIError
		if err == nil || errors.As(err, &api) && api.Code != "" {
			r.client.answered.Store(true)
		}
		return err
	})
	client := &retryablehttp.Client{
		HTTPClient:     r.client.http,
		RetryMax:       math.MaxInt, // Time is what bounds the attempts: check.
		CheckRetry:     r.check,
		PrepareRetry:   func(request *http.Request) error { return r.begin(request.Context()) },
		Backoff:        func(time.Duration, time.Duration, int, *http.Response) time.Duration { return r.delay },
		ErrorHandler:   retryablehttp.PassthroughErrorHandler, // The last answer survives giving up.
		RequestLogHook: func(_ retryablehttp.Logger, _ *http.Request, i int) { r.attempts = i + 1 },
	}
	_, err := client.Do(attempt) //nolint:bodyclose // The response handler closes it.
	return err
}

// begin waits for the turn of the next attempt.
func (r *retry) begin(ctx context.Context) error {
	since := r.failing
	if since.IsZero() {
		since = time.Now()
	}
	t, err := r.client.limiter.take(ctx, since, r.client.config.RetryTimeout)
	var api *APIError
	switch {
	case err == nil:
	case ctx.Err() == nil && errors.As(r.last, &api) && api.Throttled():
		return r.last // It has been throttled itself: that says it better.
	case r.last == nil:
		r.last = r.client.limiter.pace.waitingFor()
		return err
	default:
		return err
	}
	// A long line is no fault that lasts; one that does not move is.
	switch failing := !r.failing.IsZero(); {
	case failing && !t.inVain:
		r.failing = r.failing.Add(t.waited)
	case !failing && t.inVain:
		r.inVain = t.waited
	}
	r.turn = &t
	return nil
}

// end ends the turn of an attempt with what that ended with, if it has not been ended yet.
func (r *retry) end(err error) {
	if r.turn != nil {
		r.client.limiter.end(*r.turn, err)
		r.turn = nil
	}
}

// check is called after each answer that has not been decoded yet, with no error, and then with what came of it.
func (r *retry) check(ctx context.Context, _ *http.Response, err error) (bool, error) {
	if err == nil {
		return false, nil
	}
	r.end(err) // There is none to decode.
	if ctx.Err() != nil {
		if waiting := (*acs3.CredentialsError)(nil); errors.As(err, &waiting) {
			r.last = waiting // Not the API is to blame for the time that is gone.
		}
		return false, ctx.Err()
	}
	r.last = r.client.mark(unwrapURL(err))
	if r.failing.IsZero() {
		r.failing = time.Now().Add(-r.inVain)
	}
	if !Transient(r.last) {
		return false, r.last
	}
	delay, ok := r.next(ctx, serverWish(r.last))
	if !ok {
		return false, r.last
	}
	r.delay = delay
	if r.client.config.OnRetry != nil {
		r.client.config.OnRetry(ctx, Retry{Attempt: r.attempts, Delay: delay, Err: r.last})
	}
	return true, nil
}

// next returns how long to wait before the next attempt, and whether there is to be one. The server's own wish is
// honoured, or, when it lies past the end, taken for a no; our own back-off is shortened to fit in a last attempt.
func (r *retry) next(ctx context.Context, wish time.Duration) (time.Duration, bool) {
	left := r.client.config.RetryTimeout - time.Since(r.failing)
	if deadline, ok := ctx.Deadline(); ok {
		remaining := time.Until(deadline)
		if remaining < minRemaining {
			return 0, false
		}
		left = min(left, remaining-min(lastTry, remaining/2))
	}
	if left <= 0 || wish > left {
		return 0, false
	}
	ceiling := retryablehttp.DefaultBackoff(firstBackoff, maxBackoff, r.attempts-1, nil)
	return min(left, wish+rand.N(ceiling)), true //nolint:gosec // Jitter is no secret.
}

// minRemaining is what must be left to a deadline for another attempt to make sense.
const minRemaining = 500 * time.Millisecond

// serverWish is how long the server asked to be left alone.
func serverWish(err error) time.Duration {
	if api := (*APIError)(nil); errors.As(err, &api) {
		return api.RetryAfter
	}
	return 0
}

// retryAfter reads the server's wish from an answer: the standard header, or the gateway's own, in which TimeLeft counts
// milliseconds and of several the longest holds.
func retryAfter(response *http.Response) time.Duration {
	// With bounds of zero, the library's back-off is what the standard header says. It reads it beside 429 and 503 only;
	// the gateway throttles with 400 too.
	wish := retryablehttp.DefaultBackoff(0, 0, 0, &http.Response{StatusCode: http.StatusTooManyRequests, Header: response.Header})
	for _, name := range []string{"x-ratelimit-user-api", "x-ratelimit-user"} {
		for _, pair := range strings.Split(response.Header.Get(name), ",") {
			key, text, _ := strings.Cut(strings.TrimSpace(pair), ":")
			milliseconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
			if strings.EqualFold(key, "TimeLeft") && (err == nil || errors.Is(err, strconv.ErrRange)) {
				wish = max(wish, time.Duration(min(milliseconds, maxWish.Milliseconds()))*time.Millisecond)
			}
		}
	}
	if seconds, err := strconv.ParseInt(response.Header.Get("Retry-After"), 10, 64); (err == nil || errors.Is(err, strconv.ErrRange)) && seconds > int64(maxWish/time.Second) {
		return maxWish // So many seconds need not even fit.
	}
	return min(wish, maxWish)
}

// mark tells apart what is given as the same error: a name that never existed, and one that has stopped resolving; the end
// of an attempt's time, and that of the whole read; something else at the API's address, and a page of a proxy's or a
// sign-in that came in between and will go again.
func (c *Client) mark(err error) error {
	var (
		dns    *net.DNSError
		answer *AnswerError
		api    *APIError
	)
	switch answered := c.answered.Load(); {
	case errors.As(err, &dns) && dns.IsNotFound && !answered:
		return &noSuchHostError{err}
	case answered && (errors.As(err, &answer) || errors.As(err, &api) && api.redirects()):
		return &passingError{err}
	case errors.Is(err, context.DeadlineExceeded):
		return fmt.Errorf("the attempt took too long: %w", err)
	default:
		return err
	}
}

type noSuchHostError struct{ error }

func (e *noSuchHostError) Unwrap() error { return e.error }

func (e *noSuchHostError) Is(target error) bool { return target == errNoSuchHost }

// passingError is what would be a fault for good if the API had not answered before, or if all of it had come.
type passingError struct{ error }

func (e *passingError) Unwrap() error { return e.error }
