package credentials

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
	"golang.org/x/sync/singleflight"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

const (
	// grace is how long a refresh may hold reads up while the last session is good.
	grace = 2 * time.Second
	// ending is how long the last caller that leaves waits for the refresh to end that it takes with it.
	ending = 50 * time.Millisecond
)

// errAbandoned says that a refresh was ended because canceled: no read was waiting for the credentials.
var errAbandoned = errors.New("canceled: no read was waiting for the credentials")

// session lets many reads share one provider of credentials-go. Such a provider alone takes no context, has no lock, loses a valid
// session when a refresh fails or does not end, panics on an incomplete response, and repeats secrets in its errors.
type session struct {
	provider providers.CredentialsProvider
	own      *expiring // the source of our own in it, which can be ended; nil when there is none
	about    string    // the source in words
	hint     string    // what to do when it fails and does not say why
	scrub    *scrubber
	failed   func(about string, err error) // called when a refresh fails while the session is valid; may be nil

	flight singleflight.Group // One call to the provider at a time.

	mu      sync.Mutex
	waiting int                // how many callers wait for a refresh
	began   time.Time          // when the current refresh began; zero if there is none
	ended   chan struct{}      // closed when the current refresh ends; nil if there is none
	abandon context.CancelFunc // ends it
	last    acs3.Credentials
	// goodUntil is the earliest end of the last session; zero if unknown. The library does not report the end of the sessions of
	// its own providers: one that it returned once may end soon. So a session is known to be valid only from the second time
	// on. If the first refresh after it fails, there is no session to use.
	goodUntil time.Time
}

// get is the session's acs3.Source. It returns at once when the context ends, and soon if the last session is still valid. The
// refresh goes on for other callers and for the next one. It is canceled when the context of its only caller ends, if the source can
// be canceled.
func (s *session) get(ctx context.Context) (acs3.Credentials, error) {
	if err := ctx.Err(); err != nil {
		return acs3.Credentials{}, err
	}
	s.join()
	defer s.leave(ctx)
	patience := time.NewTimer(s.patience())
	defer patience.Stop()
	refresh := func() (any, error) {
		c, err := s.refresh()
		return c, err
	}
	result := s.flight.DoChan("", refresh)
	for {
		select {
		case <-ctx.Done():
			return acs3.Credentials{}, fmt.Errorf("%s has not responded yet: %w", s.scrub.text(s.about), ctx.Err())
		case <-patience.C: // Once: if there is no good session now, there is none until the result comes.
			if c, ok := s.good(); ok {
				return c, nil
			}
		case r := <-result:
			if errors.Is(r.Err, errAbandoned) { // By those who had left when this one came.
				result = s.flight.DoChan("", refresh)
				continue
			}
			c, _ := r.Val.(acs3.Credentials) // It always is.
			return c, r.Err
		}
	}
}

// patience is the rest of the grace of the current refresh, so that a refresh that does not end delays reads only once.
func (s *session) patience() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.began.IsZero() {
		return grace
	}
	return grace - time.Since(s.began)
}

// good returns the last session, if it is known to be good.
func (s *session) good() (acs3.Credentials, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last, time.Now().Before(s.goodUntil)
}

// refresh calls the provider, which returns its session until that is about to end.
func (s *session) refresh() (acs3.Credentials, error) {
	ctx := s.begin()
	defer s.end()
	c, err := s.fetch()
	if err == nil {
		s.keep(c)
		return c, nil
	}
	if ctx.Err() != nil {
		return acs3.Credentials{}, errAbandoned
	}
	last, ok := s.good()
	reached := last != acs3.Credentials{}
	if ok {
		if s.failed != nil {
			s.failed(s.about, err)
		}
		return last, nil
	}
	u := understand(err, s.scrub, reached)
	return acs3.Credentials{}, &FetchError{Source: s.scrub.text(s.about), Reason: u.reason, Hint: or(u.hint, s.hint), transient: u.mayPass}
}

// begin notes that a refresh begins, and returns its context.
func (s *session) begin() context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began, s.ended = time.Now(), make(chan struct{})
	var ctx context.Context
	ctx, s.abandon = context.WithCancel(context.Background())
	if s.waiting == 0 { // Its caller has left already.
		s.abandon()
	}
	if s.own != nil {
		s.own.ctx = ctx
	}
	return ctx
}

// end notes that the refresh has ended.
func (s *session) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.abandon()
	close(s.ended)
	s.began, s.ended = time.Time{}, nil
}

// join notes that a caller has come.
func (s *session) join() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting++
}

// leave records that a caller leaves. If its context has ended and no other caller waits, it cancels the refresh: the process will
// probably end soon, and would leave a command behind.
func (s *session) leave(ctx context.Context) {
	s.mu.Lock()
	s.waiting--
	ended := s.ended
	if s.waiting > 0 || ctx.Err() == nil || s.own == nil || ended == nil {
		s.mu.Unlock()
		return
	}
	s.abandon()
	s.mu.Unlock()
	late := time.NewTimer(ending)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
	}
}

// keep stores the response of the provider.
func (s *session) keep(c acs3.Credentials) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c != s.last {
		s.scrub.learn(c.AccessKeyID, c.AccessKeySecret, c.SecurityToken)
	}
	source, knows := s.provider.(*expiring)
	switch {
	case knows:
		s.goodUntil = source.expires
	case c == s.last:
		s.goodUntil = time.Now().Add(refreshWindow)
	default:
		s.goodUntil = time.Time{}
	}
	s.last = c
}

// fetch calls the provider, and turns a panic into an error.
func (s *session) fetch() (c acs3.Credentials, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the response is incomplete: its Expiration is probably missing")
			if _, missing := p.(runtime.Error); !missing {
				err = fmt.Errorf("the source panicked: %v", p)
			}
		}
	}()
	got, err := s.provider.GetCredentials()
	switch {
	case err != nil:
		return acs3.Credentials{}, err
	case got == nil || got.AccessKeyId == "" || got.AccessKeySecret == "":
		return acs3.Credentials{}, errNoKey
	}
	return acs3.Credentials{
		AccessKeyID: got.AccessKeyId, AccessKeySecret: got.AccessKeySecret, SecurityToken: got.SecurityToken, ProviderName: got.ProviderName,
	}, nil
}
