package upgrade_test

import (
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// listed has the parts of a course that only a read from the tasks needs.
type listed struct {
	history []story.TaskSpec
	// before is the phase after the history: that of the acts before the first upgrade.
	before  string
	listing operation.Listing
	// nodePool and mystery are the acts, from and until, in which a node pool is upgraded, and in which a task runs that may be
	// an upgrade; both are the same if there is none.
	nodePool, mystery [2]int
}

// listedStory generates a timeline for reads from the tasks. It depends only on the clock, and tasks can represent everything in
// it: an upgrade begins, runs or is paused for a while, and has ended when its task has ended and its cluster is at rest.
func (d dice) listedStory() course {
	s := course{listed: listed{listing: d.listing()}}
	s.history, s.before = d.history()
	longest := d.between(20*time.Second, 30*time.Minute)
	if d.chance(0.3) { // Upgrades so short that most of one can pass while a list is read.
		longest = 16 * time.Second
	}
	add := func(a act) {
		a.step.For = d.between(time.Second, longest)
		s.acts = append(s.acts, a)
	}
	if d.chance(0.5) {
		add(d.atRest(oneOf(d, "idle", "idle", "succeeded", "failed")))
	}
	var last int // Where the last upgrade begins.
	for range 1 + d.IntN(3) {
		last = len(s.acts)
		for len(s.acts) == last || d.chance(0.6) {
			add(d.underWay(s.listing.Lag > 0, len(s.acts) > last))
		}
		if d.chance(0.6) {
			a := d.act("running") // GetUpgradeStatus does not show the gap.
			a.step.Phase, a.step.Cluster.State = story.Finishing, oneOf(d, "", "", "updating", "Upgrading")
			add(a)
			add(d.atRest("succeeded"))
		} else {
			add(d.atRest(oneOf(d, "succeeded", "failed")))
		}
	}
	if d.chance(0.15) {
		s.acts = s.acts[:len(s.acts)-1] // It never ends.
	}
	if s.listing.Lag == 0 && d.chance(0.3) {
		s.nodePool = d.task(s.acts, 0, story.TaskSpec{ID: "np-1", Type: oneOf(d, "nodepool_upgrade", "nodepool_cve_fix", "runtime_upgrade")})
	}
	if s.listing.Lag == 0 && d.chance(0.1) {
		s.mystery = d.task(s.acts, last+1, story.TaskSpec{ID: "m-1", Type: "cluster_rebalance"})
	}
	return s
}

// underWay generates an act of an upgrade. A foreign response never begins one. If the list lags, only the cluster's state shows
// an upgrade that is not in the list yet.
func (d dice) underWay(lags, begun bool) act {
	if begun && d.chance(0.05) {
		return act{step: scenario.Step{HTTP: d.foreignResponse()}}
	}
	a := d.act(oneOf(d, "running", "running", "running", "paused", "unknown"))
	if !lags {
		a.step.Cluster.State = oneOf(d, "", "", "running", "updating", "unavailable")
	}
	return a
}

// atRest generates an act without an upgrade under way. Sometimes the cluster has another state than at rest nevertheless.
func (d dice) atRest(phase string) act {
	a := d.act(phase)
	a.step.Cluster.State = oneOf(d, "", "", "", "", "scaling", "removing", "Draining", " running ")
	if d.chance(0.04) {
		a.restless, a.step.Cluster.State = true, oneOf(d, "waiting", "unavailable", "inactive", "rolling_back")
	}
	return a
}

// task adds a task that runs from one act until another, and then succeeds. It returns the two acts. They are the same if there
// is no room.
func (d dice) task(acts []act, from int, spec story.TaskSpec) [2]int {
	var able []int
	for i, a := range acts {
		if i >= from && a.step.HTTP == nil {
			able = append(able, i)
		}
	}
	if len(able) < 2 {
		return [2]int{}
	}
	begin := d.IntN(len(able) - 1)
	end := begin + 1 + d.IntN(len(able)-begin-1)
	for _, part := range []struct {
		at    int
		state string
	}{{able[begin], oneOf(d, "running", "pending", "Resuming")}, {able[end], "success"}} {
		spec.State = part.state
		step := &acts[part.at].step
		step.Tasks = append(step.Tasks, spec)
	}
	return [2]int{able[begin], able[end]}
}

// history generates the earlier tasks, and the phase after them.
func (d dice) history() (all []story.TaskSpec, before string) {
	before = "idle"
	for range d.IntN(4) {
		all = append(all, story.TaskSpec{
			Type:  oneOf(d, "nodepool_scaleout", "nodepool_scalein", "cluster_node_drain", "cluster_rebalance", "cluster_addon_upgrade"),
			State: oneOf(d, "", "failed", "canceled"), Count: d.IntN(25),
		})
		if !d.chance(0.4) {
			continue
		}
		ended := oneOf(d, "success", "failed", "canceled", "timeout")
		all = append(all, story.TaskSpec{Type: "cluster_upgrade", State: ended})
		if before == "idle" {
			before = map[bool]string{true: "succeeded", false: "failed"}[ended == "success"]
		}
	}
	return all, before
}

// listing generates the form of a list. Unordered and truncated pages are large enough that they are not in order by chance.
func (d dice) listing() operation.Listing {
	l := operation.Listing{
		Order:    oneOf(d, operation.NewestFirst, operation.NewestFirst, operation.OldestFirst, operation.Shuffled),
		Times:    oneOf(d, operation.Offset, operation.Fraction, operation.UTC, operation.Seconds, operation.Milliseconds),
		Spelling: oneOf(d, operation.FirstSpelling, operation.SecondSpelling, operation.MixedSpelling),
		Case:     oneOf(d, operation.Lower, operation.Upper, operation.Title, operation.MixedCase),
		PageSize: oneOf(d, 0, 20, 30, 50, 100),
		Moves:    d.chance(0.2),
	}
	if d.chance(0.1) && l.Order != operation.Shuffled {
		l.CutShort = 1 + d.IntN(20)
	}
	if d.chance(0.3) {
		l.Lag = d.between(100*time.Millisecond, 10*time.Second)
	}
	return l
}

// slowLists generates faults that delay the list, but not the cluster's detail.
func (d dice) slowLists() (all []fault.Fault) {
	if d.chance(0.3) {
		all = append(all, fault.Fault{
			Kind: fault.Error, Operation: "DescribeClusterTasks", Status: oneOf(d, 500, 503), Probability: 0.3 + 0.4*d.Float64(),
			RetryAfter: time.Duration(5+d.IntN(30)) * time.Second,
		})
	}
	return all
}

// withdrawals generates which operations are withdrawn, and when; those of the tasks rarely.
func (d dice) withdrawals() (all []gateway.Withdrawal) {
	for _, name := range []string{"GetUpgradeStatus", "DescribeClusterTasks", "DescribeClusterDetail"} {
		if !d.chance(map[bool]float64{true: 0.5, false: 0.01}[name == "GetUpgradeStatus"]) {
			continue
		}
		w := gateway.Withdrawal{
			Operation: name, Status: oneOf(d, 0, 404, 410, 501, 400),
			Code: oneOf(d, "", "InvalidAction.NotFound", "InvalidAction", "InvalidApi.NotPurchase"),
		}
		switch d.IntN(3) {
		case 0:
			w.After = d.between(time.Second, 30*time.Minute)
		case 1:
			w.AfterRequests = d.IntN(20)
		}
		all = append(all, w)
	}
	return all
}

// forbidden generates the operations that RAM does not allow.
func (d dice) forbidden(clusters []string) (all []gateway.Forbidden) {
	if d.chance(0.15) {
		all = append(all, gateway.Forbidden{Operation: "GetUpgradeStatus", Cluster: oneOf(d, clusters...), Code: oneOf(d, "", "NoPermission", "ErrorCheckAcl")})
	}
	if d.chance(0.01) {
		all = append(all, gateway.Forbidden{Operation: oneOf(d, "DescribeClusterTasks", "DescribeClusterDetail")})
	}
	return all
}

// spans returns the indices of the acts in a period, relative to the start of the timeline.
func (s course) spans(from, until time.Duration) (acts []int) {
	first, _ := s.at(from, 0)
	last, _ := s.at(until, 0)
	for i := first; i <= last; i++ {
		acts = append(acts, i)
	}
	return acts
}

// visiblePhase returns the phase of an act in a read from the control plane's tasks, with a cluster at rest if there is no
// upgrade.
func (s course) visiblePhase(i int) string {
	for i > 0 && s.acts[i].phase == "" { // The response is foreign; the phase stays the same.
		i--
	}
	if a := s.acts[i]; a.phase != "" && a.phase != "idle" {
		return a.phase
	}
	return s.before
}

// over reports whether no upgrade in scope is under way in an act.
func (s course) over(i int, scopes []upgrade.Scope) bool {
	within := func(span [2]int) bool { return i >= span[0] && i < span[1] }
	if within(s.mystery) || slices.Contains(scopes, upgrade.ScopeNodePools) && within(s.nodePool) {
		return false
	}
	for i > 0 && s.acts[i].phase == "" {
		i--
	}
	if len(scopes) > 0 && !slices.Contains(scopes, upgrade.ScopeControlPlane) {
		return true
	}
	return s.acts[i].ended() || s.acts[i].phase == ""
}

// restless reports whether the cluster is not in a state of rest in an act. Then it is unknown whether an upgrade is under way.
func (s course) restless(i int) bool {
	for i > 0 && s.acts[i].phase == "" {
		i--
	}
	return s.acts[i].restless
}
