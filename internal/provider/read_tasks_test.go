package provider

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

// busy are clusters with tasks of every kind.
const busy = `
	"c1": {
	  "history": [{"task_id": "T-old", "task_type": "cluster_create", "created": "2025-01-02T03:04:05+08:00", "updated": "2025-01-02T03:14:05+08:00"}],
	  "timeline": [{"phase": "failed", "message": "no quota", "tasks": [
	    {"task_id": "T-pool", "task_type": "nodepool_upgrade", "state": "success", "created": "2026-01-02T03:04:05Z",
	     "target": {"id": "np1"}, "task_result": [{"data": "i-1", "status": "success"}, {"data": "i-2", "status": "failed"}]},
	    {"task_id": "T-addon", "task_type": "cluster_addon_upgrade", "state": "running", "created": "2026-01-02T03:05:05Z", "current_stage": "Apply"},
	    {"task_id": "T-odd", "task_type": "cluster_rebalance", "state": "paused", "created": "2026-01-02T03:03:05Z"}
	  ]}]
	},
	"many": {"history": [{"task_type": "nodepool_scaleout", "count": 250}], "timeline": [{"phase": "idle"}]},
	"cut": {"history": [{"task_type": "nodepool_scaleout", "count": 250}], "listing": {"cut_short": 10}, "timeline": [{"phase": "idle"}]}`

func setOf(words ...string) types.Set {
	values := make([]attr.Value, len(words))
	for i, word := range words {
		values[i] = types.StringValue(word)
	}
	return types.SetValueMust(types.StringType, values)
}

// shownTasks writes each task of a list in a line.
func shownTasks(t *testing.T, m tasksModel) (lines []string) {
	t.Helper()
	var tasks []listedTask
	if diags := m.Tasks.ElementsAs(t.Context(), &tasks, false); diags.HasError() {
		t.Fatal(diags)
	}
	for _, task := range tasks {
		line := []string{task.ID.ValueString(), task.Kind.ValueString(), task.State.ValueString(), task.Phase.ValueString(), task.Created.ValueString()}
		if !task.ErrorCode.IsNull() {
			line = append(line, task.ErrorCode.ValueString(), task.ErrorMessage.ValueString())
		}
		lines = append(lines, strings.Join(line, " "))
	}
	return lines
}

func TestTasksAreListedNewestFirst(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, busy)
	c := connectTo(t, endpoint)
	m := tasksModel{ClusterID: types.StringValue("c1")}
	if diags := m.read(t.Context(), c, testLimit); diags.HasError() {
		t.Fatal(diags)
	}
	lines := shownTasks(t, m)
	if len(lines) != 5 || !strings.HasPrefix(lines[0], "T-") || !strings.HasSuffix(lines[0], "UpgradeFailed no quota") || !strings.Contains(lines[0], " control_plane failed failed 20") {
		t.Fatalf("%q", lines)
	}
	want := []string{
		"T-addon addon running running 2026-01-02T03:05:05Z", "T-pool node_pool success succeeded 2026-01-02T03:04:05Z",
		"T-odd unclassified paused paused 2026-01-02T03:03:05Z", "T-old other success succeeded 2025-01-01T19:04:05Z",
	}
	if diff := cmp.Diff(want, lines[1:]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if m.ID.ValueString() != "c1" || m.Region.ValueString() != "cn-hangzhou" || !m.Complete.ValueBool() ||
		m.Summary.ValueString() != "Cluster c1: 5 tasks: 1 running, 1 paused, 2 succeeded, 1 failed" {
		t.Errorf("%s, %s, %s, %s", m.ID, m.Region, m.Complete, m.Summary)
	}

	m.Kinds, m.Limit = setOf("node_pool", "addon"), types.Int64Value(1)
	if diags := m.read(t.Context(), c, testLimit); diags.HasError() || m.Complete.ValueBool() {
		t.Fatal(diags, m.Complete)
	}
	if diff := cmp.Diff(want[:1], shownTasks(t, m)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestALongListOfTasks(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, busy)
	c := connectTo(t, endpoint)
	for _, test := range []struct {
		cluster  string
		limit    types.Int64
		tasks    int
		complete bool
		requests int
		err      string
	}{
		{"many", types.Int64Null(), 100, false, 1, ""},
		{"many", types.Int64Value(250), 250, true, 3, ""},
		{"many", types.Int64Value(5000), 250, true, 3, ""},
		{"cut", types.Int64Null(), 100, false, 1, ""},
		{"cut", types.Int64Value(5000), 0, false, 4, "Incomplete task list for cluster cut"},
		{"none", types.Int64Null(), 0, false, 1, "Cluster none not found"},
	} {
		before := len(simulator.Requests())
		m := tasksModel{ClusterID: types.StringValue(test.cluster), Limit: test.limit}
		diags := m.read(t.Context(), c, testLimit)
		if n := len(simulator.Requests()) - before; n != test.requests {
			t.Errorf("%s: %d requests", test.cluster, n)
		}
		if test.err != "" {
			if len(diags) != 1 || diags[0].Summary() != test.err || !m.Tasks.IsNull() {
				t.Errorf("%s: %v, %v", test.cluster, diags, m.Tasks)
			}
			continue
		}
		if diags.HasError() || len(m.Tasks.Elements()) != test.tasks || m.Complete.ValueBool() != test.complete {
			t.Errorf("%s: %v, %d tasks, %s", test.cluster, diags, len(m.Tasks.Elements()), m.Complete)
		}
	}
}

func TestATaskIsReadWithItsStages(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, busy)
	m := taskModel{TaskID: types.StringValue("T-pool")}
	if diags := m.read(t.Context(), connectTo(t, endpoint), testLimit); diags.HasError() {
		t.Fatal(diags)
	}
	got := []string{
		m.ID.ValueString(), m.ClusterID.ValueString(), m.Region.ValueString(), m.Type.ValueString(), m.Kind.ValueString(), m.State.ValueString(), m.Phase.ValueString(),
		m.TargetType.ValueString(), m.TargetID.ValueString(), m.Summary.ValueString(), m.FailedParts.String(), m.Terminal.String(), m.ErrorCode.String(),
	}
	want := []string{
		"T-pool", "c1", "cn-hangzhou", "nodepool_upgrade", "node_pool", "success", "failed", "nodepool", "np1",
		"Task T-pool (nodepool_upgrade) of cluster c1: failed, failed parts: i-2", `[{"data":"i-2","status":"failed"}]`, "true", "<null>",
	}
	if diff := cmp.Diff(want, got); diff != "" || len(m.Stages.Elements()) != 2 {
		t.Errorf("stages %s, -want +got:\n%s", m.Stages, diff)
	}
}

// A wait for a task has the arguments, the log and the errors of a wait for an upgrade.
func TestAWaitForATask(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `"c1": {"timeline": [
	  {"polls": 1, "phase": "idle", "tasks": [{"task_id": "T-1", "task_type": "nodepool_upgrade", "state": "running"}]},
	  {"polls": 1, "phase": "idle", "tasks": [{"task_id": "T-1", "task_type": "nodepool_upgrade", "state": "paused"}]},
	  {"phase": "idle", "tasks": [{"task_id": "T-1", "task_type": "nodepool_upgrade", "state": "failed", "error": {"code": "NotReady", "message": "node i-2 is NotReady"}}]}
	]}`)
	c := connectTo(t, endpoint)
	m := taskModel{
		TaskID: types.StringValue("T-1"), WaitForTerminal: types.BoolValue(true), WaitThroughPause: types.BoolValue(true),
		PollInterval: types.StringValue("1s"), RequirePhases: setOf("succeeded"),
	}
	var log bytes.Buffer
	diags := m.read(tflogtest.RootLogger(t.Context(), &log), c, testLimit)
	for _, line := range []string{"Task T-1 (nodepool_upgrade) of cluster c1: running, stage DrainNodes (waited", "paused, stage DrainNodes (waited", `"task_id":"T-1"`} {
		if !strings.Contains(log.String(), line) {
			t.Errorf("%s is not in the log:\n%s", line, log.String())
		}
	}
	if len(diags) != 1 || diags[0].Summary() != "Task gate closed: task T-1 failed (phase failed)" || !strings.Contains(diags[0].Detail(), "node i-2 is NotReady") {
		t.Errorf("%v", diags)
	}
	if n := len(simulator.Requests()); n != 3 {
		t.Errorf("%d requests", n)
	}
	m.RequirePhases = types.SetNull(types.StringType)
	if diags := m.read(t.Context(), c, testLimit); diags.HasError() || m.Phase.ValueString() != "failed" || m.ErrorMessage.ValueString() != "node i-2 is NotReady" {
		t.Errorf("%v, %s", diags, m.Phase)
	}
}

func TestAWaitForATaskCanBeInterrupted(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "idle", "tasks": [{"task_id": "T-1", "task_type": "nodepool_upgrade", "state": "running"}]}]}`)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	simulator.OnRequest(func(acksim.Request) { cancel() })
	m := taskModel{TaskID: types.StringValue("T-1"), WaitForTerminal: types.BoolValue(true), PollInterval: types.StringValue("10m")}
	diags := m.read(ctx, connectTo(t, endpoint), testLimit)
	if len(diags) != 1 || diags[0].Summary() != "Reading task T-1 was interrupted" {
		t.Errorf("%v", diags)
	}
}

func TestATaskThatCannotBeRead(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, busy)
	c := connectTo(t, endpoint)
	m := taskModel{TaskID: types.StringValue("T-none")}
	diags := m.read(t.Context(), c, testLimit)
	if len(diags) != 1 || diags[0].Summary() != "Task T-none not found" || !m.Phase.IsNull() {
		t.Errorf("%v", diags)
	}
	if err := simulator.Withdraw("DescribeTaskInfo"); err != nil {
		t.Fatal(err)
	}
	m.TaskID = types.StringValue("T-pool")
	if diags := m.read(t.Context(), c, testLimit); len(diags) != 1 || diags[0].Summary() != "DescribeTaskInfo is not available at the endpoint of task T-pool" {
		t.Errorf("%v", diags)
	}
}
