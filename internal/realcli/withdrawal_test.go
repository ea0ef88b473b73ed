package realcli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// byOperation counts requests by their operation.
func byOperation(requests []acksim.Request) map[string]int {
	counts := make(map[string]int)
	for _, r := range requests {
		counts[r.Operation]++
	}
	return counts
}

// onePhaseEach gives a simulator a cluster in each phase that both sources report alike, and returns a configuration that reads
// each.
func onePhaseEach(t *testing.T, simulator *acksim.Simulator, endpoint string) string {
	t.Helper()
	phases := []story.Phase{story.Idle, story.Running, story.Paused, story.Succeeded, story.Failed, story.Unknown}
	ids := make([]string, len(phases))
	for i, phase := range phases {
		ids[i] = fmt.Sprintf("%q", "c-"+string(phase))
		if err := simulator.SetTimeline("c-"+string(phase), []scenario.Step{{Phase: phase}}); err != nil {
			t.Fatal(err)
		}
	}
	head, _, _ := strings.Cut(configuration(endpoint, ""), "data \"ackupgrade_status\"")
	return head + `
data "ackupgrade_status" "each" {
  for_each   = toset([` + strings.Join(ids, ", ") + `])
  cluster_id = each.key
}

output "read" {
  value = [for id, s in data.ackupgrade_status.each : "${id}: ${s.phase}, ${s.terminal}, ${s.source}"]
}
`
}

// The phase is the same by either way, and the way is found out for the endpoint with one request, for a cluster with one.
func TestTheAnswerIsTheSameWhereGetUpgradeStatusIsGone(t *testing.T) {
	t.Parallel()
	const all = 6
	old, tasks, detail := string(ack.GetUpgradeStatus), string(ack.DescribeClusterTasks), string(ack.DescribeClusterDetail)
	for name, test := range map[string]struct {
		withdrawn []gateway.Withdrawal
		forbidden []gateway.Forbidden
		source    string
		requests  map[string]int
	}{
		"served":                 {nil, nil, "upgrade_status", map[string]int{old: all}},
		"withdrawn":              {[]gateway.Withdrawal{{Operation: old}}, nil, "tasks", map[string]int{old: 1, tasks: all, detail: all}},
		"withdrawn, with 410":    {[]gateway.Withdrawal{{Operation: old, Status: 410, Code: "Gone"}}, nil, "tasks", map[string]int{old: 1, tasks: all, detail: all}},
		"withdrawn, with 501":    {[]gateway.Withdrawal{{Operation: old, Status: 501, Code: "NotImplemented"}}, nil, "tasks", map[string]int{old: 1, tasks: all, detail: all}},
		"forbidden":              {nil, []gateway.Forbidden{{Operation: old}}, "tasks", map[string]int{old: all, tasks: all, detail: all}},
		"served, and tasks gone": {[]gateway.Withdrawal{{Operation: tasks}, {Operation: detail}}, nil, "upgrade_status", map[string]int{old: all}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, server := simulate(t, idle, acksim.Options{})
			w := workspace(t, onePhaseEach(t, simulator, server.Endpoint()))
			if err := simulator.SetWithdrawn(test.withdrawn...); err != nil {
				t.Fatal(err)
			}
			if err := simulator.SetForbidden(test.forbidden...); err != nil {
				t.Fatal(err)
			}
			output, err := w.Run(t.Context(), "apply", "-no-color", "-auto-approve")
			if err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			for phase, terminal := range map[string]bool{"idle": true, "running": false, "paused": false, "succeeded": true, "failed": true, "unknown": false} {
				if want := fmt.Sprintf("%q", fmt.Sprintf("c-%s: %[1]s, %t, %s", phase, terminal, test.source)); !strings.Contains(output, want) {
					t.Errorf("%s is not shown in:\n%s", want, output)
				}
			}
			if diff := cmp.Diff(test.requests, byOperation(simulator.Requests())); diff != "" {
				t.Errorf("requests, -want +got:\n%s", diff)
			}
			t.Logf("%s %s: %v\n%s", cli.Name, cli.Version, byOperation(simulator.Requests()), output[strings.Index(output, "Outputs:"):])
		})
	}
}

func TestAWaitGoesOnWhenGetUpgradeStatusIsWithdrawnMeanwhile(t *testing.T) {
	t.Parallel()
	simulator, server := simulate(t, `[{"polls": 5, "phase": "running"}, {"polls": 2, "phase": "finishing"}, {"phase": "succeeded"}]`, acksim.Options{})
	if err := simulator.SetWithdrawn(gateway.Withdrawal{Operation: string(ack.GetUpgradeStatus), AfterRequests: 3}); err != nil {
		t.Fatal(err)
	}
	w := workspace(t, configuration(server.Endpoint(), "wait_for_terminal = true\n  poll_interval = \"1s\"")+`
output "read" {
  value = "${data.ackupgrade_status.this.phase} by ${data.ackupgrade_status.this.source}"
}
`)
	output, err := w.Run(t.Context(), "apply", "-no-color", "-auto-approve")
	if err != nil || !strings.Contains(output, `read = "succeeded by tasks"`) {
		t.Fatalf("%v\n%s", err, output)
	}
	want := map[string]int{"GetUpgradeStatus": 4, "DescribeClusterTasks": 6, "DescribeClusterDetail": 6} // The poll that discovers it requests both.
	if diff := cmp.Diff(want, byOperation(simulator.Requests())); diff != "" {
		t.Errorf("requests, -want +got:\n%s", diff)
	}
	t.Logf("%s %s: %v\n%s", cli.Name, cli.Version, byOperation(simulator.Requests()), output)
}

// The success of the upgrade before ends no wait: the upgrade begins only when the wait has polled twice.
func TestAWaitForAVersionDoesNotEndOnTheSuccessBefore(t *testing.T) {
	t.Parallel()
	for _, withdrawn := range []bool{false, true} {
		t.Run(fmt.Sprintf("withdrawn %t", withdrawn), func(t *testing.T) {
			t.Parallel()
			simulator, server := simulate(t, `[
				{"polls": 2, "phase": "succeeded", "cluster": {"current_version": "1.32.1-aliyun.1"}},
				{"polls": 3, "phase": "running"},
				{"phase": "succeeded", "cluster": {"current_version": "1.33.3-aliyun.1"}}
			]`, acksim.Options{})
			if withdrawn {
				if err := simulator.Withdraw(string(ack.GetUpgradeStatus)); err != nil {
					t.Fatal(err)
				}
			}
			w := workspace(t, configuration(server.Endpoint(), "wait_for_terminal = true\n  poll_interval = \"1s\"\n  require_version = \">= 1.33\"")+`
output "read" {
  value = "${data.ackupgrade_status.this.phase} on ${data.ackupgrade_status.this.current_version}"
}
`)
			output, err := w.Run(t.Context(), "apply", "-no-color", "-auto-approve")
			if err != nil || !strings.Contains(output, `read = "succeeded on 1.33.3-aliyun.1"`) {
				t.Fatalf("%v\n%s", err, output)
			}
			const polls = 6
			requests := byOperation(simulator.Requests())[string(ack.DescribeClusterDetail)]
			// The first poll requests it beside GetUpgradeStatus, and again after the tasks. The former may be canceled before it is sent.
			if requests != polls && (!withdrawn || requests != polls+1) {
				t.Errorf("the version was requested %d times in %d polls", requests, polls)
			}
		})
	}
}

// Each new error, as a user sees it.
func TestWhatCannotBeReadAfterTheWithdrawalSaysWhy(t *testing.T) {
	t.Parallel()
	const gone, forbidden = "GetUpgradeStatus", "DescribeClusterTasks"
	for name, test := range map[string]struct {
		timeline  string
		withdrawn []string
		forbidden []string
		arguments string
		want      []string
	}{
		"withdrawn, and the only source": {
			idle,
			[]string{gone},
			nil, `source = "upgrade_status"`,
			[]string{"GetUpgradeStatus is not available at the endpoint of cluster", `Remove source = "upgrade_status", or set source = "tasks"`, "cs:DescribeClusterTasks and cs:DescribeClusterDetail"},
		},
		"withdrawn, and the tasks forbidden": {
			idle,
			[]string{gone},
			[]string{forbidden},
			"",
			[]string{summary.NotAllowed(summary.Cluster(clusterID)), "do not allow DescribeClusterTasks", "cs:DescribeClusterTasks and cs:DescribeClusterDetail", "GetUpgradeStatus: HTTP 404 Not Found, code InvalidAction.NotFound"},
		},
		"withdrawn, and the detail forbidden": {
			idle,
			[]string{gone},
			[]string{"DescribeClusterDetail"},
			"",
			[]string{summary.NotAllowed(summary.Cluster(clusterID)), "do not allow DescribeClusterDetail", "cs:DescribeClusterTasks and cs:DescribeClusterDetail"},
		},
		"all forbidden": {
			idle, nil,
			[]string{gone, forbidden, "DescribeClusterDetail"},
			"",
			[]string{summary.NotAllowed(summary.Cluster(clusterID)), "cs:DescribeClusterTasks and cs:DescribeClusterDetail", "cs:GetUpgradeStatus is sufficient instead", "GetUpgradeStatus: HTTP 403 Forbidden, code Forbidden.RAM"},
		},
		"another version": {
			`[{"phase": "succeeded"}]`, nil, nil, `require_version = ">= 1.40"`,
			[]string{"does not run Kubernetes >= 1.40", "the cluster runs 1."},
		},
		"another version for the whole of a wait": {
			`[{"phase": "succeeded"}]`, nil, nil, "require_version = \">= 1.40\"\n  wait_for_terminal = true\n  poll_interval = \"1s\"\n  timeouts { read = \"2s\" }",
			[]string{"Timed out waiting for cluster", "to run Kubernetes >= 1.40", "Check that the upgrade was started"},
		},
		"a bad constraint": {
			idle, nil, nil, `require_version = "latest"`,
			[]string{"Attribute require_version must be a version constraint", "got: latest"},
		},
		"too many pages": {
			idle,
			[]string{gone},
			nil, `require_phases = ["idle", "succeeded"]`,
			[]string{summary.GateClosed(summary.Cluster(clusterID), upgrade.PhaseUnknown), "the task list has more than 50 pages"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			many := ""
			if name == "too many pages" {
				many = `"history": [{"task_type": "nodepool_scaleout", "count": 510}], "listing": {"page_size": 10}, `
			}
			simulator, server := simulateCluster(t, `{`+many+`"timeline": `+test.timeline+`}`, acksim.Options{})
			for _, operation := range test.withdrawn {
				if err := simulator.Withdraw(operation); err != nil {
					t.Fatal(err)
				}
			}
			var rules []gateway.Forbidden
			for _, operation := range test.forbidden {
				rules = append(rules, gateway.Forbidden{Operation: operation})
			}
			if err := simulator.SetForbidden(rules...); err != nil {
				t.Fatal(err)
			}
			output, err := workspace(t, configuration(server.Endpoint(), test.arguments)).Run(t.Context(), "plan", "-no-color")
			if err == nil {
				t.Fatalf("it went through:\n%s", output)
			}
			for _, want := range test.want {
				if !strings.Contains(unwrap(output), want) {
					t.Errorf("%q is not shown", want)
				}
			}
			if helps := name == "all forbidden"; strings.Contains(unwrap(output), "cs:GetUpgradeStatus is sufficient instead") != helps {
				t.Errorf("a permission for GetUpgradeStatus is advised: %t", !helps)
			}
			t.Log(output)
		})
	}
}

// A node pool's upgrade is none of the control plane's, and is waited for where the scope says so.
func TestTheScopeDecidesWhoseUpgradesCount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ arguments, want string }{
		"the control plane": {"", "idle by upgrade_status"},
		"node pools too":    {`scope = ["control_plane", "node_pools"]`, "running by tasks"},
		"add-ons too":       {`scope = ["control_plane", "addons"]`, "idle by tasks"},
		"a wait for both":   {"scope = [\"control_plane\", \"node_pools\"]\n  wait_for_terminal = true\n  poll_interval = \"1s\"", "succeeded by tasks"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, server := simulate(t, `[
				{"polls": 3, "phase": "idle", "tasks": [{"task_type": "nodepool_upgrade", "state": "running"}]},
				{"phase": "idle", "tasks": [{"task_type": "nodepool_upgrade", "state": "success"}]}
			]`, acksim.Options{})
			w := workspace(t, configuration(server.Endpoint(), test.arguments)+`
output "read" {
  value = "${data.ackupgrade_status.this.phase} by ${data.ackupgrade_status.this.source}"
}
`)
			output, err := w.Run(t.Context(), "apply", "-no-color", "-auto-approve")
			if err != nil || !strings.Contains(output, fmt.Sprintf("read = %q", test.want)) {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}

func TestAFleetIsReadFastAfterTheWithdrawal(t *testing.T) {
	succeeded := func(int) []scenario.Step { return []scenario.Step{{Phase: story.Succeeded}} }
	for _, test := range []struct {
		clusters int
		delay    time.Duration
		memory   int64
	}{
		{1000, 100 * time.Millisecond, 96 << 20},
		{10000, 0, 320 << 20},
	} {
		t.Run(fmt.Sprintf("%d clusters, %s per response", test.clusters, test.delay), func(t *testing.T) {
			simulator, server := simulateSlowly(t, test.delay, "")
			if err := simulator.Withdraw(string(ack.GetUpgradeStatus)); err != nil {
				t.Fatal(err)
			}
			_, text := fleetOf(t, simulator, test.clusters, succeeded, "")
			m := measure(t, workspace(t, text(server.Endpoint())))
			requests := simulator.Requests()
			reading := requests[len(requests)-1].Time.Sub(requests[0].Time) + test.delay
			ideal := time.Duration(float64(2*test.clusters) / 200 * float64(test.delay))
			counts := byOperation(requests)
			t.Logf("%s %s: %d clusters, %s per response: plan %s, reading %s (200 requests at a time take %s), provider's peak memory %.1f MiB, %v",
				cli.Name, cli.Version, test.clusters, test.delay, m.wall.Round(time.Millisecond), reading.Round(time.Millisecond), ideal, float64(m.memory)/(1<<20), counts)
			want := map[string]int{"GetUpgradeStatus": 1, "DescribeClusterTasks": test.clusters, "DescribeClusterDetail": test.clusters}
			if diff := cmp.Diff(want, counts); diff != "" {
				t.Errorf("requests, -want +got:\n%s", diff)
			}
			if m.memory > test.memory {
				t.Errorf("peak memory %d MiB, at most %d are allowed", m.memory>>20, test.memory>>20)
			}
			if want := fmt.Sprintf("[id=%d clusters: %[1]d succeeded]", test.clusters); !strings.Contains(m.output, want) {
				t.Errorf("%q is not shown in:\n%.1000s", want, m.output)
			}
		})
	}
}
