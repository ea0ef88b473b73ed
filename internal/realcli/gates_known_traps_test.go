package realcli

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// dataGate is a data source that gates nothing by itself.
const dataGate = `
data "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
}
`

// started returns a stage that is initialized and applied with a configuration, on an idle cluster.
func started(t *testing.T, text string) *stage {
	t.Helper()
	s := newStage(t)
	s.write(t, "main.tf", text)
	s.must(t, "init", "-no-color")
	s.must(t, applyNow...)
	return s
}

func TestACountOnAPhasePlansADeletion(t *testing.T) {
	t.Parallel()
	s := started(t, head+fixedRegion+dataGate+strings.Replace(someWorkers, "{", "{\n  count = data.ackupgrade_status.gate.terminal ? 1 : 0", 1))
	s.is(t, story.Running)
	s.goes(t, "0 to add, 0 to change, 1 to destroy", planNow...)
}

// TestAnOutputOfAPhaseIsADrift holds that plan -detailed-exitcode says 2 when nothing but an output changes.
func TestAnOutputOfAPhaseIsADrift(t *testing.T) {
	t.Parallel()
	s := started(t, head+dataGate+`
output "phase" {
  value = data.ackupgrade_status.gate.phase
}
`)
	s.is(t, story.Running)
	s.comesTo(t, stopped, "Changes to Outputs", driftPlan...) // Exit code 2.
}

func TestADataSourceInADestroy(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		want      expected
		shows     string
	}{
		"require_phases": {`  require_phases = ["idle", "succeeded"]`, both(stopped), gateClosed("running")},
		"report only":    {"  require_phases = [\"idle\", \"succeeded\"]\n  enforce = false", both(goesThrough), "1 destroyed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := started(t, head+fixedRegion+someWorkers+strings.Replace(dataGate, "\n}", "\n"+test.arguments+"\n}", 1))
			s.is(t, story.Running)
			s.comesTo(t, test.want.here(), test.shows, "destroy", "-auto-approve", "-no-color")
		})
	}
}

func TestARefreshOnlyApply(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text  string
		want  expected
		shows string
	}{
		"feeding the provider": {ephemeralGate + gatedRegion + someWorkers, expected{stopped, goesThrough}, ""},
		"depends_on":           {ephemeralGate + fixedRegion + waitingWorkers, expected{stopped, goesThrough}, ""},
		"precondition": {
			gates[0].rest + strings.Replace(someWorkers, "\n}", "\n"+gates[0].argument+"}", 1), both(goesThrough),
			"Warning: Resource precondition failed",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := started(t, head+test.text)
			s.is(t, story.Running)
			s.comesTo(t, test.want.here(), test.shows, "apply", "-refresh-only", "-auto-approve", "-no-color")
		})
	}
}

// TestInstancesOfAGateAreOneGate holds that what one instance feeds waits for all of them, in a block and in a module.
func TestInstancesOfAGateAreOneGate(t *testing.T) {
	t.Parallel()
	other := strings.Replace(clusterID, "c1", "c2", 1)
	instances := fmt.Sprintf("{\n  for_each = toset([%q, %q])\n", clusterID, other)
	for name, test := range map[string]struct{ gate, from string }{
		"a block": {
			strings.NewReplacer("{", instances, `"`+clusterID+`"`, "each.key").Replace(ephemeralGate),
			`ephemeral.ackupgrade_status.gate["` + other + `"]`,
		},
		"a module": {
			"\nmodule \"gate\" " + instances + "  source   = \"./gate\"\n  cluster_id = each.key\n}\n",
			`module.gate["` + other + `"]`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", head+test.gate+strings.Replace(gatedRegion, "ephemeral.ackupgrade_status.gate", test.from, 1)+someWorkers)
			s.write(t, "gate/main.tf", "variable \"cluster_id\" {}\n"+strings.Replace(gateModuleWithOutput, `"`+clusterID+`"`, "var.cluster_id", 1))
			s.must(t, "init", "-no-color")
			s.must(t, savePlan...)
			s.is(t, story.Running) // The first one; the second, which feeds the provider, is idle.
			s.stops(t, gateClosed("running"), applyPlan...)
		})
	}
}

// TestASecondGateSeesAnUpgradeThatBeginsInTheApply holds that the first does not.
func TestASecondGateSeesAnUpgradeThatBeginsInTheApply(t *testing.T) {
	t.Parallel()
	const stages = `
provider "alicloud" {
  alias  = "late"
  region = %s
}

resource "alicloud_cs_kubernetes_node_pool" "late" {
  provider       = alicloud.late
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "late"
  vswitch_ids    = ["vsw-1"]
  depends_on     = [alicloud_cs_kubernetes_node_pool.workers]
}
`
	second := strings.Replace(strings.Replace(ephemeralGate, `"gate"`, `"second"`, 1), "\n}", "\n  depends_on = [alicloud_cs_kubernetes_node_pool.workers]\n}", 1)
	for name, test := range map[string]struct {
		text string
		want outcome
	}{
		"one gate":  {fmt.Sprintf(stages, "ephemeral.ackupgrade_status.gate.region"), goesThrough},
		"two gates": {second + fmt.Sprintf(stages, "ephemeral.ackupgrade_status.second.region"), "fails, and did: " + outcome(createdWorkers)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", head+ephemeralGate+gatedRegion+someWorkers+test.text)
			s.must(t, "init", "-no-color")
			s.must(t, savePlan...)
			s.plays(t, scenario.Step{Phase: story.Idle, Polls: 1}, scenario.Step{Phase: story.Running}) // It begins after the first look.
			shows := ""
			if test.want != goesThrough {
				shows = gateClosed("running")
			}
			s.comesTo(t, test.want, shows, applyPlan...)
		})
	}
}

// TestAGateThatIsRemovedWithWhatItGuards holds that a resource needs its provider's configuration to be deleted.
func TestAGateThatIsRemovedWithWhatItGuards(t *testing.T) {
	t.Parallel()
	aliased := strings.Replace(gatedRegion, "{", "{\n  alias = \"gated\"", 1)
	s := started(t, head+ephemeralGate+aliased+strings.Replace(someWorkers, "{", "{\n  provider = alicloud.gated", 1))
	s.write(t, "main.tf", head)
	s.stops(t, "Provider configuration not present", planNow...)
	s.write(t, "main.tf", head+ephemeralGate+aliased)
	s.goes(t, "1 to destroy", planNow...)
}

// TestOneOfAnEmptyGateIsNull holds that the guarded provider is then configured without a region.
func TestOneOfAnEmptyGateIsNull(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+strings.Replace(ephemeralGate, "{", "{\n  count = 0", 1)+`
provider "alicloud" {
  region = one(ephemeral.ackupgrade_status.gate[*].region)
}
`+someWorkers)
	s.must(t, "init", "-no-color")
	s.must(t, applyNow...)
	s.holdsTouched(t, "create workers in no region")
}

// TestACheckWithAWait holds that it waits in a plan, in an apply and in a destroy.
func TestACheckWithAWait(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+fixedRegion+someWorkers+`
check "upgrade" {
  data "ackupgrade_status" "this" {
    cluster_id        = "`+clusterID+`"
    wait_for_terminal = true
    poll_interval     = "1s"
  }

  assert {
    condition     = data.ackupgrade_status.this.terminal
    error_message = data.ackupgrade_status.this.summary
  }
}
`)
	s.must(t, "init", "-no-color")
	for _, args := range [][]string{savePlan, applyPlan, {"destroy", "-auto-approve", "-no-color"}} {
		s.plays(t, scenario.Step{Phase: story.Running, Polls: 2}, scenario.Step{Phase: story.Succeeded})
		requests := len(s.simulator.Requests())
		s.must(t, args...)
		if polls := len(s.simulator.Requests()) - requests; polls < 3 {
			t.Errorf("%s: %d polls, so it did not wait", args[0], polls)
		}
	}
}

// TestWhereElseAConditionCanStand holds what each stops while an upgrade runs: the plan, the apply of a plan that was saved before.
func TestWhereElseAConditionCanStand(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		text        string
		plan, apply expected
	}{
		"a precondition of an output": {
			fixedRegion + dataGate + someWorkers + `
output "phase" {
  value = "open"
  precondition {
    condition     = data.ackupgrade_status.gate.terminal
    error_message = data.ackupgrade_status.gate.summary
  }
}
`, both(stopped), both(goesThrough),
		},
		"a postcondition of the data source": {
			fixedRegion + strings.Replace(dataGate, "\n}", `
  lifecycle {
    postcondition {
      condition     = self.terminal
      error_message = self.summary
    }
  }
}`, 1) + someWorkers, both(stopped), both(goesThrough),
		},
		"a postcondition of the ephemeral resource": {
			`
ephemeral "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
  region     = "cn-hangzhou"
  lifecycle {
    postcondition {
      condition     = !terraform.applying || self.terminal
      error_message = "Upgrade gate closed."
    }
  }
}
` + gatedRegion + someWorkers, both(goesThrough), both(stopped),
		},
		"the validation of a module's variable": {
			fixedRegion + dataGate + `
module "workers" {
  source = "./workers"
  phase  = data.ackupgrade_status.gate.phase
}
` + someWorkers, both(stopped), both(goesThrough),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", head+test.text)
			s.write(t, "workers/main.tf", `
variable "phase" {
  type = string
  validation {
    condition     = contains(["idle", "succeeded"], var.phase)
    error_message = "Upgrade gate closed."
  }
}
`)
			s.must(t, "init", "-no-color")
			s.must(t, savePlan...)
			s.is(t, story.Running)
			s.comesTo(t, test.plan.here(), "", planNow...)
			s.comesTo(t, test.apply.here(), "", applyPlan...)
		})
	}
}

// TestTheWordsOfTheCLIsForANullMessage holds what the guide quotes.
func TestTheWordsOfTheCLIsForANullMessage(t *testing.T) {
	t.Parallel()
	for message, shows := range map[string]string{
		"self.error_message":                 "Unsuitable value for error message: must not be null.",
		"\"Not now: ${self.error_message}\"": "The expression result is null. Cannot include a null value in a string template.",
	} {
		t.Run(message, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", head+strings.Replace(dataGate, "\n}", `
  lifecycle {
    postcondition {
      condition     = self.terminal
      error_message = `+message+`
    }
  }
}`, 1))
			s.must(t, "init", "-no-color")
			s.plays(t, scenario.Step{Phase: story.Idle, Responses: map[string]json.RawMessage{"GetUpgradeStatus": []byte(`{"status": "", "upgrade_step": "not_start"}`)}})
			s.stops(t, shows, planNow...)
		})
	}
}

// TestAnUpgradeThatBeginsAtThePrompt checks that an apply without a saved plan reads a data source before its prompt.
func TestAnUpgradeThatBeginsAtThePrompt(t *testing.T) {
	t.Parallel()
	for column, want := range []string{"1 added", "1 added", "1 added"} {
		if column > 0 {
			want = gateClosed("running")
		}
		t.Run(gates[column].name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", gates[column].text("workers", "small"))
			s.must(t, "init", "-no-color")
			s.plays(t, scenario.Step{Phase: story.Idle, Polls: 1}, scenario.Step{Phase: story.Running})
			command := s.Command(t.Context(), "apply", "-no-color")
			command.Env = append(command.Env, "TF_INPUT=1")
			command.Stdin = strings.NewReader("yes\n")
			output, _ := command.CombinedOutput()
			if !strings.Contains(unwrap(string(output)), want) {
				t.Errorf("%q is not shown in:\n%s", want, output)
			}
		})
	}
}

// TestAWaitHoldsTheStateLock holds that another plan fails meanwhile, unless it takes no lock.
func TestAWaitHoldsTheStateLock(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", strings.Replace(recommended(t), `"3s"`, `"5m"`, 1))
	s.must(t, "init", "-no-color")
	s.must(t, applyNow...)
	s.is(t, story.Running)
	requests := len(s.simulator.Requests())
	ended := make(chan error, 1)
	waiting := s.Command(t.Context(), append(applyNow, "-replace=alicloud_cs_kubernetes_node_pool.workers")...)
	go func() { ended <- waiting.Run() }()
	for len(s.simulator.Requests()) < requests+4 { // Those of its plan, and some of the wait.
		select {
		case err := <-ended:
			t.Fatal("the apply did not wait", err)
		case <-time.After(50 * time.Millisecond):
		}
	}
	s.stops(t, "Error acquiring the state lock", planNow...)
	s.goes(t, "No changes", driftPlan...)
	s.is(t, story.Succeeded)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
