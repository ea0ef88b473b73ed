package ack

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// freeSlots returns the number of attempts that could start now.
func freeSlots(l *limiter) (n int64) {
	for l.slots.TryAcquire(1) {
		n++
	}
	l.slots.Release(n)
	return n
}

// A read that waits for credentials, such as an assumed role or a command, must not delay reads that have them.
func TestCredentialsAreFetchedBeforeThePermit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const reads = 60 // More than the initial number of permits.
		var waiting atomic.Int64
		release := make(chan struct{})
		client := newTestClient(roundTripper(says(200, jsonType, running)), func(c *Config) {
			c.Credentials = func(ctx context.Context) (acs3.Credentials, error) {
				waiting.Add(1)
				select {
				case <-ctx.Done():
					return acs3.Credentials{}, ctx.Err()
				case <-release:
					return staticKey(ctx)
				}
			}
		})
		var group sync.WaitGroup
		for range reads {
			group.Go(func() {
				if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
					t.Error(err)
				}
			})
		}
		synctest.Wait()
		if waiting.Load() != reads {
			t.Errorf("%d of %d reads wait for credentials", waiting.Load(), reads)
		}
		if n := freeSlots(client.limiter); n != firstInFlight {
			t.Errorf("%d turns are free, want %d", n, firstInFlight)
		}
		close(release)
		group.Wait()
	})
}

func TestNoPermitIsAcquiredWithoutCredentials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(newScript(t), func(c *Config) { c.Credentials = noCredentials })
		if !client.limiter.slots.TryAcquire(firstInFlight) {
			t.Fatal("not all turns are free")
		}
		// The error is returned without a free permit too.
		if _, err := client.GetUpgradeStatus(t.Context(), clusterID); !errors.As(err, new(*acs3.CredentialsError)) {
			t.Errorf("got %v", err)
		}
	})
}

// Temporary credentials may expire while a request waits for a permit.
func TestCredentialsAreFetchedAgainAfterALongWaitForAPermit(t *testing.T) {
	for name, test := range map[string]struct {
		wait    time.Duration
		fetched int64
	}{
		"a minute":           {maxCredentialsAge, 1},
		"more than a minute": {maxCredentialsAge + time.Second, 2},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var fetched atomic.Int64
				s := newScript(t, says(200, jsonType, running))
				client := newTestClient(s, func(c *Config) {
					c.Credentials = func(ctx context.Context) (acs3.Credentials, error) {
						fetched.Add(1)
						return staticKey(ctx)
					}
				})
				if !client.limiter.slots.TryAcquire(firstInFlight) {
					t.Fatal("not all turns are free")
				}
				time.AfterFunc(test.wait, func() { client.limiter.slots.Release(firstInFlight) })
				if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
					t.Error(err)
				}
				s.done()
				if fetched.Load() != test.fetched {
					t.Errorf("fetched %d times", fetched.Load())
				}
				if n := freeSlots(client.limiter); n != firstInFlight {
					t.Errorf("%d turns are free", n)
				}
			})
		})
	}
}

func TestThePreviousCredentialsAreUsedIfFetchingAgainFails(t *testing.T) {
	for name, again := range map[string]func(context.Context) error{
		"it fails": func(context.Context) error { return errors.New("busy") },
		"it hangs": func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var fetched atomic.Int64
				s := newScript(t, says(200, jsonType, running))
				client := newTestClient(s, func(c *Config) {
					c.Credentials = func(ctx context.Context) (acs3.Credentials, error) {
						if fetched.Add(1) > 1 {
							return acs3.Credentials{}, again(ctx)
						}
						return staticKey(ctx)
					}
				})
				if !client.limiter.slots.TryAcquire(firstInFlight) {
					t.Fatal("not all turns are free")
				}
				started := time.Now()
				time.AfterFunc(2*maxCredentialsAge, func() { client.limiter.slots.Release(firstInFlight) })
				if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil || fetched.Load() != 2 {
					t.Errorf("fetched %d times: %v", fetched.Load(), err)
				}
				if took := time.Since(started); took > 2*maxCredentialsAge+freshTimeout {
					t.Errorf("it took %s", took)
				}
				s.done()
				if n := freeSlots(client.limiter); n != firstInFlight {
					t.Errorf("%d turns are free", n)
				}
			})
		})
	}
}

func TestARequestThatCannotBeBuiltIsNotRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, says(200, jsonType, running))
		client := newTestClient(s)
		if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
			t.Fatal(err)
		}
		client.config.Endpoint = "bad host" // A bad request is permanent even if the API has responded before.
		started := time.Now()
		for _, call := range []func() error{
			func() error { _, err := client.GetUpgradeStatus(t.Context(), clusterID); return err },
			func() error { _, err := client.DescribeClusterTasks(t.Context(), clusterID, 1, 100); return err },
			func() error { _, err := client.DescribeClusterDetail(t.Context(), ""); return err },
		} {
			var request *RequestError
			if err := call(); !errors.As(err, new(*BuildError)) || !errors.As(err, &request) || request.Attempts != 0 || Transient(err) {
				t.Errorf("got %#v", err)
			}
		}
		if time.Since(started) != 0 {
			t.Errorf("it took %s", time.Since(started))
		}
		s.done()
	})
}

// Once the API has responded, another server may respond at its address for a while, so the error is transient. If the response
// may mean that the operation was withdrawn, the client still returns it at once: the caller may have an alternative operation.
func TestErrorsThatAreTransientOnceTheAPIHasResponded(t *testing.T) {
	page := "<html>"
	for name, test := range map[string]struct {
		status            int
		contentType, body string
		passes            bool // Once the API has responded. Before, none is transient.
		retried           bool
	}{
		"408":                       {408, "", "", true, true},
		"425":                       {425, "", "", true, true},
		"a page with 403":           {403, "text/html", page, true, true},
		"a page with 404":           {404, "text/html", page, true, false},
		"a page with 410":           {410, "text/html", page, true, false},
		"a page with 400":           {400, "text/html", page, true, true},
		"a page with 200":           {200, "text/html", page, true, true},
		"206":                       {206, jsonType, succeeded, true, true},
		"403 of the API":            {403, jsonType, `{"code":"Forbidden.RAM"}`, false, false},
		"404 of the API":            {404, jsonType, `{"code":"ErrorClusterNotFound"}`, false, false},
		"400 of the API":            {400, jsonType, `{"code":"ErrorClusterState"}`, false, false},
		"an operation that is gone": {404, jsonType, `{"Code":"InvalidAction.NotFound"}`, false, false},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				resp := says(test.status, test.contentType, test.body)
				_, err := newTestClient(newScript(t, resp)).GetUpgradeStatus(t.Context(), clusterID)
				if err == nil || Transient(err) {
					t.Errorf("before: %v, transient: %t", err, Transient(err))
				}
				responses := []func(*http.Request) (*http.Response, error){says(200, jsonType, running), resp}
				if test.retried {
					responses = append(responses, resp, says(200, jsonType, running))
				}
				s := newScript(t, responses...)
				client := newTestClient(s)
				if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
					t.Fatal(err)
				}
				_, err = client.GetUpgradeStatus(t.Context(), clusterID)
				if (err == nil) != test.retried || !test.retried && Transient(err) != test.passes {
					t.Errorf("after: %v, transient: %t", err, Transient(err))
				}
				s.done()
			})
		})
	}
}

// An error code shows that the API has responded, so the same response is transient.
func TestATimeoutOfTheAPIIsTransientFromTheFirstRequest(t *testing.T) {
	for _, status := range []int{http.StatusRequestTimeout, http.StatusTooEarly} {
		synctest.Test(t, func(t *testing.T) {
			s := newScript(t, says(status, jsonType, `{"code":"RequestTimeout"}`), says(200, jsonType, running))
			if _, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID); err != nil {
				t.Errorf("%d: %v", status, err)
			}
			s.done()
		})
	}
}

// A response of any operation shows that the API exists, and so does an error with a code. A response without a code may be from
// another server.
func TestAResponseOfAnyOperationShowsThatTheAPIExists(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for first, answered := range map[string]bool{`{"state":"running"}`: true, `{"code":"Forbidden.RAM"}`: true, `[]`: false} {
			s := newScript(t, says(200, jsonType, first), says(403, "text/html", "<html>"), says(200, jsonType, running))
			client := newTestClient(s)
			_, _ = client.DescribeClusterDetail(t.Context(), clusterID)
			if _, err := client.GetUpgradeStatus(t.Context(), clusterID); (err == nil) != answered {
				t.Errorf("%s: %v", first, err)
			}
		}
	})
}
