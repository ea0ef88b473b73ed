package upgrade

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

var everyCombination = flag.Bool("every-combination", false, "read all combinations of three tasks, and not one in eight")

// taskKinds has known and unknown types of tasks, each with its kind. It is independent of the code under test, so that an error
// in one of them is found.
var taskKinds = map[string]string{
	"cluster_upgrade": "control plane", "upgrade_cluster": "control plane", "k8s_upgrade": "control plane", "upgrade": "control plane",
	"nodepool_upgrade": "node pool", "nodepool_cve_fix": "node pool", "nodepool_update": "node pool", "nodepoolupgrade": "node pool",
	"nodepool_node_os_config_rollout": "node pool", "nodepool_node_kubelet_config_rollout": "node pool",
	"nodepool_node_containerd_config_rollout": "node pool", "runtime_upgrade": "node pool", "nodepool_addon_update": "node pool",
	"cluster_addon_install": "add-on", "cluster_addon_upgrade": "add-on", "cluster_addon_uninstall": "add-on", "addon_update": "add-on",
	"nodepool_addon_install": "add-on",
	"nodepool_create":        "other", "nodepool_delete": "other", "nodepool_scaleout": "other", "nodepool_scalein": "other",
	"nodepool_node_attach": "other", "nodepool_node_remove": "other", "cluster_create": "other", "cluster_delete": "other",
	"cluster_attach": "other", "cluster_scaleout": "other", "cluster_migrate": "other", "cluster_modify": "other",
	"cluster_configuration_modify": "other", "cluster_node_delete": "other", "cluster_node_drain": "other",
	"": "unclassified", "-": "unclassified", "cluster_rebalance": "unclassified", "cluster_update": "unclassified",
	"nodepool_repair": "unclassified", "runtime_update": "unclassified", "cve_fix": "unclassified", "5": "unclassified",
	"cluster_creat": "unclassified", "nodepool": "unclassified", "rollout": "unclassified", "null": "unclassified",
}

// taskStates has the states of tasks, likewise. A hyphen is a missing state.
var taskStates = map[string]string{
	"running": "under way", "pending": "under way", "pausing": "under way", "resuming": "under way", "cancelling": "under way", "canceling": "under way",
	"paused":  "paused",
	"success": "well", "succeeded": "well",
	"fail": "badly", "failed": "badly", "error": "badly", "timeout": "badly",
	"canceled": "given up", "cancelled": "given up",
	"-": "unknown", "": "unknown", "pause": "unknown", "rolling_back": "unknown", "empty": "unknown", "true": "unknown", "not success": "unknown",
	"ſuccess": "unknown", "upgrading": "unknown", "done": "unknown", "run ning": "unknown",
}

// clusterStates has the states of a cluster, likewise.
var clusterStates = map[string]string{
	"running": "at rest", "scaling": "at rest", "removing": "at rest", "draining": "at rest",
	"upgrading": "upgrading", "updating": "updating",
	"initial": "unknown", "failed": "unknown", "inactive": "unknown", "unavailable": "unknown", "waiting": "unknown", "disconnected": "unknown",
	"deleting": "unknown", "deleted": "unknown", "delete_failed": "unknown",
	"-": "unknown", "": "unknown", "paused": "unknown", "success": "unknown", "idle": "unknown", "5": "unknown", "{}": "unknown",
}

// spellings returns a value in other letter cases, and with white space. A hyphen means a missing value and has no other
// spelling.
func spellings(word string) []string {
	if word == "-" || strings.Contains(word, "ſ") { // Its capital is that of another letter.
		return []string{word}
	}
	return slices.Compact([]string{word, strings.ToUpper(word), " " + word + "\t\n"})
}

func word(s string) *string {
	if s == "-" {
		return nil
	}
	return &s
}

// moment is a time of a task, in hours after an arbitrary one; 0 is a missing or unreadable time.
func moment(hours int) time.Time {
	if hours == 0 {
		return time.Time{}
	}
	return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC).Add(time.Duration(hours) * time.Hour)
}

// allScopes returns every non-empty set of scopes.
func allScopes() (all [][]Scope) {
	for bits := 1; bits < 1<<len(Scopes()); bits++ {
		var some []Scope
		for i, scope := range Scopes() {
			if bits&(1<<i) != 0 {
				some = append(some, scope)
			}
		}
		all = append(all, some)
	}
	return all
}

// plainTask is a task for the second implementation.
type plainTask struct {
	kind, state string
	created     int // 0 is unreadable.
}

// scopeOf is the scope in which a kind of task counts.
var scopeOf = map[string]Scope{"control plane": ScopeControlPlane, "node pool": ScopeNodePools, "add-on": ScopeAddons}

// tasksPhase is the table of the design, implemented in another way: it first removes all tasks that are not in scope.
func tasksPhase(tasks []plainTask, cluster string, scopes []Scope) string {
	var inScope []plainTask
	mystery := false
	for _, task := range tasks {
		if scope, ok := scopeOf[task.kind]; ok && slices.Contains(scopes, scope) {
			inScope = append(inScope, task)
		}
		mystery = mystery || task.kind == "unclassified" && !slices.Contains([]string{"well", "badly", "given up"}, task.state)
	}
	var controlPlane []plainTask
	for _, task := range inScope {
		if task.state == "under way" {
			return "running"
		}
		if task.kind == "control plane" {
			controlPlane = append(controlPlane, task)
		}
	}
	beside := func(state string) bool { // Node pools and add-ons are upgraded in parallel: every task counts, not only the newest.
		return slices.ContainsFunc(inScope, func(task plainTask) bool { return task.kind != "control plane" && task.state == state })
	}
	// The control plane has one upgrade at a time, so its newest task counts, even if a node pool has a newer one.
	newest, upgraded := newestState(inScope), newestState(controlPlane)
	switch {
	case beside("paused"), upgraded == "paused" && newest != "uncertain":
		return "paused"
	case newest == "uncertain", upgraded == "uncertain", upgraded == "unknown", mystery, beside("unknown"):
		return "unknown"
	}
	if cluster == "upgrading" || cluster == "updating" && newest != "" {
		return "running"
	}
	if cluster != "at rest" {
		return "unknown"
	}
	return map[string]string{"": "idle", "well": "succeeded", "badly": "failed", "given up": "failed"}[newest]
}

// newestState returns the state of the newest task: uncertain if several tasks with different states may be the newest, and empty
// without a task.
func newestState(tasks []plainTask) (state string) {
	latest := 0
	for _, task := range tasks {
		latest = max(latest, task.created)
	}
	for _, task := range tasks {
		if task.created == 0 || task.created == latest && state != "" && state != task.state {
			return "uncertain" // Without a time, it may be the newest.
		}
		if task.created == latest {
			state = task.state
		}
	}
	return state
}

// holdToRest fails the test if a phase means that no upgrade is under way although one may be.
func holdToRest(t *testing.T, phase Phase, tasks []plainTask, cluster string, scopes []Scope) {
	t.Helper()
	if !phase.Terminal() {
		return
	}
	if cluster != "at rest" {
		t.Fatalf("%s, and the cluster is not at rest: %v", phase, tasks)
	}
	newest, controlPlane := plainTask{created: -1}, plainTask{created: -1}
	for _, task := range tasks {
		if task.kind == "control plane" && slices.Contains(scopes, ScopeControlPlane) && task.created > controlPlane.created {
			controlPlane = task
		}
		switch {
		case task.kind == "unclassified" && slices.Contains([]string{"under way", "paused", "unknown"}, task.state):
			t.Fatalf("%s, and a task that may be an upgrade has not ended: %v", phase, tasks)
		case !slices.Contains(scopes, scopeOf[task.kind]):
		case task.state == "under way":
			t.Fatalf("%s, and a task in scope is under way: %v", phase, tasks)
		case task.kind != "control plane" && (task.state == "paused" || task.state == "unknown"):
			t.Fatalf("%s, and a task beside the control plane's is %s: %v", phase, task.state, tasks)
		case task.created > newest.created:
			newest = task
		}
	}
	if newest.state == "paused" || newest.state == "unknown" || newest.created == 0 {
		t.Fatalf("%s, and the newest task is %v: %v", phase, newest, tasks)
	}
	if controlPlane.state == "paused" || controlPlane.state == "unknown" {
		t.Fatalf("%s, and the control plane's newest task is %v: %v", phase, controlPlane, tasks)
	}
	if idle := phase == PhaseIdle; idle != (newest.created < 0) {
		t.Fatalf("%s, and the newest task is %v: %v", phase, newest, tasks)
	}
}

// readPlain reads tasks and a cluster's state with the code under test.
func readPlain(tasks []ack.ClusterTask, cluster *string, scopes []Scope) *Reading {
	var s taskSummary
	for _, task := range tasks {
		s.add(task, scopes)
	}
	return fromTasks("c1", &s, &ack.ClusterDetail{State: cluster})
}

func TestEveryTypeOfTaskHasItsKind(t *testing.T) {
	names := map[TaskKind]string{
		KindUnclassified: "unclassified", KindControlPlane: "control plane", KindNodePool: "node pool", KindAddon: "add-on", KindOther: "other",
	}
	for taskType, want := range taskKinds {
		for _, spelling := range spellings(taskType) {
			if got := names[taskKindOf(word(spelling))]; got != want {
				t.Errorf("%q: got %s, want %s", spelling, got, want)
			}
		}
	}
	for kind := range names {
		for _, scopes := range allScopes() {
			want := slices.Contains(scopes, scopeOf[names[kind]])
			if kind.in(scopes) != want {
				t.Errorf("%s in %v: %t", names[kind], scopes, !want)
			}
		}
	}
}

// Without a task, and with one: of every type, in every state in every spelling, in a cluster of every state, for every scope.
func TestThePhaseOfNoTaskAndOfOneTask(t *testing.T) {
	combinations := 0
	check := func(tasks []plainTask, read []ack.ClusterTask, cluster, clusterKind string, scopes []Scope) {
		combinations++
		r := readPlain(read, word(cluster), scopes)
		if want := tasksPhase(tasks, clusterKind, scopes); string(r.Phase) != want {
			t.Fatalf("%v, cluster %q, scopes %v: got %s, want %s", tasks, cluster, scopes, r.Phase, want)
		}
		holdToRest(t, r.Phase, tasks, clusterKind, scopes)
	}
	types := slices.Sorted(maps.Keys(taskKinds))
	for cluster, clusterKind := range clusterStates {
		for _, scopes := range allScopes() {
			for _, cluster := range spellings(cluster) {
				check(nil, nil, cluster, clusterKind, scopes)
			}
			for state, stateKind := range taskStates {
				for _, taskType := range types {
					for created := range 2 {
						for _, state := range spellings(state) {
							task := ack.ClusterTask{Type: word(taskType), State: word(state), Created: moment(created)}
							check([]plainTask{{taskKinds[taskType], stateKind, created}}, []ack.ClusterTask{task}, cluster, clusterKind, scopes)
						}
					}
				}
			}
		}
	}
	t.Logf("%d combinations: %d types, %d states of a task, %d of a cluster, %d scopes", combinations, len(taskKinds), len(taskStates), len(clusterStates), len(allScopes()))
}

// Two tasks and three: of every kind, in every kind of state, at every time relative to each other or none, at every place of the
// list, in a cluster of every kind of state, for every scope. One value represents its kind. The test above checks that all
// values of a kind are equivalent.
func TestThePhaseOfTwoAndThreeTasks(t *testing.T) {
	oneTypeOf := map[string]string{
		"control plane": "cluster_upgrade", "node pool": "nodepool_upgrade", "add-on": "cluster_addon_upgrade",
		"other": "nodepool_scaleout", "unclassified": "cluster_rebalance",
	}
	oneStateOf := map[string]string{
		"under way": "running", "paused": "paused", "well": "success", "badly": "failed", "given up": "canceled", "unknown": "rolling_back",
	}
	oneClusterOf := map[string]string{"at rest": "running", "upgrading": "upgrading", "updating": "updating", "unknown": "unavailable"}
	var (
		plain []plainTask
		read  []ack.ClusterTask
	)
	for kind, taskType := range oneTypeOf {
		for stateKind, state := range oneStateOf {
			for created := range 4 {
				plain = append(plain, plainTask{kind, stateKind, created})
				read = append(read, ack.ClusterTask{ID: word(fmt.Sprint("t", len(read))), Type: word(taskType), State: word(state), Created: moment(created)})
			}
		}
	}
	clusters := slices.Sorted(maps.Keys(oneClusterOf))
	var combinations atomic.Int64
	t.Run("scopes", func(t *testing.T) {
		for _, scopes := range allScopes() {
			t.Run(fmt.Sprint(scopes), func(t *testing.T) {
				t.Parallel()
				// check reads tasks in all orders. The phase must be the same for every order.
				check := func(indices ...int) {
					tasks := make([]plainTask, len(indices))
					for i, index := range indices {
						tasks[i] = plain[index]
					}
					want := make(map[string]Phase)
					for _, cluster := range clusters {
						want[cluster] = Phase(tasksPhase(tasks, cluster, scopes))
						holdToRest(t, want[cluster], tasks, cluster, scopes)
					}
					inEveryOrder(indices, func(indices []int) {
						var s taskSummary
						for _, index := range indices {
							s.add(read[index], scopes)
						}
						for _, cluster := range clusters {
							combinations.Add(1)
							if phase := s.phase(clusterStateOf(word(oneClusterOf[cluster]))); phase != want[cluster] {
								t.Fatalf("%v in the order %v, cluster %s: got %s, want %s", tasks, indices, cluster, phase, want[cluster])
							}
						}
					})
				}
				for i := range plain {
					for j := range i + 1 {
						check(i, j)
						for k := range j + 1 {
							// One in eight is enough for a regular run. Which ones depends on the scopes.
							if *everyCombination || (i*7+j*3+k+len(scopes))%8 == 0 {
								check(i, j, k)
							}
						}
					}
				}
			})
		}
	})
	t.Logf("%d combinations of %d tasks", combinations.Load(), len(plain))
}

// inEveryOrder calls f with each order of the values. The slice is reused, so f must not keep it.
func inEveryOrder(values []int, f func([]int)) {
	values = slices.Clone(values)
	var from func(int)
	from = func(i int) {
		if i == len(values) {
			f(values)
			return
		}
		for j := i; j < len(values); j++ {
			if slices.Contains(values[i:j], values[j]) {
				continue // That order was used already.
			}
			values[i], values[j] = values[j], values[i]
			from(i + 1)
			values[i], values[j] = values[j], values[i]
		}
	}
	from(0)
}
