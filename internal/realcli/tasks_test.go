package realcli

import (
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

const taskID = "T-5fd211e924e1d00787000001"

// taskReads is a configuration with both reads of tasks, whose arguments are given.
func taskReads(endpoint, ofTasks, ofTask string) string {
	before, _, _ := strings.Cut(configuration(endpoint, ""), "data \"ackupgrade_status\"")
	return before + `
data "ackupgrade_tasks" "all" {
  ` + ofTasks + `
}

data "ackupgrade_task" "one" {
  ` + ofTask + `
}
`
}

// TestMistakesInTheReadsOfTasksAreFoundAtPlan validates one configuration with every mistake.
func TestMistakesInTheReadsOfTasksAreFoundAtPlan(t *testing.T) {
	t.Parallel()
	w := workspace(t, taskReads("127.0.0.1:1",
		"cluster_id = \"c 1\"\n  kinds = [\"nodepool\"]\n  limit = 5001\n  region = \"Hangzhou\"",
		"task_id = \"T 1\"\n  wait_for_terminal = true\n  require_phases = [\"running\"]\n  poll_interval = \"soon\"")+`
data "ackupgrade_task" "two" {
  task_id            = ""
  wait_through_pause = true
  require_phases     = ["idle"]
}
`)
	output, err := w.Run(t.Context(), "validate", "-no-color")
	if err == nil {
		t.Error("it is valid")
	}
	for _, want := range []string{
		"Attribute cluster_id must be the ID of an ACK cluster", `kinds contains "nodepool", which is not a kind`,
		`Use "control_plane", "node_pool", "addon", "other" or "unclassified".`, "Attribute limit value must be between 1 and 5000, got: 5001",
		"Attribute region must be the ID of a region", "Attribute task_id must be the ID of a task", "got: T 1", "got: an empty string",
		"A wait ends in succeeded or failed, but require_phases is running. The read can never succeed.",
		"Attribute poll_interval must be a duration", `require_phases contains "idle", which is not a phase of a task`,
	} {
		if !strings.Contains(unwrap(output), want) {
			t.Errorf("%q is not shown in:\n%s", want, output)
		}
	}
}

// TestTasksOfIDsThatAreKnownOnlyAfterAnApply has reads that are put off to the apply, and one workspace that shows their output.
func TestTasksOfIDsThatAreKnownOnlyAfterAnApply(t *testing.T) {
	t.Parallel()
	simulator, server := simulate(t, poolTask("success", lostPart), acksim.Options{})
	w := workspace(t, taskReads(server.Endpoint(), "cluster_id = terraform_data.cluster.output", "task_id = terraform_data.task.output")+`
resource "terraform_data" "cluster" {
  input = "`+clusterID+`"
}

resource "terraform_data" "task" {
  input = "`+taskID+`"
}

output "tasks" {
  value = data.ackupgrade_tasks.all
}

output "task" {
  value = data.ackupgrade_task.one
}
`)
	output, err := w.Run(t.Context(), "plan", "-no-color", "-out=plan.bin")
	if err != nil || len(simulator.Requests()) != 0 {
		t.Fatalf("%v, %d requests in a plan that knows no id\n%s", err, len(simulator.Requests()), output)
	}
	output, err = w.Run(t.Context(), "apply", "-no-color", "plan.bin")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for _, want := range []string{
		"[id=" + clusterID + "]", "[id=" + taskID + "]", `"kind" = "node_pool"`, `"phase" = "succeeded"`, `"complete" = true`,
		`"summary" = "Cluster ` + clusterID + `: 1 task: 1 succeeded"`, `"phase" = "failed"`, `"target_type" = "nodepool"`,
		`"failed_parts" = tolist([ { "data" = "i-2" "status" = "failed" }, ])`,
	} {
		if !strings.Contains(unwrap(output), want) {
			t.Errorf("%s is not shown in:\n%s", want, output)
		}
	}
	t.Logf("$ %s apply plan.bin\n%s", cli.Command(), output)
	if output, err := w.Run(t.Context(), "plan", "-no-color", "-detailed-exitcode"); err != nil {
		t.Errorf("a second plan is not clean: %v\n%s", err, output)
	}
}

// mockedTasks gives a value to each computed attribute of both reads, and finds it again.
const mockedTasks = `
mock_provider "ackupgrade" {}

run "mocked" {
  command = plan

  override_data {
    target = data.ackupgrade_tasks.all
    values = {
      id       = "c1"
      region   = "cn-shanghai"
      complete = true
      summary  = "s"
      tasks = [{
        id = "T-1", type = "nodepool_upgrade", kind = "node_pool", state = "running", phase = "running"
        created = "2026-01-02T03:04:05Z", updated = "2026-01-02T03:04:05Z", error_code = null, error_message = "m"
      }]
    }
  }

  override_data {
    target = data.ackupgrade_task.one
    values = {
      id            = "T-1"
      region        = "cn-shanghai"
      type          = "nodepool_upgrade"
      kind          = "node_pool"
      state         = "failed"
      phase         = "failed"
      terminal      = true
      created       = "2026-01-02T03:04:05Z"
      updated       = "2026-01-02T03:04:05Z"
      error_code    = "X"
      error_message = "m"
      cluster_id    = "c1"
      current_stage = "DrainNodes"
      target_id     = "np1"
      target_type   = "nodepool"
      stages        = [{ state = "failed", start_time = "a", end_time = "b", message = "m" }]
      failed_parts  = [{ data = "i-2", status = "failed" }]
      summary       = "s"
    }
  }

  assert {
    condition = jsonencode([
      for t in data.ackupgrade_tasks.all.tasks : [t.id, t.type, t.kind, t.state, t.phase, t.created, t.updated, t.error_code, t.error_message]
      ]) == jsonencode([
      ["T-1", "nodepool_upgrade", "node_pool", "running", "running", "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", null, "m"]
    ]) && data.ackupgrade_tasks.all.complete && data.ackupgrade_tasks.all.region == "cn-shanghai" && data.ackupgrade_tasks.all.summary == "s"
    error_message = jsonencode(data.ackupgrade_tasks.all)
  }

  assert {
    condition = jsonencode([
      for t in [data.ackupgrade_task.one] : [
        t.id, t.region, t.type, t.kind, t.state, t.phase, t.terminal, t.created, t.updated, t.error_code, t.error_message, t.cluster_id, t.current_stage,
        t.target_id, t.target_type, t.stages[0].state, t.stages[0].start_time, t.stages[0].end_time, t.stages[0].message, t.failed_parts[0].data, t.failed_parts[0].status, t.summary,
      ]
      ]) == jsonencode([[
      "T-1", "cn-shanghai", "nodepool_upgrade", "node_pool", "failed", "failed", true, "2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z", "X", "m", "c1", "DrainNodes",
      "np1", "nodepool", "failed", "a", "b", "m", "i-2", "failed", "s",
    ]])
    error_message = jsonencode(data.ackupgrade_task.one)
  }
}

run "without_values" {
  command = plan

  assert {
    condition     = length(data.ackupgrade_tasks.all.tasks) == 0 && length(data.ackupgrade_task.one.failed_parts) == 0 && !contains(["succeeded"], data.ackupgrade_task.one.phase)
    error_message = jsonencode([data.ackupgrade_tasks.all, data.ackupgrade_task.one])
  }
}
`

func TestBothCLIsMockTheReadsOfTasks(t *testing.T) {
	t.Parallel()
	skipWithout(t, cli, "tasks.tftest.hcl", mockedTasks)
	w := workspace(t, taskReads("127.0.0.1:1", `cluster_id = "c1"`, `task_id = "T-1"`))
	if err := w.Write("tasks.tftest.hcl", mockedTasks); err != nil {
		t.Fatal(err)
	}
	output, err := w.Run(t.Context(), "test", "-no-color")
	if err != nil || !strings.Contains(output, "2 passed") {
		t.Errorf("%v\n%s", err, output)
	}
}
