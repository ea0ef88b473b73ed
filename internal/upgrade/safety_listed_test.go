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

// listed is what a course has besides its acts when it is read from the tasks.
type listed struct {
	history []story.TaskSpec
	// before is the phase that the history leaves: that of the acts before the first upgrade.
	before  string
	listing operation.Listing
	// nodePool and mystery are the acts, from and until, in which a node pool is upgraded, and in which a task runs that may be an
	// upgrade; both the same where there is none.
	nodePool, mystery [2]int
}

// listedStory makes up one for who reads it from the tasks. It goes by the clock alone, and everything in it takes a way that
// tasks can tell: an upgrade begins, runs or stands still for a while, and has ended when its task has and its cluster is at rest.
func (d dice) listedStory() course {
	s := course{listed: listed{listing: d.listing()}}
	s.history, s.before = d.history()
	longest := d.between(20*time.Second, 30*time.Minute)
	if d.chance(0.3) { // Upgrades so short that most of one can go by while a list is read.
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
			a := d.act("running") // GetUpgradeStatus knows nothing of the gap.
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

// underWay makes up an act of an upgrade. Whatever comes from something else than ACK does not begin one. Where the list lags, the
// cluster's state must show an upgrade that the list does not show yet; nothing else does.
func (d dice) underWay(lags, begun bool) act {
	if begun && d.chance(0.05) {
		return act{step: scenario.Step{HTTP: d.noAnswer()}}
	}
	a := d.act(oneOf(d, "running", "running", "running", "paused", "unknown"))
	if !lags {
		a.step.Cluster.State = oneOf(d, "", "", "running", "updating", "unavailable")
	}
	return a
}

// atRest makes up an act in which no upgrade is under way; now and then one whose cluster's state is another one all the same.
func (d dice) atRest(phase string) act {
	a := d.act(phase)
	a.step.Cluster.State = oneOf(d, "", "", "", "", "scaling", "removing", "Draining", " running ")
	if d.chance(0.04) {
		a.restless, a.step.Cluster.State = true, oneOf(d, "waiting", "unavailable", "inactive", "rolling_back")
	}
	return a
}

// task has a task run from one act until another, and end well then. It returns the two, the same where no act can hold it.
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

// history makes up the tasks of before, and the phase that they leave.
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

// listing makes up how a list is written. Pages out of order are not so small that they can be in order by chance, nor cut so short.
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

// slowLists makes up faults that make reading a list take long, while the cluster's detail comes at once.
func (d dice) slowLists() (all []fault.Fault) {
	if d.chance(0.3) {
		all = append(all, fault.Fault{
			Kind: fault.Error, Operation: "DescribeClusterTasks", Status: oneOf(d, 500, 503), Probability: 0.3 + 0.4*d.Float64(),
			RetryAfter: time.Duration(5+d.IntN(30)) * time.Second,
		})
	}
	return all
}

// withdrawals makes up which operations are taken away, and when; those of the tasks seldom.
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

// forbidden makes up what RAM does not allow.
func (d dice) forbidden(clusters []string) (all []gateway.Forbidden) {
	if d.chance(0.15) {
		all = append(all, gateway.Forbidden{Operation: "GetUpgradeStatus", Cluster: oneOf(d, clusters...), Code: oneOf(d, "", "NoPermission", "ErrorCheckAcl")})
	}
	if d.chance(0.01) {
		all = append(all, gateway.Forbidden{Operation: oneOf(d, "DescribeClusterTasks", "DescribeClusterDetail")})
	}
	return all
}

// spans returns the indices of the acts of a stretch of time, from the beginning of the story on.
func (s course) spans(from, until time.Duration) (acts []int) {
	first, _ := s.at(from, 0)
	last, _ := s.at(until, 0)
	for i := first; i <= last; i++ {
		acts = append(acts, i)
	}
	return acts
}

// told returns the phase that an act has for who reads it from the control plane's tasks, and from a cluster at rest where there is no
// upgrade.
func (s course) told(i int) string {
	for i > 0 && s.acts[i].phase == "" { // Something else responds; what is true goes on.
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

// restless reports whether the cluster is in no state of rest in an act. Whether an upgrade is under way cannot be known then.
func (s course) restless(i int) bool {
	for i > 0 && s.acts[i].phase == "" {
		i--
	}
	return s.acts[i].restless
}
