package ack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/hashicorp/go-retryablehttp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

const (
	// firstBackoff and maxBackoff bound the exponential back-off. The delay is a random part of it ("full jitter"), so that reads
	// that were rejected at the same time are not retried at the same time.
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 20 * time.Second

	// LastTry is how long before a deadline the last attempt or poll is made, so that the response can still arrive. If less than twice
	// that is left, it is half of the time that is left.
	LastTry = 3 * time.Second

	// minRemaining is the minimum time before a deadline for another attempt.
	minRemaining = 500 * time.Millisecond

	// maxCredentialsAge is the maximum wait for a permit before the credentials are fetched again: temporary credentials may
	// have been refreshed meanwhile. freshTimeout limits that while the permit is held. Mostly, the credentials are cached.
	maxCredentialsAge = time.Second
	freshTimeout      = time.Second
)

// attempts has the state of the attempts to get one response.
type attempts struct {
	client    *Client
	operation Operation
	started   time.Time
	count     int
	failing   time.Time // The time of the first failure. An attempt may take longer than max_retry_timeout.
	last      error     // The error of the last attempt, which the error of a context would hide.
	final     bool      // Whether there must not be another attempt.
	// throttledWait is the wait for the first permit, if the API throttled all requests meanwhile. It counts as retry time.
	throttledWait time.Duration
}

// retry sends the request and reads its response, until it succeeds or fails permanently. Each attempt gets credentials, acquires a
// permit, and is signed again.
func (c *Client) retry(
	ctx context.Context, operation Operation, build func() (*http.Request, error), read func(*http.Response, time.Time) error,
) error {
	a := &attempts{client: c, operation: operation, started: time.Now()}
	for {
		err := a.try(ctx, build, read)
		if err == nil {
			return nil
		}
		delay, again := a.judge(ctx, err)
		if !again || !Sleep(ctx, delay) {
			return a.failed(ctx)
		}
	}
}

// try makes one attempt. Credentials come first, so that a slow credentials source does not hold a permit. The request is built
// last, so that thousands of waiting reads do not hold one.
func (a *attempts) try(ctx context.Context, build func() (*http.Request, error), read func(*http.Response, time.Time) error) error {
	c := a.client
	credentials, err := c.credentials(ctx)
	if err != nil {
		a.count++
		return err
	}
	p, err := a.acquirePermit(ctx)
	if err != nil {
		a.final = true
		return err
	}
	ended := errors.New("the attempt panicked")
	defer func() { c.limiter.release(p, ended) }()
	if p.waited > maxCredentialsAge {
		credentials = c.freshCredentials(ctx, credentials)
	}
	request, err := build()
	if err != nil {
		ended = &BuildError{err}
		return ended
	}
	a.count++
	sent := time.Now()
	response, err := c.send(request, credentials)
	if err == nil {
		err = read(response, sent)
		_ = response.Body.Close()
	}
	ended = err
	var api *APIError
	if err == nil || errors.As(err, &api) && api.Code != "" {
		c.reached.Store(true)
	}
	return err
}

func (c *Client) credentials(ctx context.Context) (acs3.Credentials, error) {
	credentials, err := c.config.Credentials(ctx)
	if err != nil {
		return acs3.Credentials{}, &acs3.CredentialsError{Err: err}
	}
	return credentials, nil
}

// freshCredentials fetches credentials again, and returns the previous ones if that fails or is slow. Mostly these are still valid.
// If not, the next attempt fetches them without that timeout.
func (c *Client) freshCredentials(ctx context.Context, before acs3.Credentials) acs3.Credentials {
	ctx, cancel := context.WithTimeout(ctx, freshTimeout)
	defer cancel()
	if fresh, err := c.credentials(ctx); err == nil {
		return fresh
	}
	return before
}

// acquirePermit waits for the permit of the next attempt. Its error ends the attempts.
func (a *attempts) acquirePermit(ctx context.Context) (permit, error) {
	since := a.failing
	if since.IsZero() {
		since = time.Now()
	}
	p, err := a.client.limiter.acquire(ctx, since, a.client.config.RetryTimeout)
	if err != nil {
		var api *APIError
		switch {
		case ctx.Err() == nil && errors.As(a.last, &api) && api.Throttled():
			return permit{}, a.last // The error of the read itself says more.
		case a.last == nil:
			a.last = a.client.limiter.pace.waitingFor()
		}
		return permit{}, err
	}
	// The wait counts as retry time only if the API throttled all requests meanwhile.
	switch failing := !a.failing.IsZero(); {
	case failing && !p.throttledWait:
		a.failing = a.failing.Add(p.waited)
	case !failing && p.throttledWait:
		a.throttledWait = p.waited
	}
	return p, nil
}

// judge decides whether to retry, and after which delay.
func (a *attempts) judge(ctx context.Context, err error) (delay time.Duration, again bool) {
	if ctx.Err() != nil {
		if waiting := (*acs3.CredentialsError)(nil); errors.As(err, &waiting) {
			a.last = waiting // The credentials source used up the time, not the API.
		}
		return 0, false
	}
	if a.final {
		a.last = err
		return 0, false
	}
	a.last = a.client.mark(err)
	if a.failing.IsZero() {
		a.failing = time.Now().Add(-a.throttledWait)
	}
	var api *APIError
	if !Transient(a.last) || errors.As(a.last, &api) && api.NotServed() {
		return 0, false // The caller may have an alternative operation.
	}
	if delay, again = a.next(ctx, RetryAfter(a.last)); again && a.client.config.OnRetry != nil {
		a.client.config.OnRetry(ctx, Retry{Operation: a.operation, Attempt: a.count, Delay: delay, Err: a.last})
	}
	return delay, again
}

// next returns the delay before the next attempt, and whether there is one. A Retry-After of the server is a minimum: if it ends after
// the deadline, there is no next attempt. The back-off is shortened, so that a last attempt fits.
func (a *attempts) next(ctx context.Context, retryAfter time.Duration) (time.Duration, bool) {
	left := a.client.config.RetryTimeout - time.Since(a.failing)
	if deadline, ok := ctx.Deadline(); ok {
		remaining := time.Until(deadline)
		if remaining < minRemaining {
			return 0, false
		}
		left = min(left, remaining-min(LastTry, remaining/2))
	}
	if left <= 0 || retryAfter > left {
		return 0, false
	}
	ceiling := retryablehttp.DefaultBackoff(firstBackoff, maxBackoff, a.count-1, nil)
	return min(left, retryAfter+rand.N(ceiling)), true //nolint:gosec // Jitter needs no secure random numbers.
}

// failed returns the error of the whole request.
func (a *attempts) failed(ctx context.Context) error {
	e := &RequestError{Operation: a.operation, Attempts: a.count, Elapsed: time.Since(a.started), Err: a.last}
	switch err := ctx.Err(); {
	case err == nil:
		return e
	case errors.Is(err, context.Canceled):
		e.End = EndedByInterrupt
	default:
		e.End = EndedByDeadline
	}
	e.Err, e.Last = ctx.Err(), a.last
	return e
}

// Sleep reports whether it slept for d, and ctx did not end it.
func Sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}

// Transient reports whether a retry may succeed: after network errors, timeouts, throttling, and transient errors of the API. It does
// not after an unknown access key or cluster.
func Transient(err error) bool {
	var (
		marked      *transientError
		build       *BuildError
		api         *APIError
		invalid     *InvalidResponseError
		credentials *acs3.CredentialsError
		signing     *acs3.SigningError
	)
	switch {
	case err == nil:
		return false
	case errors.As(err, &marked):
		return true
	case errors.As(err, &build), errors.As(err, &signing):
		return false
	case errors.As(err, &api):
		return api.transient()
	case errors.As(err, &invalid):
		return invalid.truncated
	case errors.As(err, &credentials):
		var source interface{ Transient() bool } // Only the source knows whether a retry may succeed.
		return errors.As(credentials.Err, &source) && source.Transient()
	default:
		return netfault.Transient(err)
	}
}

// mark distinguishes errors that have the same type. An error before the first response of the API is permanent where the same
// error after it is transient: an HTML page of a proxy, for example. A timeout of an attempt is not the deadline of the read.
func (c *Client) mark(err error) error {
	if c.reached.Load() && transientOnceReached(err) {
		return &transientError{err}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the attempt timed out: %w", err)
	}
	return err
}

// transientOnceReached reports whether an error is transient after a response of the API.
func transientOnceReached(err error) bool {
	var (
		build       *BuildError
		invalid     *InvalidResponseError
		api         *APIError
		credentials *acs3.CredentialsError
		signing     *acs3.SigningError
	)
	switch {
	case errors.As(err, &build), errors.As(err, &credentials), errors.As(err, &signing):
		return false
	case errors.As(err, &api):
		kind := api.Kind()
		return kind == KindRedirect || kind == KindNotTheAPI ||
			api.HTTPStatus == http.StatusRequestTimeout || api.HTTPStatus == http.StatusTooEarly
	case errors.As(err, &invalid):
		return true
	default:
		return netfault.TransientOnceReached(err)
	}
}

// transientError is an error that would be permanent before the first response of the API, or with a complete response.
type transientError struct{ error }

func (e *transientError) Unwrap() error { return e.error }
