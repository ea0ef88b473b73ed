package realcli

import (
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// mockable reads one cluster and a fleet, for tests that mock both.
const mockable = head + `
data "ackupgrade_status" "this" {
  cluster_id = "c1"
}

data "ackupgrade_statuses" "fleet" {
  cluster_ids = ["c1", "c2"]
}

output "summary" {
  value = data.ackupgrade_status.this.summary
}
`

// everyAttribute gives a value to each computed attribute of both reads, and everyAssertion finds it again.
const (
	everyAttribute = `
  override_data {
    target = data.ackupgrade_status.this
    values = {
      id                 = "c1"
      region             = "cn-shanghai"
      source             = "tasks"
      error_message      = "m"
      precheck_report_id = "r"
      status             = "running"
      upgrade_step       = "upgrading"
      upgrade_task       = { status = "Running", message = "t" }
      phase              = "running"
      terminal           = false
      cluster_state      = "upgrading"
      current_version    = "1.33.3-aliyun.1"
      task_id            = "T-1"
      planned_start      = "2026-11-26T02:00:00Z"
      summary            = "s"
    }
  }

  override_data {
    target = data.ackupgrade_statuses.fleet
    values = {
      id       = "2 clusters"
      region   = "cn-shanghai"
      source   = "auto"
      by_phase = { running = ["c1", "c2"] }
      statuses = {
        c1 = {
          id                 = "c1"
          region             = "cn-shanghai"
          source             = "tasks"
          error_message      = "m"
          precheck_report_id = "r"
          status             = "running"
          upgrade_step       = "upgrading"
          upgrade_task       = { status = "Running", message = "t" }
          phase              = "running"
          terminal           = false
          cluster_state      = "upgrading"
          current_version    = "1.33.3-aliyun.1"
          task_id            = "T-1"
          planned_start      = "2026-11-26T02:00:00Z"
          summary            = "s"
        }
      }
    }
  }
`
	everyAssertion = `
  assert {
    condition = jsonencode([
      for s in [data.ackupgrade_status.this, data.ackupgrade_statuses.fleet.statuses["c1"]] : [
        s.id, s.region, s.source, s.error_message, s.precheck_report_id, s.status, s.upgrade_step, s.upgrade_task.status, s.upgrade_task.message,
        s.phase, s.terminal, s.cluster_state, s.current_version, s.task_id, s.planned_start, s.summary,
      ]
    ]) == jsonencode([for i in [1, 2] : [
      "c1", "cn-shanghai", "tasks", "m", "r", "running", "upgrading", "Running", "t", "running", false, "upgrading", "1.33.3-aliyun.1", "T-1", "2026-11-26T02:00:00Z", "s",
    ]])
    error_message = jsonencode([data.ackupgrade_status.this, data.ackupgrade_statuses.fleet.statuses])
  }

  assert {
    condition = jsonencode([
      data.ackupgrade_statuses.fleet.id, data.ackupgrade_statuses.fleet.region, data.ackupgrade_statuses.fleet.source, data.ackupgrade_statuses.fleet.by_phase,
    ]) == jsonencode(["2 clusters", "cn-shanghai", "auto", { running = ["c1", "c2"] }])
    error_message = jsonencode(data.ackupgrade_statuses.fleet)
  }
`
)

// ofAnElement is how an attribute of an element of statuses is indented above.
const ofAnElement = "          "

func TestWhatBothCLIsMock(t *testing.T) {
	t.Parallel()
	base := newStage(t)
	base.write(t, "main.tf", mockable)
	base.must(t, "init", "-no-color")
	for name, test := range map[string]struct {
		run   string
		want  expected
		shows [2]string
	}{
		"every computed attribute": {
			run: everyAttribute + everyAssertion, want: both(goesThrough), shows: [2]string{"1 passed", "1 passed"},
		},
		"without values": {
			run: `
  assert {
    condition     = data.ackupgrade_status.this.id == ""
    error_message = jsonencode(data.ackupgrade_status.this)
  }

  assert {
    condition     = data.ackupgrade_statuses.fleet.id == ""
    error_message = jsonencode(data.ackupgrade_statuses.fleet)
  }
`, want: both(stopped), shows: [2]string{`"by_phase":{}`, `"by_phase":{}`},
		},
		"without values of statuses": {
			run: `
  assert {
    condition     = length(data.ackupgrade_statuses.fleet.statuses) == 0 && alltrue([for s in data.ackupgrade_statuses.fleet.statuses : s.terminal])
    error_message = "not empty"
  }
`, want: both(goesThrough), shows: [2]string{"1 passed", "1 passed"},
		},
		"an element without upgrade_task": {
			run:  strings.Replace(everyAttribute, ofAnElement+"upgrade_task       = { status = \"Running\", message = \"t\" }\n", "", 1),
			want: expected{goesThrough, stopped}, shows: [2]string{"1 passed", `attribute "upgrade_task" is required`},
		},
		"an element whose upgrade_task is null": {
			run:  strings.Replace(everyAttribute, ofAnElement+`upgrade_task       = { status = "Running", message = "t" }`, ofAnElement+"upgrade_task = null", 1),
			want: expected{stopped, goesThrough}, shows: [2]string{"expected object, found dynamic", "1 passed"},
		},
		"an element whose error_message is null": {
			run:  strings.Replace(everyAttribute, ofAnElement+`error_message      = "m"`, ofAnElement+"error_message = null", 1),
			want: both(goesThrough), shows: [2]string{"1 passed", "1 passed"},
		},
		"one phase": {
			run: `
  override_data {
    target = data.ackupgrade_status.this
    values = { phase = "running" }
  }
  assert {
    condition     = data.ackupgrade_status.this.phase == "running" && data.ackupgrade_status.this.summary != null
    error_message = jsonencode(data.ackupgrade_status.this)
  }
`, want: both(goesThrough), shows: [2]string{"", ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := copyOf(t, base)
			s.write(t, "gate.tftest.hcl", "mock_provider \"ackupgrade\" {}\n\nrun \"mocked\" {\n  command = plan\n"+test.run+"}\n")
			s.comesTo(t, test.want.here(), test.shows[which()], "test", "-no-color")
			if requests := s.simulator.Requests(); len(requests) != 0 {
				t.Errorf("the mocked provider sent %d requests", len(requests))
			}
		})
	}
}

// which is the index of the CLI in pairs of what Terraform and OpenTofu do.
func which() int {
	if cli.Name == "OpenTofu" {
		return 1
	}
	return 0
}

func playFleetModule(t *testing.T, s *stage) {
	s.goes(t, "Success! 3 passed, 0 failed.", "test", "-no-color")
	if requests := s.simulator.Requests(); len(requests) != 0 {
		t.Errorf("the mocked provider sent %d requests", len(requests))
	}
	fleet := `-var=cluster_ids=["` + clusterID + `","` + strings.Replace(clusterID, "c1", "c2", 1) + `"]`
	s.goes(t, "1 to add", append(planNow, fleet)...)
	s.is(t, story.Running)
	s.stops(t, `Upgrade gate closed. Clusters by phase: {"idle":["`, append(planNow, fleet)...)
}

// TestAGateUnderTest has the two forms of a gate in a module's tests, against the simulator: what require_phases forbids is an
// error of the provider's, which expect_failures does not expect, and a condition's failure is one that it does.
func TestAGateUnderTest(t *testing.T) {
	t.Parallel()
	const expecting = `
run "closed" {
  command = apply

  expect_failures = [ephemeral.ackupgrade_status.gate]
}
`
	const withCondition = `
ephemeral "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
  region     = "cn-hangzhou"

  lifecycle {
    postcondition {
      condition     = !terraform.applying || contains(["idle", "succeeded"], self.phase)
      error_message = "Upgrade gate closed."
    }
  }
}
`
	for name, test := range map[string]struct {
		gate  string
		want  expected
		shows [2]string
	}{
		"require_phases":  {ephemeralGate, both(stopped), [2]string{"Missing expected failure", "Missing expected failure"}},
		"a postcondition": {withCondition, both(goesThrough), [2]string{"1 passed", "1 passed"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", head+test.gate+gatedRegion+someWorkers)
			s.write(t, "gate.tftest.hcl", expecting)
			s.must(t, "init", "-no-color")
			s.is(t, story.Running)
			s.comesTo(t, test.want.here(), test.shows[which()], "test", "-no-color")
		})
	}
}

// TestAGateThatClosesBeforeTheTeardown holds what a test leaves behind then: in OpenTofu, where a destroy meets the gate, the test
// passes and the resource stays.
func TestAGateThatClosesBeforeTheTeardown(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+ephemeralGate+gatedRegion+someWorkers)
	s.write(t, "gate.tftest.hcl", "run \"open\" {\n  command = apply\n}\n")
	s.must(t, "init", "-no-color")
	s.plays(t, scenario.Step{Phase: story.Idle, Polls: 2}, scenario.Step{Phase: story.Running}) // Those of the plan and of the apply.
	if cli.Name == "OpenTofu" {
		s.goes(t, "OpenTofu left the following resources in state", "test", "-no-color")
		s.holdsTouched(t, createdWorkers)
		return
	}
	s.goes(t, "1 passed", "test", "-no-color")
	s.holdsTouched(t, createdWorkers, deletion[0])
}
