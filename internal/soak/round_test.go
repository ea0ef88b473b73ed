package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// The ways in which a round's provider gets its credentials.
const (
	withKey  = "a key"
	withURI  = "a credentials URI"
	withRole = "STS"
)

// round is one provider with its own simulator, and many concurrent reads.
type round struct {
	t         *testing.T
	name      string
	dice      dice
	length    time.Duration
	stories   map[string]course
	tls       bool
	withdrawn bool // GetUpgradeStatus is withdrawn at some time.
	throttled bool // The account has a quota, or other clients use it up: then all is slow, and there are fewer reads.
	simulator *acksim.Simulator
	server    *acksim.Server
	plugin    *plugin
	closers   []func()

	mu    sync.Mutex
	began map[string]time.Time // When the cluster's story began.
	count tally
}

// call is one read, and what is to come of it.
type call struct {
	ids          []string
	source       string // Empty is none given.
	ephemeral    bool
	wait         bool
	throughPause bool
	require      []string
	broken       string // The summary that it has to fail with; none for a read that is to come through.
	timeout      time.Duration
	after        time.Duration // When it begins.
	cancelled    time.Duration // After how long it is; zero is never.
}

// play plays a round to its end, with so many clusters.
func play(ctx context.Context, t *testing.T, name string, seed uint64, length time.Duration, clusters int, count tally) {
	d := dice{rand.New(rand.NewPCG(seed, 0))}
	r := &round{
		t: t, name: name, dice: d, length: length, tls: d.chance(0.5), throttled: d.chance(0.25), withdrawn: d.chance(0.4), count: count,
		stories: map[string]course{healthy: {{phase: "idle", step: scenario.Step{Phase: story.Idle}}}},
		began:   make(map[string]time.Time),
	}
	if r.throttled {
		clusters /= 4
	}
	for i := range clusters {
		r.stories[clusterID(i)] = d.story(min(8*time.Second, length*3/5))
	}
	defer r.close()
	if err := r.start(ctx, seed); err != nil {
		t.Errorf("%s: %v", name, err)
		return
	}
	calls := r.calls(clusters)
	var group sync.WaitGroup
	for _, c := range calls {
		group.Go(func() { r.call(ctx, c) })
	}
	certificate := oneOf(d, fault.UnknownAuthority, fault.ExpiredCertificate, fault.OtherName)
	group.Go(func() { r.readUntrusted(ctx, certificate) })
	disturbed, calm := context.WithCancel(ctx)
	var disturbances sync.WaitGroup
	random := dice{rand.New(rand.NewPCG(seed, 1))}
	disturbances.Go(func() { r.disturb(disturbed, random) })
	group.Wait()
	calm()
	disturbances.Wait()
	r.sum()
}

// start starts the simulator and the provider, and reads once as long as all goes well.
func (r *round) start(ctx context.Context, seed uint64) (err error) {
	d := r.dice
	if r.simulator, err = acksim.New(d.scenario(seed, r.stories, r.throttled)); err != nil {
		return err
	}
	r.simulator.OnRequest(r.onRequest)
	if r.server, err = acksim.Start(ctx, r.simulator, acksim.Options{TLS: r.tls}); err != nil {
		return err
	}
	r.closers = append(r.closers, r.server.Close)
	// What hands out credentials fails in its own ways, and not in those of ACK's connections.
	services := http.HandlerFunc(r.simulator.ServeHTTP)
	uri, sts := httptest.NewServer(services), httptest.NewTLSServer(services)
	r.closers = append(r.closers, uri.Close, sts.Close)

	credentials := oneOf(d, withKey, withURI, withURI, withRole, withRole)
	if credentials == withRole && !certificateFileCounts {
		credentials = withURI
	}
	http2 := d.chance(0.6)
	configuration := block{
		"region": "cn-hangzhou", "protocol": "HTTP", "max_retry_timeout": 2,
		"client_connect_timeout": 1000, "client_read_timeout": 200 + d.IntN(600),
	}
	endpoints := block{"cs": r.server.Endpoint()}
	if r.tls {
		configuration["protocol"] = "HTTPS"
	}
	switch credentials {
	case withURI:
		configuration["credentials_uri"] = uri.URL + credentialsPath
	case withRole:
		endpoints["sts"] = strings.TrimPrefix(sts.URL, "https://")
		configuration["assume_role"] = []block{{"role_arn": role}}
		fallthrough
	default:
		configuration["access_key"], configuration["secret_key"] = "testak", "testsk"
	}
	configuration["endpoints"] = []block{endpoints}
	r.name = fmt.Sprintf("%s (TLS %t, HTTP/2 %t, throttled %t, withdrawn %t, %s)", r.name, r.tls, r.tls && http2, r.throttled, r.withdrawn, credentials)
	if r.plugin, err = start(ctx, r.server.CertificatePEM(), http2, configuration); err != nil {
		return err
	}
	if _, err = r.plugin.read(ctx, "ackupgrade_status", block{"cluster_id": healthy}); err != nil {
		return err
	}
	if r.withdrawn {
		withdrawal := gateway.Withdrawal{Operation: string(ack.GetUpgradeStatus), After: d.between(time.Millisecond, r.length*2/3)}
		if err := r.simulator.SetWithdrawn(withdrawal); err != nil {
			return err
		}
	}
	return r.simulator.SetFaults(d.faults(r.tls, r.throttled)...)
}

// calls makes up who reads what: each cluster one or two, some of them many in one, and each of the broken ones.
func (r *round) calls(clusters int) (calls []call) {
	d := r.dice
	soon := func() time.Duration { return d.between(0, r.length/5) }
	sources := []string{"", "auto", "tasks", "upgrade_status"}
	if r.withdrawn {
		sources = sources[:3]
	}
	one := func(id string) call {
		c := call{
			ids: []string{id}, source: oneOf(d, sources...), ephemeral: d.chance(0.4), wait: d.chance(0.8), throughPause: d.chance(0.6),
			timeout: time.Minute, after: soon(),
		}
		if c.wait && d.chance(0.3) {
			c.require = []string{"idle", "succeeded"}
		}
		if d.chance(0.1) {
			c.cancelled = d.between(time.Millisecond, r.length/3)
		}
		return c
	}
	var calm []string // Those that come through without a pause.
	for i := range clusters {
		id := clusterID(i)
		calls = append(calls, one(id))
		if d.chance(0.5) {
			calls = append(calls, one(id))
		}
		if !r.stories[id].pauses() {
			calm = append(calm, id)
		}
	}
	fleets := 4
	if r.throttled {
		fleets = 1
	}
	for range fleets {
		c := one("")
		d.Shuffle(len(calm), func(i, j int) { calm[i], calm[j] = calm[j], calm[i] })
		c.ids, c.wait = slices.Clone(calm[:min(len(calm), clusters/2)]), true
		if len(c.ids) > 1 {
			calls = append(calls, c)
		}
	}
	for id, summary := range broken {
		for _, wait := range []bool{true, false} {
			calls = append(calls, call{
				ids: []string{id}, source: oneOf(d, sources...), ephemeral: d.chance(0.5), wait: wait, broken: summary, timeout: max(r.length/4, time.Second), after: soon(),
			})
		}
	}
	return calls
}

// arguments are those of the call's block.
func (c call) arguments() (name string, arguments block) {
	name, arguments = "ackupgrade_status", block{"wait_for_terminal": c.wait, "wait_through_pause": c.throughPause, "poll_interval": "1s"}
	if len(c.ids) == 1 {
		arguments["cluster_id"] = c.ids[0]
	} else {
		name, arguments["cluster_ids"] = "ackupgrade_statuses", c.ids
	}
	if c.require != nil {
		arguments["require_phases"] = c.require
	}
	if c.source != "" {
		arguments["source"] = c.source
	}
	bound := "read"
	if c.ephemeral {
		bound = "open"
	}
	arguments["timeouts"] = block{bound: c.timeout.String()}
	return name, arguments
}

func (r *round) call(ctx context.Context, c call) {
	if !sleep(ctx, c.after) {
		return
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	from := time.Now()
	var interrupted time.Time
	if c.cancelled > 0 {
		interrupted = from.Add(c.cancelled)
		defer time.AfterFunc(c.cancelled, cancel).Stop()
	}
	name, arguments := c.arguments()
	do := r.plugin.read
	if c.ephemeral {
		do = r.plugin.open
	}
	attributes, err := do(ctx, name, arguments)
	r.judge(c, attributes, err, from, time.Now(), interrupted)
}

// readUntrusted makes a second provider read from a server whose certificate must not be trusted.
func (r *round) readUntrusted(ctx context.Context, kind fault.Kind) {
	fail := func(err error) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.failf("%s: %v", kind, err)
	}
	simulator, err := acksim.New(&scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
		Clusters:   map[string]scenario.Cluster{healthy: {Timeline: []scenario.Step{{Phase: story.Succeeded}}}},
		Faults:     []fault.Fault{{Kind: kind}},
	})
	if err != nil {
		fail(err)
		return
	}
	server, err := acksim.Start(ctx, simulator, acksim.Options{TLS: true})
	if err != nil {
		fail(err)
		return
	}
	defer server.Close()
	p, err := start(ctx, server.CertificatePEM(), true, block{
		"region": "cn-hangzhou", "access_key": "testak", "secret_key": "testsk", "endpoints": []block{{"cs": server.Endpoint()}},
	})
	if err != nil {
		fail(err)
		return
	}
	from := time.Now()
	attributes, err := p.open(ctx, "ackupgrade_status", block{"cluster_id": healthy, "wait_for_terminal": true, "timeouts": block{"open": "30s"}})
	r.judge(call{
		ids: []string{healthy}, wait: true, timeout: 30 * time.Second,
		broken: summary.UntrustedCertificate(summary.Cluster(healthy)),
	}, attributes, err, from, time.Now(), time.Time{})
}

// disturb makes faults that are not those of a request, again and again: connections are refused, and credentials fail or are late.
func (r *round) disturb(ctx context.Context, d dice) {
	for sleep(ctx, d.between(100*time.Millisecond, 800*time.Millisecond)) {
		service := oneOf(d, identity.STS, identity.CredentialsURI)
		switch d.IntN(4) {
		case 0:
			r.server.Refuse(d.between(10*time.Millisecond, 200*time.Millisecond))
			r.mu.Lock()
			r.count["#refused, all at once"]++
			r.mu.Unlock()
		case 1:
			raw := response.Raw{Status: oneOf(d, 500, 502, 503), ContentType: "text/html", Body: "<html>busy</html>"}
			if err := r.simulator.Fail(service, 1+d.IntN(3), raw); err != nil {
				r.t.Error(err)
			}
		case 2:
			r.simulator.Delay(service, d.between(0, 300*time.Millisecond))
		default:
			r.simulator.Delay(service, 0)
		}
	}
}

func (r *round) onRequest(a acksim.Request) {
	r.mu.Lock()
	defer r.mu.Unlock()
	// Of concurrent requests, the second can be reported before the first, which is the one that counts.
	if began, ok := r.began[a.ClusterID]; a.Step > 0 && (!ok || a.Time.Before(began)) {
		r.began[a.ClusterID] = a.Time
	}
}

func (r *round) failf(format string, arguments ...any) {
	r.count["problems"]++
	r.t.Errorf(r.name+": "+format, arguments...)
}

// sum counts what the simulator has seen.
func (r *round) sum() {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, a := range r.simulator.Requests() {
		r.count["requests"]++
		if a.Fault != "" {
			r.count["#"+string(a.Fault)]++
		}
	}
	for _, c := range r.simulator.Calls() {
		r.count["calls for credentials"]++
		if c.Status != http.StatusOK {
			r.count["calls for credentials that failed"]++
		}
	}
}

// close closes all servers, and with them the connections that the provider keeps for the next read: in a CLI, its
// process ends.
func (r *round) close() {
	for _, closer := range r.closers {
		closer()
	}
}

// sleep reports whether it slept to its end.
func sleep(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
