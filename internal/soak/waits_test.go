package soak

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/provider"
)

// inMemory has a handler respond without a connection.
type inMemory struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (m inMemory) RoundTrip(r *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	arrived := r.Clone(r.Context())
	arrived.Body = http.NoBody // A server's request always has one.
	m.handler.ServeHTTP(recorder, arrived)
	response := recorder.Result()
	response.Request = r
	return response, nil
}

// used is the memory that is in use: what a collection leaves of the heap, and all stacks.
func used() int64 {
	var stats runtime.MemStats
	for range 3 { // Each shrinks a stack by half at most.
		runtime.GC()
	}
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc + stats.StackInuse)
}

// Five hundred waits at once, all between two polls: each takes little memory, and none of them wakes up before its time.
func TestWaitsUseLittleMemoryBetweenPolls(t *testing.T) {
	const waits, allowed = 500, int64(raceFactor * (20 << 10))
	synctest.Test(t, func(t *testing.T) {
		plan := &scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}}, Clusters: make(map[string]scenario.Cluster)}
		ids := make([]string, waits)
		for i := range ids {
			ids[i] = fmt.Sprintf("c106f377e16f34eb1808d6b9362c%05d", i)
			plan.Clusters[ids[i]] = scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Running}}}
		}
		simulator, err := acksim.New(plan)
		if err != nil {
			t.Fatal(err)
		}
		p, err := startOn(t.Context(), provider.Machine{
			Getenv:    func(string) string { return "" },
			Transport: func(time.Duration, time.Duration) http.RoundTripper { return inMemory{simulator} },
		}, block{"access_key": "testak", "secret_key": "testsk", "region": "cn-hangzhou"})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		var group sync.WaitGroup
		begin := func(ids []string) {
			group.Go(func() {
				_, _ = p.read(ctx, "ackupgrade_statuses", block{"cluster_ids": ids, "wait_for_terminal": true, "poll_interval": "10m"}) // It ends with ctx.
			})
			synctest.Wait() // All of them sleep.
		}
		begin(ids[:1])
		before := used()
		begin(ids[1:])
		each := (used() - before) / (waits - 1)
		t.Logf("%d bytes for each wait", each)
		if each > allowed {
			t.Errorf("each wait takes %d bytes, at most %d are allowed", each, allowed)
		}
		polls := len(simulator.Requests())
		time.Sleep(8 * time.Minute) // Nine is the soonest that a poll may be due, by chance.
		synctest.Wait()
		if n := len(simulator.Requests()); polls != waits || n != polls {
			t.Errorf("%d requests by %d waits at first, and %d before the next poll is due", polls, waits, n)
		}
		cancel()
		group.Wait()
	})
}
