package credentials

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
	"golang.org/x/sync/singleflight"
)

// refreshWindow is how long before the end of a session credentials-go asks for the next one. So a session that it hands
// out a second time, without asking, is good for longer than this.
const refreshWindow = 180 * time.Second

// session makes one of credentials-go's providers fit to be shared by many reads. By itself, such a provider takes no
// context, has no lock, loses a session that is still good when a refresh fails, panics on an answer with something
// missing, and repeats secrets in its errors.
type session struct {
	provider providers.CredentialsProvider
	about    string // the source in words
	hint     string // what to do when it fails and does not say why
	scrub    *scrubber

	flight singleflight.Group
	// What follows is touched only in flight, so by one at a time.
	last      Credentials
	goodUntil time.Time
}

// get is the session's Source. A caller whose context ends leaves at once; what it asked for comes to the others.
func (s *session) get(ctx context.Context) (Credentials, error) {
	if err := ctx.Err(); err != nil {
		return Credentials{}, err
	}
	result := s.flight.DoChan("", func() (any, error) {
		c, err := s.refresh()
		return c, err
	})
	select {
	case <-ctx.Done():
		return Credentials{}, fmt.Errorf("%s gave no answer yet: %w", s.about, ctx.Err())
	case r := <-result:
		c, _ := r.Val.(Credentials) // It always is.
		return c, r.Err
	}
}

// refresh asks the provider, which answers from its session until that is about to end.
func (s *session) refresh() (Credentials, error) {
	c, err := s.ask()
	_, knows := s.provider.(*expiring) // When its session ends, that is: it goes on with it by itself.
	switch now := time.Now(); {
	case err == nil && c == s.last:
		if !knows {
			s.goodUntil = now.Add(refreshWindow)
		}
		return c, nil
	case err == nil:
		s.last, s.goodUntil = c, time.Time{}
		s.scrub.learn(c.AccessKeyID, c.AccessKeySecret, c.SecurityToken)
		return c, nil
	case now.Before(s.goodUntil):
		return s.last, nil
	default:
		answer := readAnswer(err.Error())
		return Credentials{}, &FetchError{
			Source: s.about, Reason: s.scrub.text(answer.text), Hint: hint(answer.Code, s.hint), transient: transient(err, answer.Code),
		}
	}
}

// ask calls the provider, and turns a panic into an error.
func (s *session) ask() (c Credentials, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("the answer lacks something that belongs in it, most likely its Expiration")
			if _, missing := p.(runtime.Error); !missing {
				err = fmt.Errorf("asking it panicked: %v", p)
			}
		}
	}()
	got, err := s.provider.GetCredentials()
	switch {
	case err != nil:
		return Credentials{}, err
	case got == nil || got.AccessKeyId == "" || got.AccessKeySecret == "":
		return Credentials{}, errNoKey
	}
	return Credentials{got.AccessKeyId, got.AccessKeySecret, got.SecurityToken, got.ProviderName}, nil
}
