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
	// firstBackoff and maxBackoff bound the exponential back-off; what is waited is a random part of it ("full jitter"),
	// so that many reads that were rejected at the same moment do not come back at the same moment.
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 20 * time.Second

	// LastTry is how long before a deadline the last attempt or poll is made, so that it still has time to be answered; of
	// a short time, half.
	LastTry = 3 * time.Second

	// minRemaining is what must be left to a deadline for another attempt to make sense.
	minRemaining = 500 * time.Millisecond

	// maxCredentialsAge is how long credentials may have waited for a turn before they are fetched again: temporary ones may
	// have been renewed meanwhile. freshTimeout is how long that may take while the turn is held; most of the time, they are
	// there already.
	maxCredentialsAge = time.Second
	freshTimeout      = time.Second
)

// attempts are those to get one response.
type attempts struct {
	client    *Client
	operation Operation
	started   time.Time
	count     int
	failing   time.Time // When the first attempt failed; an attempt may take longer than all retries may.
	last      error     // What the last attempt ended with, kept because a context that ends hides it.
	final     bool      // Whether there is to be no other attempt, whatever it ended with.
	inVain    time.Duration
}

// retry sends the request and reads its response, again and again while that is worth it: credentials, a turn, one attempt,
// and a judgement of how it ended. Every attempt is signed afresh, when its turn has come.
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

// try makes one attempt. Credentials come first: while a source of credentials hangs, nobody else must wait for the turn. The
// request is built last: thousands that wait for their turn would only hold it.
func (a *attempts) try(ctx context.Context, build func() (*http.Request, error), read func(*http.Response, time.Time) error) error {
	c := a.client
	credentials, err := c.credentials(ctx)
	if err != nil {
		a.count++
		return err
	}
	t, err := a.takeTurn(ctx)
	if err != nil {
		a.final = true
		return err
	}
	ended := errors.New("the attempt panicked")
	defer func() { c.limiter.end(t, ended) }()
	if t.waited > maxCredentialsAge {
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
		c.answered.Store(true)
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

// freshCredentials fetches credentials again, and returns the ones from before where that fails or takes its time: most of
// the time they are still good, and if they are not, the next attempt fetches them at leisure.
func (c *Client) freshCredentials(ctx context.Context, before acs3.Credentials) acs3.Credentials {
	ctx, cancel := context.WithTimeout(ctx, freshTimeout)
	defer cancel()
	if fresh, err := c.credentials(ctx); err == nil {
		return fresh
	}
	return before
}

// takeTurn waits for the turn of the next attempt. Its error ends the attempts.
func (a *attempts) takeTurn(ctx context.Context) (turn, error) {
	since := a.failing
	if since.IsZero() {
		since = time.Now()
	}
	t, err := a.client.limiter.take(ctx, since, a.client.config.RetryTimeout)
	if err != nil {
		var api *APIError
		switch {
		case ctx.Err() == nil && errors.As(a.last, &api) && api.Throttled():
			return turn{}, a.last // It has been throttled itself: that says it better.
		case a.last == nil:
			a.last = a.client.limiter.pace.waitingFor()
		}
		return turn{}, err
	}
	// A long queue is no error that lasts; one that does not move is.
	switch failing := !a.failing.IsZero(); {
	case failing && !t.inVain:
		a.failing = a.failing.Add(t.waited)
	case !failing && t.inVain:
		a.inVain = t.waited
	}
	return t, nil
}

// judge says whether there is to be another attempt, and after which pause.
func (a *attempts) judge(ctx context.Context, err error) (delay time.Duration, again bool) {
	if ctx.Err() != nil {
		if waiting := (*acs3.CredentialsError)(nil); errors.As(err, &waiting) {
			a.last = waiting // Not the API is to blame for the time that is gone.
		}
		return 0, false
	}
	if a.final {
		a.last = err
		return 0, false
	}
	a.last = a.client.mark(err)
	if a.failing.IsZero() {
		a.failing = time.Now().Add(-a.inVain)
	}
	var api *APIError
	if !Transient(a.last) || errors.As(a.last, &api) && api.NotServed() {
		return 0, false // Whoever asks may have another operation to ask.
	}
	if delay, again = a.next(ctx, RetryAfter(a.last)); again && a.client.config.OnRetry != nil {
		a.client.config.OnRetry(ctx, Retry{Operation: a.operation, Attempt: a.count, Delay: delay, Err: a.last})
	}
	return delay, again
}

// next returns how long to wait before the next attempt, and whether there is to be one. A time that the server asks for is
// honoured, or, when it lies past the end, taken for a no; our own back-off is shortened to fit in a last attempt.
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
	return min(left, retryAfter+rand.N(ceiling)), true //nolint:gosec // Jitter is no secret.
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

// Sleep reports whether it slept to its end, and not to that of ctx.
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

// Transient reports whether a request that ended with err may well succeed when it is made again: network errors, time-outs,
// throttling, and the API's own passing errors. An unknown key or cluster does not become known by asking again.
func Transient(err error) bool {
	var (
		passing     *passingError
		build       *BuildError
		api         *APIError
		invalid     *InvalidResponseError
		credentials *acs3.CredentialsError
		signing     *acs3.SigningError
	)
	switch {
	case err == nil:
		return false
	case errors.As(err, &passing):
		return true
	case errors.As(err, &build), errors.As(err, &signing):
		return false
	case errors.As(err, &api):
		return api.transient()
	case errors.As(err, &invalid):
		return invalid.truncated
	case errors.As(err, &credentials):
		var source interface{ Transient() bool } // Only the source knows whether it may come back.
		return errors.As(credentials.Err, &source) && source.Transient()
	default:
		return netfault.MayPass(err)
	}
}

// mark tells apart what is given as the same error: what never worked, and what has stopped working; the end of an attempt's
// time, and that of the whole read; something else at the API's address, and a page of a proxy's or a sign-in that came in
// between and will go again.
func (c *Client) mark(err error) error {
	if c.answered.Load() && passesOnceAnswered(err) {
		return &passingError{err}
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the attempt timed out: %w", err)
	}
	return err
}

// passesOnceAnswered reports whether an error passes, where the API has responded before.
func passesOnceAnswered(err error) bool {
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
		return netfault.MayPassOnceReached(err)
	}
}

// passingError is what would be an error for good if the API had not responded before, or if all of it had come.
type passingError struct{ error }

func (e *passingError) Unwrap() error { return e.error }
