package credentials

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

func TestTheFetchOfAnOwnSourceIsCanceledWithItsLastCaller(t *testing.T) {
	for name, provider := range map[string]func(*expiring) providers.CredentialsProvider{
		"used directly":         func(own *expiring) providers.CredentialsProvider { return own },
		"used to assume a role": func(own *expiring) providers.CredentialsProvider { return behind{own} },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var calls, ended atomic.Int32
				own := &expiring{name: "x", failed: func(string, error) { t.Error("a warning about a canceled fetch") }}
				own.fetch = func(ctx context.Context) (providers.Credentials, time.Time, error) {
					if calls.Add(1) == 2 {
						return *key(2), time.Time{}, nil
					}
					<-ctx.Done()
					ended.Add(1)
					time.Sleep(ending / 2)
					return providers.Credentials{}, time.Time{}, ctx.Err()
				}
				session := newSession(provider(own))
				session.own = own
				var callers sync.WaitGroup
				check := func(timeout, wantWait time.Duration) {
					ctx, cancel := context.WithTimeout(t.Context(), timeout)
					defer cancel()
					began := time.Now()
					if _, err := session.get(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != wantWait {
						t.Errorf("got %v after %s", err, time.Since(began))
					}
				}
				callers.Go(func() { check(time.Second, time.Second) })
				callers.Go(func() { check(time.Minute, time.Minute+ending/2) })
				time.Sleep(time.Minute - time.Millisecond)
				if calls.Load() != 1 || ended.Load() != 0 {
					t.Errorf("%d fetches, %d given up, while one caller waits", calls.Load(), ended.Load())
				}
				time.Sleep(2 * time.Millisecond)
				// One that comes while the fetch ends is not to suffer from that.
				c, err := session.get(t.Context())
				if err != nil || c.AccessKeyID != "STS.2" || ended.Load() != 1 {
					t.Errorf("got %+v and %v, %d given up", c, err, ended.Load())
				}
				callers.Wait()
			})
		})
	}
}

// behind wraps a source as the library's role does.
type behind struct{ providers.CredentialsProvider }

func TestAFetchThatIgnoresCancellationDelaysCallersBriefly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		session := newSession(&expiring{name: "x", fetch: func(context.Context) (providers.Credentials, time.Time, error) {
			time.Sleep(time.Minute)
			return *key(1), time.Time{}, nil
		}})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		began := time.Now()
		if _, err := session.get(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != time.Second+ending {
			t.Errorf("got %v after %s", err, time.Since(began))
		}
		time.Sleep(time.Minute) // The bubble must not end before the fetch.
	})
}
