package ack

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// quota accepts a number of requests per second and throttles the others, as a token bucket or in windows of a second. It is an
// http.RoundTripper for fake time.
type quota struct {
	perSecond float64 // Zero throttles nothing.
	burst     float64 // The size of the bucket; zero for windows.
	headers   bool    // Whether it sends the header with the time to wait.

	latency       func() time.Duration // Of a response that is not throttled.
	rejectLatency time.Duration        // Of a throttled response.

	mu                       sync.Mutex
	tokens                   float64
	filled                   time.Time
	requests, throttledCount int
	inFlight, most           int
}

func always(d time.Duration) func() time.Duration { return func() time.Duration { return d } }

func varying() time.Duration { return 50*time.Millisecond + rand.N(250*time.Millisecond) }

func (q *quota) RoundTrip(r *http.Request) (*http.Response, error) {
	if date, err := time.Parse(acs3.DateFormat, r.Header.Get(acs3.HeaderDate)); err != nil || time.Since(date) >= time.Second {
		return nil, &acs3.SigningError{Err: fmt.Errorf("the date has gone stale: %s", r.Header.Get(acs3.HeaderDate))}
	}
	passes, left := q.admit()
	defer func() {
		q.mu.Lock()
		q.inFlight--
		q.mu.Unlock()
	}()
	delay := q.rejectLatency
	if passes {
		delay = q.latency()
	}
	if !Sleep(r.Context(), delay) {
		return nil, r.Context().Err()
	}
	switch {
	case passes:
		return says(200, jsonType, running)(r)
	case q.headers:
		return says(429, jsonType, throttled, "X-Ratelimit-User-Api", fmt.Sprintf("Limit:20,Remain:0,TimeLeft:%d,Reset:0", left.Milliseconds()))(r)
	default:
		return says(400, jsonType, throttled)(r)
	}
}

// admit reports whether a request passes, or how long until one does.
func (q *quota) admit() (bool, time.Duration) {
	q.mu.Lock()
	defer q.mu.Unlock()
	now := time.Now()
	q.requests++
	q.inFlight++
	q.most = max(q.most, q.inFlight)
	if q.perSecond == 0 {
		return true, 0
	}
	var left time.Duration
	if q.burst == 0 {
		if window := now.Truncate(time.Second); window.After(q.filled) {
			q.filled, q.tokens = window, q.perSecond
		}
		left = q.filled.Add(time.Second).Sub(now)
	} else {
		q.tokens = min(q.burst, q.tokens+q.perSecond*now.Sub(q.filled).Seconds())
		q.filled = now
		left = time.Duration((1 - q.tokens) / q.perSecond * float64(time.Second))
	}
	if q.tokens >= 1 {
		q.tokens--
		return true, 0
	}
	q.throttledCount++
	return false, left
}

// readAll reads the given number of clusters concurrently. It returns the duration and the errors.
func readAll(ctx context.Context, client *Client, clusters int) (time.Duration, []error) {
	started := time.Now()
	var mu sync.Mutex
	var failed []error
	var group sync.WaitGroup
	for range clusters {
		group.Go(func() {
			if _, err := client.GetUpgradeStatus(ctx, clusterID); err != nil {
				mu.Lock()
				defer mu.Unlock()
				failed = append(failed, err)
			}
		})
	}
	group.Wait()
	return time.Since(started), failed
}

func TestAFleetKeepsToAQuota(t *testing.T) {
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		clusters int
		quota    *quota
		requests float64 // The maximum number of requests per cluster.
		took     float64 // The maximum ratio to the ideal duration.
	}{
		"20 a second":                                {200, &quota{perSecond: 20, burst: 20, latency: always(100 * ms), rejectLatency: 100 * ms}, 1.3, 1.5},
		"20 a second, with headers":                  {200, &quota{perSecond: 20, burst: 20, headers: true, latency: always(100 * ms), rejectLatency: 100 * ms}, 1.3, 1.5},
		"20 a second, quickly refused":               {200, &quota{perSecond: 20, burst: 20, latency: varying, rejectLatency: 5 * ms}, 1.3, 1.5},
		"20 a second, quickly refused, with headers": {200, &quota{perSecond: 20, burst: 20, headers: true, latency: varying, rejectLatency: 5 * ms}, 1.3, 1.5},
		"20 a second, slowly refused, with headers":  {200, &quota{perSecond: 20, burst: 20, headers: true, latency: always(5 * ms), rejectLatency: 50 * ms}, 1.3, 1.5},
		"20 in each second":                          {200, &quota{perSecond: 20, latency: varying, rejectLatency: 5 * ms}, 1.3, 1.5},
		"20 in each second, with headers":            {200, &quota{perSecond: 20, headers: true, latency: varying, rejectLatency: 5 * ms}, 1.3, 1.5},
		"20 a second, 5 at once, with headers":       {200, &quota{perSecond: 20, burst: 5, headers: true, latency: varying, rejectLatency: 5 * ms}, 1.3, 1.5},
		"20 a second, one by one":                    {200, &quota{perSecond: 20, burst: 1, latency: varying, rejectLatency: 5 * ms}, 1.3, 2},
		"20 a second for 1000, with headers":         {1000, &quota{perSecond: 20, burst: 20, headers: true, latency: varying, rejectLatency: 5 * ms}, 1.1, 1.2},
		"20 in each second for 1000":                 {1000, &quota{perSecond: 20, latency: varying, rejectLatency: 5 * ms}, 1.1, 1.5},
		"1 a second":                                 {100, &quota{perSecond: 1, burst: 1, latency: varying, rejectLatency: 5 * ms}, 2, 2},
		"300 a second for 2000, with headers":        {2000, &quota{perSecond: 300, burst: 300, headers: true, latency: varying, rejectLatency: 5 * ms}, 1.1, 1.5},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				// One attempt may take a second. The wait for a permit takes longer.
				client := newTestClient(test.quota, func(c *Config) { c.AttemptTimeout = time.Second })
				took, failed := readAll(t.Context(), client, test.clusters)
				ideal := float64(test.clusters) / test.quota.perSecond
				requests := float64(test.quota.requests) / float64(test.clusters)
				t.Logf("%d clusters: %.2f requests each, %.1f s, which is %.2f of the ideal", test.clusters, requests, took.Seconds(), took.Seconds()/ideal)
				if len(failed) > 0 {
					t.Errorf("%d failed: %v", len(failed), failed[0])
				}
				if requests > test.requests || took.Seconds() > ideal*test.took {
					t.Errorf("more than %.2f requests each, or %.2f of the ideal", test.requests, test.took)
				}
			})
		})
	}
}

func TestRequestsAreNotPacedWithoutThrottling(t *testing.T) {
	for _, test := range []struct {
		clusters, most int
		want           time.Duration
	}{
		{1, 1, 100 * time.Millisecond},
		{50, 50, 100 * time.Millisecond},
		{200, 150, 200 * time.Millisecond}, // 50, then 150.
		{1000, 200, 600 * time.Millisecond},
	} {
		t.Run(fmt.Sprint(test.clusters), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q := &quota{latency: always(100 * time.Millisecond)}
				client := newTestClient(q)
				took, failed := readAll(t.Context(), client, test.clusters)
				t.Logf("%d clusters in %s, %d at once", test.clusters, took, q.most)
				if len(failed) > 0 || took != test.want || q.most != test.most || q.requests != test.clusters {
					t.Errorf("want %s, %d at once; %d requests, %d failed", test.want, test.most, q.requests, len(failed))
				}
				if limit := client.limiter.pace.limit.Limit(); limit != rate.Inf {
					t.Errorf("paced at %g a second", limit)
				}
			})
		})
	}
}

func TestPacingEndsAfterTheThrottling(t *testing.T) {
	for name, q := range map[string]*quota{
		"after a quota of 20":            {perSecond: 20, burst: 20},
		"after a quota of 1":             {perSecond: 1, burst: 1, headers: true},
		"after all had been used up":     {perSecond: 0.001, burst: 1},
		"after a quota of 300 a second ": {perSecond: 300, burst: 300},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				q.latency = always(100 * time.Millisecond)
				client := newTestClient(q)
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				readAll(ctx, client, 1000)
				slow := client.limiter.pace.limit.Limit()
				q.mu.Lock()
				q.perSecond = 0
				q.mu.Unlock()
				started := time.Now()
				for client.limiter.pace.limit.Limit() != rate.Inf && time.Since(started) < time.Hour {
					if _, failed := readAll(t.Context(), client, 200); len(failed) > 0 {
						t.Fatal(failed[0])
					}
				}
				t.Logf("from %.1f a second: %s", slow, time.Since(started).Round(time.Second))
				if took := time.Since(started); took > 90*time.Second {
					t.Errorf("took %s", took)
				}
				if took, _ := readAll(t.Context(), client, 200); took != 100*time.Millisecond {
					t.Errorf("200 reads took %s after that", took)
				}
			})
		})
	}
}

// A throttled read is queued again behind the others, so a few of the first finish after the last.
func TestPermitsAreGrantedInTheOrderOfTheRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(&quota{perSecond: 20, burst: 20, headers: true, latency: varying})
		var mu sync.Mutex
		var took []time.Duration
		var group sync.WaitGroup
		for i := range 600 {
			group.Go(func() {
				started := time.Now()
				if i >= 200 && !Sleep(t.Context(), 3*time.Second) {
					return
				}
				if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				if i < 200 {
					took = append(took, time.Since(started))
				}
			})
		}
		group.Wait()
		slices.Sort(took)
		t.Logf("of 200 reads, half took %s, all but 5 %s, all %s", took[99], took[194], took[199])
		if took[194] > 15*time.Second {
			t.Error("those who came later came first")
		}
	})
}

func TestAnAPIThatThrottlesEveryRequestEndsTheRetries(t *testing.T) {
	for name, test := range map[string]struct {
		resp     func(*http.Request) (*http.Response, error)
		requests int
		took     time.Duration
	}{
		"at once if it requires longer": {says(429, jsonType, throttled, "Retry-After", "40"), firstInFlight, 100 * time.Millisecond},
		"after the time for retries":    {says(429, jsonType, throttled), 100, 35 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var requests atomic.Int64
				client := newTestClient(roundTripper(func(r *http.Request) (*http.Response, error) {
					requests.Add(1)
					Sleep(r.Context(), 100*time.Millisecond)
					return test.resp(r)
				}))
				took, failed := readAll(t.Context(), client, 200)
				t.Logf("%d requests, gave up after %s", requests.Load(), took)
				if len(failed) != 200 || took > test.took || requests.Load() > int64(test.requests) {
					t.Errorf("%d of 200 failed, at most %d requests in %s wanted", len(failed), test.requests, test.took)
				}
				queued := 0
				for _, err := range failed {
					var api *APIError
					if !errors.As(err, &api) || !api.Throttled() || !Transient(err) {
						t.Fatal(err)
					}
					if err.Error() == "waiting: the API is throttling requests: HTTP 429 Too Many Requests, code Throttling.User, message too many, request ID R" {
						queued++
					}
				}
				if queued == 0 {
					t.Error("none gave up in the line")
				}
			})
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestADeadlineDuringThrottlingNamesTheThrottling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(&quota{perSecond: 1, burst: 1, latency: always(0)})
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		took, failed := readAll(ctx, client, 200)
		if took != 5*time.Second {
			t.Errorf("ended after %s", took)
		}
		const want = "context deadline exceeded; before that: waiting: the API is throttling requests: " +
			"HTTP 400 Bad Request, code Throttling.User, message too many, request ID R"
		said := false
		for _, err := range failed {
			said = said || errors.Is(err, context.DeadlineExceeded) && err.Error() == want
		}
		if !said {
			t.Errorf("none of %d says %s", len(failed), want)
		}
	})
}

// A read leaves nothing behind, at whatever point it ends: a synctest bubble fails a test with a remaining goroutine.
func TestEveryPermitIsReleased(t *testing.T) {
	for name, test := range map[string]struct {
		resp   func(*http.Request) (*http.Response, error)
		reads  int
		change func(*Config)
	}{
		"a response":                       {says(200, jsonType, running), 1, nil},
		"a refusal for good":               {says(404, jsonType, `{"code":"ErrorClusterNotFound"}`), 1, nil},
		"not a response of the API":        {says(200, "text/html", "<html>"), 1, nil},
		"a connection refused":             {fails(refused), 1, nil},
		"a body that breaks off":           {breaksOff, 1, nil},
		"no credentials":                   {nil, 1, func(c *Config) { c.Credentials = noCredentials }},
		"time-outs":                        {hangs, 1, nil},
		"a panic":                          {func(*http.Request) (*http.Response, error) { panic("on purpose") }, 1, func(c *Config) { c.AttemptTimeout = 0 }},
		"throttled for good":               {says(429, jsonType, throttled), 300, nil},
		"throttled, retries not allowed":   {says(429, jsonType, throttled), 300, func(c *Config) { c.RetryTimeout = 0 }},
		"interrupted in the middle":        {hangs, 30, func(c *Config) { c.AttemptTimeout = 0 }},
		"interrupted while slots are full": {hangs, 300, func(c *Config) { c.AttemptTimeout = 0 }},
		"interrupted in a pause":           {says(429, jsonType, throttled, "Retry-After", "20"), 300, nil},
		"interrupted at the pace":          {(&quota{perSecond: 1, burst: 1, latency: varying}).RoundTrip, 300, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				change := test.change
				if change == nil {
					change = func(*Config) {}
				}
				client := newTestClient(roundTripper(test.resp), change)
				interrupt := 10*time.Second + 123*time.Microsecond
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(interrupt, cancel)
				started := time.Now()
				var group sync.WaitGroup
				for range test.reads {
					group.Go(func() {
						defer func() { _ = recover() }()
						_, err := client.GetUpgradeStatus(ctx, clusterID)
						if ctx.Err() != nil && !errors.Is(err, context.Canceled) {
							t.Errorf("after %s: %v", time.Since(started), err)
						}
					})
				}
				group.Wait()
				if took := time.Since(started); took > interrupt {
					t.Errorf("ended after %s", took)
				}
				if !client.limiter.next.TryAcquire(1) || !client.limiter.slots.TryAcquire(firstInFlight) || client.limiter.slots.TryAcquire(1) {
					t.Error("not every turn was given back, once")
				}
			})
		})
	}
}

func noCredentials(context.Context) (acs3.Credentials, error) {
	return acs3.Credentials{}, errors.New("none")
}
