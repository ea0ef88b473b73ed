package realcli

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

const (
	someWorkers = `
resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  vswitch_ids    = ["vsw-1"]
  node_pool_name = "workers"
}
`
	waitingWorkers = `
resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  vswitch_ids    = ["vsw-1"]
  node_pool_name = "workers"
  depends_on = [ephemeral.ackupgrade_status.gate]
}
`
	// watchful is a gate that looks while planning too.
	watchful = `
ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "` + clusterID + `"
  require_phases = ["idle", "succeeded"]
}
`
	gateModule = `
terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}
` + ephemeralGate
	gateModuleWithOutput = gateModule + `
output "region" {
  value     = ephemeral.ackupgrade_status.gate.region
  ephemeral = true
}
`
	// mayDestroy is a gate that looks in an apply, and in a destroy that says that it is one.
	mayDestroy = `
variable "destroying" {
  type    = bool
  default = false
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "` + clusterID + `"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying || var.destroying
}
` + gatedRegion + someWorkers
	// readAtApply is a data source whose read the change of another resource puts off, in each plan, to the apply.
	readAtApply = fixedRegion + `
resource "terraform_data" "apply" {
  input = timestamp()
}

data "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
  depends_on = [terraform_data.apply]
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  vswitch_ids    = ["vsw-1"]
  node_pool_name = "workers"
  deployment_set_id = "small"
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.gate.phase)
      error_message = data.ackupgrade_status.gate.summary
    }
  }
}
`
	callsGate = `
module "gate" {
  source = "./gate"
}
`
	callsGateWithOutput = `
module "gate" {
  source = "./gate_with_output"
}
`
	afterModule = `
resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  vswitch_ids    = ["vsw-1"]
  node_pool_name = "workers"
  depends_on = [module.gate]
}
`
)

// trap is a gate that may not be one. The cluster is idle when the plan is made, and the phase is another when it is applied.
type trap struct {
	text     string // besides head
	before   bool   // whether it was applied once before, and changes then
	change   string // what to change: old|new
	planArgs []string
	phase    story.Phase // running, if empty
	want     expected
	shows    string      // the error, if it fails; if empty, that the gate is closed
	touched  [2][]string // in Terraform and in OpenTofu
}

func TestTrapsOfGates(t *testing.T) {
	t.Parallel()
	created := []string{createdWorkers}
	base := newStage(t)
	base.write(t, "main.tf", head+fixedRegion+callsGate+someWorkers)
	base.write(t, "gate/main.tf", gateModule)
	base.write(t, "gate_with_output/main.tf", gateModuleWithOutput)
	base.must(t, "init", "-no-color")
	for name, test := range map[string]trap{
		"a gate that nothing refers to stops nothing": {
			text: fixedRegion + ephemeralGate + someWorkers,
			want: expected{"fails, and did: " + createdWorkers, goesThrough}, touched: [2][]string{created, created},
		},
		"a gate in a module, and depends_on the module": {
			text: fixedRegion + callsGate + afterModule,
			want: expected{stopped, goesThrough}, touched: [2][]string{nil, created},
		},
		"the same, and an output of the module names the gate": {
			text: fixedRegion + callsGateWithOutput + afterModule,
			want: both(stopped),
		},
		"a gate in a module that feeds the provider through an output": {
			text: strings.Replace(gatedRegion, "ephemeral.ackupgrade_status.gate", "module.gate", 1) + callsGateWithOutput + someWorkers,
			want: both(stopped),
		},
		"a gate over an empty set is open": {
			text: fixedRegion + strings.Replace(ephemeralGate, "{", "{\n  for_each = toset([])", 1) + waitingWorkers,
			want: both(goesThrough), touched: [2][]string{created, created},
		},
		"alltrue of nothing is true": {
			text: fixedRegion + `
data "ackupgrade_status" "all" {
  for_each   = toset([])
  cluster_id = each.key
}
` + strings.Replace(someWorkers, "}", `
  lifecycle {
    precondition {
      condition     = alltrue([for s in data.ackupgrade_status.all : s.terminal])
      error_message = "An upgrade is under way."
    }
  }
}`, 1),
			want: both(goesThrough), touched: [2][]string{created, created},
		},
		"a wait alone goes on after an upgrade that failed": {
			text:  strings.Replace(ephemeralGate, `require_phases = ["idle", "succeeded"]`, "wait_for_terminal = true", 1) + gatedRegion + someWorkers,
			phase: story.Failed, want: both(goesThrough), touched: [2][]string{created, created},
		},
		"a replacement that creates first is stopped in time": {
			text:   fixedRegion + ephemeralGate + strings.Replace(waitingWorkers, "\n}", "\n  deployment_set_id = \"small\"\n  lifecycle {\n    create_before_destroy = true\n  }\n}", 1),
			before: true, change: "small|large", want: both(stopped),
		},
		"a data source whose read is put off to the apply": {
			text: readAtApply, want: both(stopped), shows: isRunning,
		},
		"the same, for an update": {
			text: readAtApply, before: true, change: `"workers"
|"renamed"
`, want: both(stopped), shows: isRunning,
		},
		"the same, for a replacement": {
			text: readAtApply, before: true, change: "small|large",
			want: both(deletes), shows: isRunning, touched: [2][]string{deletion, deletion},
		},
		"a saved destroy that is said to be one": {
			text: mayDestroy, before: true, planArgs: []string{"-destroy", "-var=destroying=true"}, want: both(stopped),
		},
		"a saved destroy, and a gate that looks always": {
			text: watchful + gatedRegion + someWorkers, before: true, planArgs: []string{"-destroy"},
			want: both(stopped),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := copyOf(t, base)
			text := head + test.text
			s.write(t, "main.tf", text)
			if strings.Contains(text, "module") {
				s.must(t, "get", "-no-color")
			}
			if test.before {
				s.must(t, applyNow...)
			}
			if from, to, ok := strings.Cut(test.change, "|"); ok {
				s.write(t, "main.tf", strings.Replace(text, from, to, 1))
			}
			s.must(t, append(savePlan, test.planArgs...)...)
			s.is(t, story.Running)
			if test.phase != "" {
				s.is(t, test.phase)
			}
			before := len(s.touched(t))
			outcome, shows := test.want.here(), ""
			if outcome != goesThrough { // For the reason that it is here for, and no other.
				shows = cmp.Or(test.shows, gateClosed(upgrade.Phase(cmp.Or(test.phase, story.Running))))
			}
			s.comesTo(t, outcome, shows, applyPlan...)
			want := test.touched[0]
			if cli.Name == "OpenTofu" {
				want = test.touched[1]
			}
			if got := s.touched(t)[before:]; !slices.Equal(got, want) {
				t.Errorf("%q was touched, want %q", got, want)
			}
		})
	}
}

func TestARefusedPlanCanBeAppliedLaterUnlessItIsTheFirst(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	recommended := gates[2]
	s.write(t, "main.tf", recommended.text("workers", "small"))
	s.must(t, "init", "-no-color")
	s.must(t, savePlan...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	s.is(t, story.Succeeded)
	s.stops(t, "Saved plan is stale", applyPlan...) // The refused apply has written the state, an empty one, for the first time.
	s.must(t, applyNow...)

	s.write(t, "main.tf", recommended.text("renamed", "small"))
	s.must(t, savePlan...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	s.is(t, story.Succeeded)
	s.goes(t, "1 changed", applyPlan...)
}

// TestAGateThatLooksAlwaysStopsPlansToo holds what it costs to look while planning: pull requests and drift plans fail.
func TestAGateThatLooksAlwaysStopsPlansToo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+watchful+gatedRegion+someWorkers)
	s.must(t, "init", "-no-color")
	s.must(t, applyNow...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), planNow...)
	s.stops(t, gateClosed("running"), driftPlan...)
	s.stops(t, gateClosed("running"), "destroy", "-auto-approve", "-no-color")
}

// TestTheBypassAtTheApplyOfASavedPlan checks that the bypass is decided when planning in Terraform, and can be taken later in OpenTofu.
func TestTheBypassAtTheApplyOfASavedPlan(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "gates", "recommended", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		env, args []string
		refusal   string // Terraform's
	}{
		"by an argument": {
			args:    []string{"apply", "-no-color", "-var=gated=false", "plan.bin"},
			refusal: "Value for undeclared variable", // It takes no variables beside a plan, and says it so.
		},
		"by a variable of the environment": {env: []string{"TF_VAR_gated=false"}, args: applyPlan, refusal: gateClosed("failed")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", string(text))
			s.must(t, "init", "-no-color")
			s.must(t, savePlan...)
			s.is(t, story.Failed)
			s.env = append(s.env, test.env...)
			outcome, shows := expected{stopped, goesThrough}.here(), ""
			if outcome == stopped {
				shows = test.refusal
			}
			s.comesTo(t, outcome, shows, test.args...)
		})
	}
}

func TestATypedDestroyThatIsSaidToBeOneIsStopped(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+mayDestroy)
	s.must(t, "init", "-no-color")
	s.must(t, applyNow...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), "destroy", "-auto-approve", "-no-color", "-var=destroying=true")
	s.goes(t, "No changes", driftPlan...)
}

// TestAMockedGate holds why a gate is tested against the simulator: Terraform refuses to mock it, and OpenTofu mocks it open.
func TestAMockedGate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+ephemeralGate+gatedRegion+someWorkers)
	s.write(t, "gate.tftest.hcl", `
mock_provider "ackupgrade" {}

run "mocked" {
  command = apply
}
`)
	s.must(t, "init", "-no-color")
	s.is(t, story.Running)
	result, output := s.try(t, "test", "-no-color")
	if result != (expected{stopped, goesThrough}).here() {
		t.Errorf("%s:\n%s", result, output)
	}
	if requests := s.simulator.Requests(); len(requests) != 0 {
		t.Errorf("the mocked provider sent %d requests", len(requests))
	}
	t.Log(output, s.touched(t))
}

func TestWhatTheCLIsRefuseOfGates(t *testing.T) {
	t.Parallel()
	base := newStage(t)
	base.write(t, "main.tf", head+fixedRegion)
	base.must(t, "init", "-no-color")
	for name, test := range map[string]struct {
		text  string
		step  scenario.Step
		shows string
	}{
		"terraform.applying in a data source": {
			text: `
data "ackupgrade_status" "gate" {
  cluster_id        = "` + clusterID + `"
  wait_for_terminal = terraform.applying
}
`,
			step:  scenario.Step{Phase: story.Idle},
			shows: "phemeral value",
		},
		"the message of a condition on an ephemeral value": {
			text: `
ephemeral "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
  lifecycle {
    postcondition {
      condition     = self.phase == "idle"
      error_message = "Not now: ${self.summary}"
    }
  }
}
`,
			step:  scenario.Step{Phase: story.Running},
			shows: "will not display the resulting message",
		},
		"a message that is null, though the condition holds": {
			text: `
data "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
  lifecycle {
    postcondition {
      condition     = self.phase == "idle"
      error_message = "Not now: ${self.error_message}"
    }
  }
}
`,
			step:  scenario.Step{Phase: story.Idle, Responses: map[string]json.RawMessage{"GetUpgradeStatus": []byte(`{"status": "", "upgrade_step": "not_start"}`)}},
			shows: "Invalid template interpolation value",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := copyOf(t, base)
			s.write(t, "main.tf", head+test.text)
			s.plays(t, test.step)
			s.stops(t, test.shows, planNow...)
		})
	}
}
