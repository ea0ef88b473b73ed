package upgrade_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// safetyCase is one simulator, one client, and its readers.
type safetyCase struct {
	t       *testing.T
	seed    uint64
	reader  *upgrade.Reader
	wire    *wire
	stories map[string]course

	mu        sync.Mutex
	count     tally
	began     map[string]time.Time // The start of the cluster's timeline.
	responses map[string]int       // The number of its responses.
	requests  map[string]request   // By request id.
}

// request is a request and the state of the cluster's timeline at its time, by the scenario and the clock.
type request struct {
	cluster string
	at      time.Time
	act     act
	applied fault.Kind
}

// reader describes how a cluster is read.
type reader struct {
	reads        int // The number of reads; 0 is a wait.
	interval     time.Duration
	deadline     time.Duration
	throughPause bool
	cancelled    bool // An interrupt instead of the deadline.

	source  upgrade.Source
	scopes  []upgrade.Scope
	version *upgrade.Constraint
}

func runSafetyCase(t *testing.T, seed uint64, count tally) {
	d := dice{rand.New(rand.NewPCG(seed, 0))}
	c := &safetyCase{
		t: t, seed: seed, stories: make(map[string]course), count: count,
		began: make(map[string]time.Time), responses: make(map[string]int), requests: make(map[string]request),
	}
	readers := c.makeUp(d)
	plan := &scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
		Format:     oneOf(d, response.JSON, response.XML, response.RootedXML),
		Clusters:   make(map[string]scenario.Cluster),
		Faults:     d.faults(slices.Sorted(maps.Keys(c.stories))),
		FaultSeed:  seed,
	}
	for _, id := range slices.Sorted(maps.Keys(c.stories)) {
		story := c.stories[id]
		var steps []scenario.Step
		for _, a := range story.acts {
			steps = append(steps, a.step)
		}
		plan.Clusters[id] = scenario.Cluster{Timeline: steps, History: story.history, Listing: story.listing}
		if readers[id].source != upgrade.SourceUpgradeStatus {
			plan.Withdrawn, plan.Forbidden = d.withdrawals(), d.forbidden([]string{id})
			plan.Faults = append(plan.Faults, d.slowLists()...)
		}
	}
	if d.chance(0.15) {
		plan.RateLimit = &gateway.RateLimit{RequestsPerSecond: 1 + d.IntN(5), Status: oneOf(d, 429, 400), Headers: d.chance(0.5)}
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Errorf("seed %d: %v", seed, err)
		return
	}
	simulator.OnRequest(c.onRequest)
	c.wire = newWire(simulator, rand.New(rand.NewPCG(seed, 1)), wireFaults{
		refused: oneOf(d, 0, 0, 0, 0.1, 0.3), silent: oneOf(d, 0, 0, 0.1), cut: oneOf(d, 0, 0, 0, 0.1, 0.5),
		latency: d.between(time.Millisecond, 5*time.Second), http2: d.chance(0.3),
	})
	transport := c.wire.transport(d.between(100*time.Millisecond, 20*time.Second), d.between(100*time.Millisecond, time.Minute))
	defer c.wire.stop(t, transport)
	c.reader = upgrade.NewReader(ack.NewClient(ack.Config{
		Endpoint: "cs.cn-hangzhou.aliyuncs.com", Scheme: "http", UserAgent: "test", Transport: transport,
		AttemptTimeout: oneOf(d, 0, d.between(time.Second, time.Minute)), RetryTimeout: oneOf(d, 0, d.between(time.Second, time.Minute)),
		Credentials: func(context.Context) (acs3.Credentials, error) {
			return acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "testsk"}, nil
		},
	}))
	c.readAll(readers)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count["cases"]++
	c.wire.mu.Lock()
	defer c.wire.mu.Unlock()
	for kind, n := range c.wire.applied {
		c.count["#"+string(kind)] += n
	}
}

// makeUp generates the clusters, and how each is read: one cluster, or a small fleet in parallel.
func (c *safetyCase) makeUp(d dice) map[string]reader {
	readers := make(map[string]reader)
	clusters := 1
	if d.chance(0.2) {
		clusters = 2 + d.IntN(6)
	}
	source := oneOf(d, upgrade.SourceUpgradeStatus, upgrade.SourceTasks, upgrade.SourceAuto)
	for i := range clusters {
		id := fmt.Sprint("c-", i)
		r := reader{interval: d.between(time.Second, 10*time.Minute), throughPause: d.chance(0.6)}
		story := c.readFrom(d, &r, source)
		if !story.polls { // Not more polls than fit in the time.
			r.interval = d.between(max(time.Second, story.length(0)/30), max(time.Second, story.length(0)/2))
		}
		r.deadline = time.Duration((0.3 + 4*d.Float64()) * float64(story.length(r.interval)+r.interval))
		if d.chance(0.2) {
			r.deadline = d.between(time.Second, 40*r.interval)
		}
		switch kind := d.Float64(); {
		case kind < 0.1:
			r.reads = 1
		case kind < 0.25:
			r.reads = 2 + d.IntN(20)
		case kind < 0.3:
			r.cancelled = true
		}
		c.stories[id], readers[id] = story, r
	}
	return readers
}

// readFrom generates a cluster's timeline, and the source of the reads.
func (c *safetyCase) readFrom(d dice, r *reader, source upgrade.Source) course {
	r.source = source
	if source == upgrade.SourceUpgradeStatus {
		return d.story()
	}
	if d.chance(0.2) {
		r.scopes = oneOf(d, []upgrade.Scope{upgrade.ScopeNodePools}, []upgrade.Scope{upgrade.ScopeControlPlane, upgrade.ScopeNodePools}, upgrade.Scopes())
	}
	if d.chance(0.2) {
		r.version, _ = upgrade.ParseConstraint(oneOf(d, ">= 1.33", "= 1.33.1-aliyun.1", ">= 1.34"))
	}
	return d.listedStory()
}

// onRequest records the state of the timeline, before the response is sent.
func (c *safetyCase) onRequest(r acksim.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count["requests"]++
	if r.Fault != "" {
		c.count["#"+string(r.Fault)]++
	}
	if r.Step == 0 {
		return // The response is not from the cluster.
	}
	id := r.ClusterID
	if _, ok := c.began[id]; !ok {
		c.began[id] = r.Time
	}
	i, a := c.stories[id].at(r.Time.Sub(c.began[id]), c.responses[id])
	c.responses[id]++
	if i+1 != r.Step {
		c.failf("%s: the simulator is in step %d, its scenario in step %d", id, r.Step, i+1)
	}
	if r.RequestID != "" {
		c.requests[r.RequestID] = request{cluster: id, at: r.Time, act: a, applied: r.Fault}
	}
}

func (c *safetyCase) failf(format string, arguments ...any) {
	c.t.Errorf("seed %d: "+format, append([]any{c.seed}, arguments...)...)
}

// readAll runs all readers in parallel, and checks the duration of each: in a synctest bubble, no real time passes.
func (c *safetyCase) readAll(readers map[string]reader) {
	var group sync.WaitGroup
	for id, r := range readers {
		group.Go(func() {
			ctx, cancel := context.WithTimeout(context.Background(), r.deadline)
			if r.cancelled {
				ctx, cancel = context.WithCancel(context.Background())
				time.AfterFunc(r.deadline, cancel)
			}
			defer cancel()
			started := time.Now()
			// In fake time, the test would never end.
			late := time.AfterFunc(r.deadline+time.Second, func() { panic(fmt.Sprintf("seed %d: %s: still not back a second after its time", c.seed, id)) })
			defer late.Stop()
			defer func() {
				if p := recover(); p != nil {
					c.failf("%s: panic: %v", id, p)
				}
				if over := time.Since(started) - r.deadline; over > 10*time.Millisecond {
					c.failf("%s: back %s after its time, which was %s", id, over, r.deadline)
				}
			}()
			if r.reads == 0 {
				c.wait(ctx, id, r)
				return
			}
			for range r.reads {
				_, _ = c.read(ctx, id, r)
				select {
				case <-ctx.Done():
					return
				case <-time.After(r.interval / 2):
				}
			}
		})
	}
	group.Wait()
}

// read reads once, and compares the result with the timeline.
func (c *safetyCase) read(ctx context.Context, id string, r reader) (*upgrade.Reading, error) {
	started := time.Now()
	reading, err := c.reader.Read(ctx, upgrade.Query{ClusterID: id, Source: r.source, Scopes: r.scopes, Version: r.version != nil})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.count["reads"]++
	var request *ack.RequestError
	switch {
	case err == nil && reading.Source == upgrade.SourceTasks:
		c.judgeTasks(id, reading, started, r.scopes)
	case err == nil:
		c.judge(id, reading, started)
	case !errors.As(err, &request) || request.Err == nil:
		c.failf("%s: the error of a read is %#v", id, err)
	}
	return reading, err
}

// wait waits, and compares its end with the timeline. The other test cases check the single polls.
func (c *safetyCase) wait(ctx context.Context, id string, r reader) {
	started := time.Now()
	sawPause := false
	w := upgrade.Wait{Interval: r.interval, ThroughPause: r.throughPause, Version: r.version, OnPoll: func(_ context.Context, p upgrade.Poll) {
		sawPause = p.Reading != nil && p.Reading.Phase == upgrade.PhasePaused
	}}
	reading, err := w.ForTerminal(ctx, func(ctx context.Context) (*upgrade.Reading, error) { return c.read(ctx, id, r) })
	waited := time.Since(started)

	c.mu.Lock()
	defer c.mu.Unlock()
	c.count["waits"]++
	if err == nil {
		c.count["waits that ended"]++
		if !reading.Phase.Terminal() || reading.Source == upgrade.SourceUpgradeStatus && !c.requests[reading.RequestID].act.ended() || reading.OnOtherVersion(r.version) {
			c.failf("%s: a wait ended with %s", id, reading.Response)
		}
		return
	}
	var end *upgrade.WaitError
	if !errors.As(err, &end) {
		c.failf("%s: the error of a wait is %#v", id, err)
		return
	}
	var request *ack.RequestError
	switch end.Reason {
	case upgrade.WaitFailed:
		c.count["failed"]++
		if !errors.As(end.Err, &request) {
			c.failf("%s: a wait failed with %#v", id, end.Err)
		}
	case upgrade.WaitPaused:
		c.count["paused"]++
		if !sawPause || r.throughPause {
			c.failf("%s: a wait ended for a pause: %v", id, end)
		}
	case upgrade.WaitDeadline:
		c.count["deadline"]++
		if waited < r.deadline-min(3*time.Second, r.deadline/2) || r.cancelled {
			c.failf("%s: a wait ended for its deadline, %s, after %s", id, r.deadline, waited)
		}
	case upgrade.WaitInterrupted:
		c.count["interrupted"]++
		if waited < r.deadline || !r.cancelled {
			c.failf("%s: a wait was interrupted after %s", id, waited)
		}
	case upgrade.WaitStopped: // No case uses Stop.
		c.failf("%s: a wait was stopped: %v", id, end)
	default:
		c.failf("%s: a wait ended for no reason: %v", id, end)
	}
}
