package upgrade

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// slowly delays every operation. Like a real request, it ends with its context.
func slowly(status, tasks, detail time.Duration) func(*fakeAPI) {
	return func(f *fakeAPI) {
		requestStatus, requestTasks, requestDetail := f.status, f.tasks, f.detail
		f.status = func(ctx context.Context, id string) (*ack.UpgradeStatus, error) {
			if !ack.Sleep(ctx, status) {
				return nil, failedRequest(ack.GetUpgradeStatus, ctx.Err())
			}
			return requestStatus(ctx, id)
		}
		f.tasks = func(ctx context.Context, id string, page, size int) (*ack.ClusterTasks, error) {
			if !ack.Sleep(ctx, tasks) {
				return nil, failedRequest(ack.DescribeClusterTasks, ctx.Err())
			}
			return requestTasks(ctx, id, page, size)
		}
		f.detail = func(ctx context.Context, id string) (*ack.ClusterDetail, error) {
			if !ack.Sleep(ctx, detail) {
				return nil, failedRequest(ack.DescribeClusterDetail, ctx.Err())
			}
			return requestDetail(ctx, id)
		}
	}
}

// readFleet reads clusters in parallel. It returns the duration of each, unordered, and the errors.
func readFleet(ctx context.Context, r *Reader, clusters int, query Query) (took []time.Duration, failed []error) {
	var (
		mu    sync.Mutex
		group sync.WaitGroup
	)
	started := time.Now()
	for i := range clusters {
		group.Go(func() {
			q := query
			q.ClusterID = fmt.Sprint("c", i)
			reading, err := r.Read(ctx, q)
			mu.Lock()
			defer mu.Unlock()
			took = append(took, time.Since(started))
			if err != nil {
				failed = append(failed, err)
			} else if reading.ClusterID != q.ClusterID {
				failed = append(failed, fmt.Errorf("%s was read as %s", q.ClusterID, reading.ClusterID))
			}
		})
	}
	group.Wait()
	return took, failed
}

func TestAFleetFindsTheAvailableSourceOnce(t *testing.T) {
	const clusters, second = 1000, time.Second
	for name, test := range map[string]struct {
		err              error // Of GetUpgradeStatus.
		requests, atMost int   // The number of requests for GetUpgradeStatus, and the maximum duration for the fleet in seconds.
		tasks, replaced  int
	}{
		"served":                     {nil, clusters, 2, 0, 0},
		"withdrawn, with a code":     {rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound"), 1, 3, clusters, 0},
		"withdrawn, without a code":  {rejected(ack.GetUpgradeStatus, 404, ""), 1, 5, clusters, 0},
		"withdrawn, as never before": {rejected(ack.GetUpgradeStatus, 501, "Offline"), 1, 3, clusters, 0},
		"forbidden":                  {rejected(ack.GetUpgradeStatus, 403, "Forbidden.RAM"), clusters, 5, clusters, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				changes := []func(*fakeAPI){}
				if test.err != nil {
					changes = append(changes, statusFails(test.err))
				}
				api := respondingAPI(append(changes, slowly(second, second, second))...)
				r := NewReader(api)
				started := time.Now()
				if _, failed := readFleet(t.Context(), r, clusters, Query{}); len(failed) > 0 {
					t.Fatalf("%d failed: %v", len(failed), failed[0])
				}
				elapsed := time.Since(started)
				t.Logf("%d clusters in %s: %d GetUpgradeStatus, %d DescribeClusterTasks, %d DescribeClusterDetail", clusters, elapsed,
					api.count(ack.GetUpgradeStatus), api.count(ack.DescribeClusterTasks), api.count(ack.DescribeClusterDetail))
				if n := api.count(ack.GetUpgradeStatus); n != test.requests {
					t.Errorf("GetUpgradeStatus had %d requests, want %d", n, test.requests)
				}
				if n := api.count(ack.DescribeClusterTasks); n != test.tasks || n != api.count(ack.DescribeClusterDetail) {
					t.Errorf("DescribeClusterTasks had %d requests, DescribeClusterDetail %d", n, api.count(ack.DescribeClusterDetail))
				}
				if elapsed > time.Duration(test.atMost)*second {
					t.Errorf("took %s", elapsed)
				}
				before := len(api.sorted())
				if _, failed := readFleet(t.Context(), r, clusters, Query{}); len(failed) > 0 {
					t.Fatal(failed[0])
				}
				if again := len(api.sorted()) - before; test.err != nil && (again != 2*clusters || api.count(ack.GetUpgradeStatus) != test.requests) {
					t.Errorf("the second time, %d requests were made", again)
				}
			})
		})
	}
}

func TestASlowFirstReadDoesNotDelayTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var first atomic.Bool
		api := respondingAPI(slowly(time.Second, time.Second, time.Second), func(f *fakeAPI) {
			ask := f.status
			f.status = func(ctx context.Context, id string) (*ack.UpgradeStatus, error) {
				if first.CompareAndSwap(false, true) && !ack.Sleep(ctx, time.Minute) {
					return nil, ctx.Err()
				}
				return ask(ctx, id)
			}
		})
		took, failed := readFleet(t.Context(), NewReader(api), 1000, Query{})
		if len(failed) > 0 {
			t.Fatal(failed[0])
		}
		slow := 0
		for _, d := range took {
			if d > discoveryPatience+time.Second {
				slow++
			}
		}
		if slow != 1 {
			t.Errorf("%d reads were held up", slow)
		}
	})
}

// If the read that does the discovery is interrupted, the next read does it.
func TestTheReadThatFindsTheSourceMayBeInterrupted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		api := respondingAPI(statusFails(rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound")), slowly(3*time.Second, time.Second, time.Second))
		r := NewReader(api)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var group sync.WaitGroup
		group.Go(func() {
			if _, err := r.Read(ctx, Query{ClusterID: "c0"}); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the first: %v", err)
			}
		})
		synctest.Wait()
		for _, id := range []string{"c1", "c2"} {
			group.Go(func() {
				if reading, err := r.Read(t.Context(), Query{ClusterID: id}); err != nil || reading.Source != SourceTasks {
					t.Errorf("%s: %+v, %v", id, reading, err)
				}
			})
		}
		group.Wait()
		if reading, err := r.Read(t.Context(), Query{ClusterID: "c3"}); err != nil || reading.Source != SourceTasks {
			t.Errorf("afterwards: %+v, %v", reading, err)
		}
		if n := api.count(ack.GetUpgradeStatus); n != 3 {
			t.Errorf("GetUpgradeStatus had %d requests", n)
		}
	})
}

// A synctest bubble fails a test with a remaining goroutine.
func TestAnInterruptEndsAReadAtOnce(t *testing.T) {
	const hour = time.Hour
	gone := statusFails(rejected(ack.GetUpgradeStatus, 404, "InvalidAction.NotFound"))
	for name, test := range map[string]struct {
		query   Query
		changes []func(*fakeAPI)
		reads   int
	}{
		"GetUpgradeStatus hangs":                 {Query{}, []func(*fakeAPI){slowly(hour, 0, 0)}, 1},
		"the first of many hangs":                {Query{}, []func(*fakeAPI){slowly(hour, 0, 0)}, 100},
		"GetUpgradeStatus hangs, with a version": {Query{Version: true}, []func(*fakeAPI){slowly(hour, 0, 0)}, 1},
		"the version hangs":                      {Query{Version: true}, []func(*fakeAPI){slowly(0, 0, hour)}, 1},
		"the tasks hang":                         {Query{Source: SourceTasks}, []func(*fakeAPI){slowly(0, hour, 0)}, 10},
		"the detail hangs":                       {Query{Source: SourceTasks}, []func(*fakeAPI){slowly(0, 0, hour)}, 10},
		"both hang":                              {Query{Source: SourceTasks}, []func(*fakeAPI){slowly(0, hour, hour)}, 10},
		"the tasks hang in place of the other":   {Query{}, []func(*fakeAPI){gone, slowly(0, hour, hour)}, 10},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				const after = 2*time.Second + 345*time.Millisecond
				time.AfterFunc(after, cancel)
				took, failed := readFleet(ctx, NewReader(respondingAPI(test.changes...)), test.reads, test.query)
				if len(failed) != test.reads {
					t.Errorf("%d of %d failed", len(failed), test.reads)
				}
				for i, err := range failed {
					if took[i] != after || !errors.Is(err, context.Canceled) {
						t.Errorf("after %s: %v", took[i], err)
					}
				}
			})
		})
	}
}

// If one of the two requests fails, the other one is canceled, because its result is not needed.
func TestAFailedRequestCancelsTheParallelOne(t *testing.T) {
	const hour = time.Hour
	for name, test := range map[string]struct {
		query   Query
		changes []func(*fakeAPI)
	}{
		"the tasks fail":                     {Query{Source: SourceTasks}, []func(*fakeAPI){tasksFail(failedRequest(ack.DescribeClusterTasks, syscall.ECONNRESET)), slowly(0, time.Second, hour)}},
		"GetUpgradeStatus fails":             {Query{Version: true}, []func(*fakeAPI){statusFails(failedRequest(ack.GetUpgradeStatus, syscall.ECONNRESET)), slowly(time.Second, 0, hour)}},
		"GetUpgradeStatus alone fails":       {Query{Source: SourceUpgradeStatus, Version: true}, []func(*fakeAPI){statusFails(rejected(ack.GetUpgradeStatus, 404, "X")), slowly(time.Second, 0, hour)}},
		"the tasks fail in place of another": {Query{}, []func(*fakeAPI){statusFails(rejected(ack.GetUpgradeStatus, 404, "X")), tasksFail(failedRequest(ack.DescribeClusterTasks, syscall.ECONNRESET)), slowly(0, time.Second, hour)}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				took, failed := readFleet(t.Context(), NewReader(respondingAPI(test.changes...)), 1, test.query)
				if len(failed) != 1 || took[0] != time.Second || errors.Is(failed[0], context.Canceled) {
					t.Errorf("after %s: %v", took, failed)
				}
			})
		})
	}
}

// The cluster's state must be the later one of the two responses. Otherwise, an upgrade that the cluster shows only after its
// task has ended would be reported as ended too early.
func TestTheClusterDetailIsRequestedAfterTheTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		started := time.Now()
		api := respondingAPI(func(f *fakeAPI) {
			requestTasks, requestDetail := f.tasks, f.detail
			f.tasks = func(ctx context.Context, id string, page, size int) (*ack.ClusterTasks, error) {
				p, err := requestTasks(ctx, id, page, size)
				p.Tasks = []ack.ClusterTask{upgradeTask(map[bool]string{true: "running", false: "success"}[time.Since(started) < 5*time.Second])}
				return p, err
			}
			f.detail = func(ctx context.Context, id string) (*ack.ClusterDetail, error) {
				d, err := requestDetail(ctx, id)
				if since := time.Since(started); since >= 5*time.Second && since < 10*time.Second {
					d.State = ptr("upgrading") // Only at the end of the upgrade.
				}
				return d, err
			}
		}, slowly(0, 300*time.Millisecond, 200*time.Millisecond))
		r := NewReader(api)
		for time.Since(started) < 12*time.Second {
			reading, err := r.Read(t.Context(), Query{ClusterID: "c1", Source: SourceTasks})
			if err != nil {
				t.Fatal(err)
			}
			if over := reading.Phase == PhaseSucceeded; over != (time.Since(started) >= 10*time.Second) {
				t.Errorf("%s after %s: %s", reading.Phase, time.Since(started), reading.Response)
			}
		}
		if api.count(ack.DescribeClusterTasks) != api.count(ack.DescribeClusterDetail) {
			t.Errorf("requests %v", api.sorted())
		}
	})
}
