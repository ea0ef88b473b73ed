package credentials

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// stub is a provider like those of credentials-go: it keeps a session until 180 s before its end, and takes no lock. The test gives
// the result of each call.
type stub struct {
	calls   int // not atomic: the race detector sees two at a time
	result  func(call int) (*providers.Credentials, error)
	lasts   time.Duration
	current *providers.Credentials
	expires time.Time
}

func (s *stub) GetProviderName() string { return "stub" }

func (s *stub) GetCredentials() (*providers.Credentials, error) {
	if s.current == nil || time.Until(s.expires) <= refreshWindow {
		s.calls++
		c, err := s.result(s.calls)
		if err != nil {
			return nil, err
		}
		s.current, s.expires = c, time.Now().Add(s.lasts)
	}
	return s.current, nil
}

func key(call int) *providers.Credentials {
	return &providers.Credentials{AccessKeyId: fmt.Sprintf("STS.%d", call), AccessKeySecret: "secret", SecurityToken: "token", ProviderName: "stub"}
}

func newSession(s providers.CredentialsProvider) *session {
	own, _ := s.(*expiring)
	return &session{provider: s, own: own, about: "the stub", hint: "Fix it.", scrub: &scrubber{}}
}

func TestTwoHundredCallersMakeOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stub{lasts: time.Hour, result: func(call int) (*providers.Credentials, error) {
			time.Sleep(time.Second)
			return key(call), nil
		}}
		session := newSession(s)
		var all sync.WaitGroup
		for range 200 {
			all.Go(func() {
				c, err := session.get(t.Context())
				if err != nil || c != signer("STS.1", "secret", "token", "stub") {
					t.Errorf("got %+v and %v", c, err)
				}
			})
		}
		all.Wait()
		if s.calls != 1 {
			t.Errorf("%d fetches, want 1", s.calls)
		}
	})
}

// A poll every 30 s, for three times as long as a session.
func TestASessionIsRefreshedDuringAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stub{lasts: 15 * time.Minute, result: func(call int) (*providers.Credentials, error) { return key(call), nil }}
		session := newSession(s)
		for range 90 {
			if _, err := session.get(t.Context()); err != nil {
				t.Fatal(err)
			}
			if time.Until(s.expires) <= refreshWindow {
				t.Fatal("a session that is about to end was handed out")
			}
			time.Sleep(30 * time.Second)
		}
		if s.calls != 4 {
			t.Errorf("%d fetches, want 4", s.calls)
		}
	})
}

func TestAFailingRefresh(t *testing.T) {
	down := errors.New("down")
	for name, test := range map[string]struct {
		after  time.Duration // of the last response
		failed bool
	}{
		"goes on with the session while it is good": {refreshWindow - time.Second, false},
		"fails when the session may have ended":     {refreshWindow, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := &stub{lasts: 15 * time.Minute, result: func(call int) (*providers.Credentials, error) {
					if call > 1 {
						return nil, down
					}
					return key(call), nil
				}}
				session := newSession(s)
				for range 12 { // The last of them is at 11 minutes, with 4 to go.
					if _, err := session.get(t.Context()); err != nil {
						t.Fatal(err)
					}
					time.Sleep(time.Minute)
				}
				time.Sleep(test.after - time.Minute)
				c, err := session.get(t.Context())
				if s.calls != 2 {
					t.Errorf("%d fetches, want 2", s.calls)
				}
				if failed := err != nil; failed != test.failed {
					t.Fatalf("got %+v and %v", c, err)
				}
				if err == nil && c.AccessKeyID != "STS.1" {
					t.Errorf("got %+v, want the session that is still good", c)
				}
			})
		})
	}
}

func TestThePanicsAndErrorsOfASource(t *testing.T) {
	long := strings.Repeat("x ", 500)
	for name, test := range map[string]struct {
		result func(int) (*providers.Credentials, error)
		want   string
	}{
		"panic for something that is missing": {func(int) (*providers.Credentials, error) {
			var lacking struct{ Expiration *string }
			return &providers.Credentials{AccessKeyId: *lacking.Expiration}, nil
		}, "the response is incomplete: its Expiration is probably missing"},
		"panic with a secret": {func(int) (*providers.Credentials, error) { panic("AccessKeySecret=canary") }, "the source panicked: AccessKeySecret=(hidden)"},
		"return nothing":      {func(int) (*providers.Credentials, error) { return &providers.Credentials{}, nil }, "the response contains no access key"},
		"return no secret": {func(int) (*providers.Credentials, error) {
			return &providers.Credentials{AccessKeyId: "a"}, nil
		}, "the response contains no access key"},
		"fail at length": {func(int) (*providers.Credentials, error) { return nil, errors.New(long) }, long[:maxReason-1] + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := newSession(&stub{result: test.result}).get(t.Context())
			var failed *FetchError
			if !errors.As(err, &failed) || c != (acs3.Credentials{}) {
				t.Fatalf("got %+v and %v", c, err)
			}
			want := &FetchError{Source: "the stub", Reason: test.want, Hint: "Fix it."}
			if diff := cmp.Diff(want, failed, cmp.AllowUnexported(FetchError{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if got := err.Error(); got != "the stub: "+test.want {
				t.Errorf("got %q", got)
			}
		})
	}
}

func TestARefreshThatFailsDuringAValidSessionIsAWarning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var warnings []string
		r := &resolver{Input: Input{OnWarning: func(source, problem string) { warnings = append(warnings, source+": "+problem) }}, scrub: &scrubber{}}
		s := &stub{lasts: 15 * time.Minute, result: func(call int) (*providers.Credentials, error) {
			if call > 1 {
				return nil, errors.New("AccessKeySecret=canary")
			}
			return key(call), nil
		}}
		session := newSession(s)
		session.scrub, session.failed = r.scrub, r.refreshFailed
		for range 14 {
			if _, err := session.get(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Minute)
		}
		const refresh = "the stub: Refresh failed. The previous credentials are still valid: AccessKeySecret=(hidden)"
		want := []string{refresh, refresh} // After 12 and 13 minutes.
		if diff := cmp.Diff(want, warnings); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		(&resolver{}).warn("nobody listens", "")
	})
}

// A fetch that does not end, from the time on when a new session is due.
func TestARefreshThatDoesNotEndDelaysReadsBriefly(t *testing.T) {
	for name, source := range map[string]func(func(int) (*providers.Credentials, error)) providers.CredentialsProvider{
		"of the library": func(result func(int) (*providers.Credentials, error)) providers.CredentialsProvider {
			return &stub{lasts: 15 * time.Minute, result: result}
		},
		"of our own": func(result func(int) (*providers.Credentials, error)) providers.CredentialsProvider {
			call := 0
			return &expiring{name: "stub", fetch: func(context.Context) (providers.Credentials, time.Time, error) {
				call++
				c, err := result(call)
				return *c, time.Now().Add(15 * time.Minute), err
			}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				session := newSession(source(func(call int) (*providers.Credentials, error) {
					if call == 2 {
						time.Sleep(time.Minute)
					}
					return key(call), nil
				}))
				check := func(want string, wantWait time.Duration) {
					t.Helper()
					began := time.Now()
					c, err := session.get(t.Context())
					if waited := time.Since(began); err != nil || c.AccessKeyID != want || waited != wantWait {
						t.Errorf("got %q and %v after %s, want %q after %s", c.AccessKeyID, err, waited, want, wantWait)
					}
				}
				check("STS.1", 0)
				time.Sleep(11*time.Minute + 59*time.Second)
				check("STS.1", 0)
				time.Sleep(time.Second)
				var others sync.WaitGroup
				for range 10 {
					others.Go(func() { check("STS.1", grace) })
				}
				check("STS.1", grace)
				others.Wait()
				time.Sleep(time.Second)
				check("STS.1", 0) // The grace is the refresh's, not each read's.
				time.Sleep(58 * time.Second)
				check("STS.2", 0)
			})
		})
	}
}

// The end of a session of our own sources is known from the first fetch on, also while the first refresh does not end.
func TestASessionOfAnOwnSourceIsValidFromTheFirstFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		calls := 0
		session := newSession(&expiring{name: "x", fetch: func(context.Context) (providers.Credentials, time.Time, error) {
			if calls++; calls > 1 {
				time.Sleep(10 * time.Minute)
				return providers.Credentials{}, time.Time{}, errors.New("down")
			}
			return *key(calls), time.Now().Add(10 * time.Minute), nil
		}})
		for _, wait := range []time.Duration{0, 8 * time.Minute, time.Minute} {
			time.Sleep(wait)
			if c, err := session.get(t.Context()); err != nil || c.AccessKeyID != "STS.1" {
				t.Errorf("got %q and %v", c.AccessKeyID, err)
			}
		}
		time.Sleep(time.Minute)
		if c, err := session.get(t.Context()); err == nil { // It waits for the response now.
			t.Errorf("got %q, which has ended", c.AccessKeyID)
		}
	})
}

type nothing struct{}

func (nothing) GetProviderName() string                               { return "nothing" }
func (nothing) GetCredentials() (c *providers.Credentials, err error) { return }

func TestASourceThatReturnsNilIsAnError(t *testing.T) {
	if c, err := newSession(nothing{}).get(t.Context()); err == nil {
		t.Errorf("got %+v", c)
	}
}

func TestACanceledCallerReturnsAtOnceAndTheOthersGetTheResult(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stub{lasts: time.Hour, result: func(call int) (*providers.Credentials, error) {
			time.Sleep(time.Minute) // A fetch that does not end.
			return key(call), nil
		}}
		session := newSession(s)
		var others atomic.Int32
		for range 10 {
			go func() {
				if c, err := session.get(t.Context()); err == nil && c.AccessKeyID == "STS.1" {
					others.Add(1)
				}
			}()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		_, err := session.get(ctx)
		if took := time.Since(began); !errors.Is(err, context.DeadlineExceeded) || took != time.Second {
			t.Errorf("got %v after %s", err, took)
		}
		time.Sleep(time.Minute)
		if n := others.Load(); n != 10 || s.calls != 1 {
			t.Errorf("%d callers got the result of %d fetches, want 10 of 1", n, s.calls)
		}
	})
}

func TestACanceledCallerStartsNoFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &stub{result: func(call int) (*providers.Credentials, error) { return key(call), nil }}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newSession(s).get(ctx)
		synctest.Wait()
		if !errors.Is(err, context.Canceled) || s.calls != 0 {
			t.Errorf("got %v after %d fetches", err, s.calls)
		}
	})
}

func TestARoleIsAssumedWithTheCurrentCredentialsOfItsSource(t *testing.T) {
	f, err := assumed(found{provider: nothing{}, about: "nothing", hint: hintKey}, role{arn: Value{Text: "r"}, sessionName: "s", seconds: 899, sts: stsHost{name: "e"}})
	if err == nil {
		t.Errorf("got %+v, want an error for a session that is too short", f)
	}
	broken := newSession(nil)
	f, err = assumed(found{provider: &stub{result: func(int) (*providers.Credentials, error) { return nil, errors.New("no source") }}, about: "the stub"},
		role{arn: Value{Text: "r"}, sessionName: "s", seconds: 900, sts: stsHost{name: "e"}})
	if err != nil {
		t.Fatal(err)
	}
	broken.provider, broken.about = f.provider, f.words()
	if _, err := broken.get(t.Context()); err == nil || err.Error() != "the role r, assumed with the stub (STS at e): no source" {
		t.Errorf("got %v", err)
	}
}

func TestExpiringSources(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			calls   int
			fails   error
			expires time.Time
		)
		warnings := 0
		source := &expiring{name: "x", about: "the source", failed: func(string, error) { warnings++ }, fetch: func(context.Context) (providers.Credentials, time.Time, error) {
			calls++
			return *key(calls), expires, fails
		}}
		session := newSession(source)
		step := func(what string, wait time.Duration, wantKey string, wantCalls int) {
			t.Helper()
			time.Sleep(wait)
			c, err := session.get(t.Context())
			if c.AccessKeyID != wantKey || calls != wantCalls || (err != nil) != (wantKey == "") {
				t.Errorf("%s: got %q after %d fetches, and %v; want %q after %d", what, c.AccessKeyID, calls, err, wantKey, wantCalls)
			}
		}
		expires = time.Now().Add(10 * time.Minute)
		step("the first", 0, "STS.1", 1)
		step("kept", 7*time.Minute-time.Second, "STS.1", 1)
		fails = errors.New("down")
		step("good to its end", time.Second, "STS.1", 2)
		step("good to its very end", 3*time.Minute-time.Second, "STS.1", 3)
		step("ended", time.Second, "", 4)
		fails, expires = nil, time.Time{}
		step("without an end", 0, "STS.5", 5)
		step("kept a while", keep-time.Second, "STS.5", 5)
		step("called again", time.Second, "STS.6", 6)
		if warnings != 2 {
			t.Errorf("%d warnings about failed refreshes, want 2", warnings)
		}
	})
}
