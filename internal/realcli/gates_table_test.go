package realcli

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// head begins each configuration of these tests.
const head = `terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
    alicloud = {
      source = "aliyun/alicloud"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}
`

// ephemeralGate is a gate that reports in a plan, and enforces in an apply.
const ephemeralGate = `
ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "` + clusterID + `"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}
`

// fixedRegion configures the guarded provider without any gate, gatedRegion through the gate.
const (
	fixedRegion = `
provider "alicloud" {
  region = "cn-hangzhou"
}
`
	gatedRegion = `
provider "alicloud" {
  region = ephemeral.ackupgrade_status.gate.region
}
`
)

// gate is a column of the guide's table.
type gate struct {
	name     string
	rest     string // of the configuration; NAME and KIND in it are those of the guarded resource
	argument string // of the guarded resource
	shows    string // when the gate stops a run
	newer    bool   // whether only a newer Terraform has it than can be built
}

const (
	// waitResource waits whenever the guarded resource is to change. The upgrade of the table never ends, so the wait is short.
	waitResource = fixedRegion + `
resource "ackupgrade_wait" "gate" {
  cluster_id    = "` + clusterID + `"
  poll_interval = "1s"
  triggers = {
    name = "NAME"
    kind = "KIND"
  }
  timeouts {
    create = "1s"
    update = "1s"
  }
}
`
	waitAction = fixedRegion + `
action "ackupgrade_wait" "gate" {
  config {
    cluster_id    = "` + clusterID + `"
    poll_interval = "1s"
    timeouts {
      invoke = "1s"
    }
  }
}
`
	// timedOut is a fact below the error of a wait that did not end in time.
	timedOut = "Phases: running after"
)

var gates = []gate{
	{
		"data source, `precondition`",
		fixedRegion + `
data "ackupgrade_status" "gate" {
  cluster_id = "` + clusterID + `"
}
`,
		`
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.gate.phase)
      error_message = data.ackupgrade_status.gate.summary
    }
  }
`,
		isRunning, false,
	},
	{"ephemeral, `depends_on`", ephemeralGate + fixedRegion, "  depends_on = [ephemeral.ackupgrade_status.gate]\n", isRunning, false},
	{"ephemeral, feeding the provider", ephemeralGate + gatedRegion, "", isRunning, false},
	{"managed resource, `depends_on`", waitResource, "  depends_on = [ackupgrade_wait.gate]\n", timedOut, false},
	{
		"action, `before_create` and `before_update`", waitAction,
		`
  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.ackupgrade_wait.gate]
    }
  }
`,
		timedOut, true,
	},
}

// text is the configuration with the guarded resource as given; without a name there is none.
func (g gate) text(name, deploymentSet string) string {
	if name == "" {
		return head + strings.NewReplacer("NAME", workers[0], "KIND", workers[1]).Replace(g.rest)
	}
	return head + strings.NewReplacer("NAME", name, "KIND", deploymentSet).Replace(g.rest) + fmt.Sprintf(`
resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id        = %q
  node_pool_name    = %q
  vswitch_ids       = ["vsw-1"]
  deployment_set_id = %q
%s}
`, clusterID, name, deploymentSet, g.argument)
}

// situation is a row of the table. An upgrade is under way when a run is made that plans for itself; it begins between plan
// and apply where the plan is saved.
type situation struct {
	name       string
	exists     bool      // whether the resource is there before
	workers    [2]string // name and deployment set of the node pool; another set replaces it
	run        []string  // made while the upgrade is under way; the last run of a saved plan applies it
	saved      bool
	destroying bool
	change     []string // all that the guarded provider does if nothing stops it
	want       [5]expected
}

// expected is what comes of it in each CLI.
type expected struct {
	terraform, tofu outcome
}

func both(o outcome) expected { return expected{o, o} }

// onlyTerraform is what comes of it where OpenTofu has no such gate.
func onlyTerraform(o outcome) expected { return expected{terraform: o} }

func (e expected) here() outcome { return e.in(cli) }

func (e expected) in(c CLI) outcome {
	if c.Name == "OpenTofu" {
		return e.tofu
	}
	return e.terraform
}

// String is what the guide shows.
func (e expected) String() string {
	if e.terraform == e.tofu || e.tofu == "" {
		return string(e.terraform)
	}
	return fmt.Sprintf("Terraform: %s; OpenTofu: %s", e.terraform, e.tofu)
}

var (
	applyNow  = []string{"apply", "-auto-approve", "-no-color"}
	workers   = [2]string{"workers", "small"}
	none      [2]string
	deletion  = []string{"delete workers in cn-hangzhou"}
	createNew = []string{"create workers in cn-hangzhou"}
)

var situations = []situation{
	{
		name: "`plan`", workers: workers, run: []string{"plan", "-no-color"},
		want: [5]expected{both(stopped), both(warns), both(warns), both(goesThrough), onlyTerraform(goesThrough)},
	},
	{
		name: "a drift plan: `plan -detailed-exitcode`", exists: true, workers: workers, run: driftPlan,
		want: [5]expected{both(stopped), both(warns), both(warns), both(goesThrough), onlyTerraform(goesThrough)},
	},
	{
		name: "`apply` that plans for itself", workers: workers, run: applyNow, change: createNew,
		want: [5]expected{both(stopped), both(stopped), both(stopped), both(stopped), onlyTerraform(stopped)},
	},
	{
		name: "`apply` of a saved plan that creates", workers: workers, saved: true, change: createNew,
		want: [5]expected{both(goesThrough), both(stopped), both(stopped), both(stopped), onlyTerraform(stopped)},
	},
	{
		name: "... that updates", exists: true, workers: [2]string{"renamed", "small"}, saved: true, change: []string{"update renamed in cn-hangzhou"},
		want: [5]expected{both(goesThrough), both(stopped), both(stopped), both(stopped), onlyTerraform(stopped)},
	},
	{
		name: "... that replaces", exists: true, workers: [2]string{"workers", "large"}, saved: true, change: slices.Concat(deletion, createNew),
		want: [5]expected{both(goesThrough), both(deletes), both(stopped), both(deletes), onlyTerraform(stopped)},
	},
	{
		name: "... that removes", exists: true, workers: none, saved: true, change: deletion,
		want: [5]expected{both(goesThrough), {deletes, goesThrough}, both(stopped), both(goesThrough), onlyTerraform(goesThrough)},
	},
	{
		name: "... that destroys everything", exists: true, workers: workers, saved: true, destroying: true, change: deletion,
		want: [5]expected{both(goesThrough), both(goesThrough), {warns, stopped}, both(goesThrough), onlyTerraform(goesThrough)},
	},
	{
		name: "`destroy` typed by hand", exists: true, workers: workers, run: []string{"destroy", "-auto-approve", "-no-color"}, change: deletion,
		want: [5]expected{both(goesThrough), both(goesThrough), {warns, stopped}, both(goesThrough), onlyTerraform(goesThrough)},
	},
	{
		name: "`apply` with nothing to change", exists: true, workers: workers, run: applyNow,
		want: [5]expected{both(stopped), {stopped, warns}, {stopped, warns}, both(goesThrough), onlyTerraform(goesThrough)},
	},
}

// TestWhichGateHoldsWhen runs each cell of the guide's table, prints the table with -v, and holds that the guide has it.
func TestWhichGateHoldsWhen(t *testing.T) {
	t.Parallel()
	got := make([][5]outcome, len(situations))
	t.Run("cells", func(t *testing.T) {
		for column, g := range gates {
			t.Run(g.name, func(t *testing.T) {
				t.Parallel()
				on := cli
				if g.newer {
					on = newerTerraform(t)
				}
				empty := newStageFor(t, on)
				empty.write(t, "main.tf", g.text(workers[0], workers[1]))
				empty.must(t, "init", "-no-color")
				applied := copyOf(t, empty)
				applied.must(t, applyNow...)
				for row, s := range situations {
					t.Run(s.name, func(t *testing.T) {
						t.Parallel()
						from := empty
						if s.exists {
							from = applied
						}
						got[row][column] = s.play(t, copyOf(t, from), g)
						if want := s.want[column].in(on); got[row][column] != want {
							t.Errorf("%s, want %s", got[row][column], want)
						}
					})
				}
			})
		}
	})
	t.Logf("%s %s\n%s", cli.Name, cli.Version, table(func(row, column int) string { return string(got[row][column]) }))

	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "gate-a-pipeline.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	if want := table(func(row, column int) string { return situations[row].want[column].String() }); !strings.Contains(string(guide), want) {
		t.Errorf("the guide does not have the table:\n%s", want)
	}
}

// play puts a gate into a situation.
func (s situation) play(t *testing.T, on *stage, g gate) outcome {
	t.Helper()
	on.write(t, "main.tf", g.text(s.workers[0], s.workers[1]))
	run := s.run
	if s.saved {
		plan := []string{"plan", "-no-color", "-out=plan.bin"}
		if s.destroying {
			plan = append(plan, "-destroy")
		}
		on.must(t, plan...)
		run = []string{"apply", "-no-color", "plan.bin"}
	}
	on.is(t, story.Running)
	result, output := on.try(t, run...)
	t.Logf("$ %s %s\n%s\ntouched: %q", cli.Command(), strings.Join(run, " "), output, on.touched(t))
	touched := on.touched(t)
	if result == goesThrough && strings.Contains(unwrap(output), "Warning: "+summary.WouldFail(gateClosed("running"))) {
		result = warns
	}
	if went := result == goesThrough || result == warns; went && !slices.Equal(touched, s.change) {
		t.Errorf("%q was touched, want %q", touched, s.change)
	} else if !went && !strings.Contains(unwrap(output), g.shows) {
		t.Errorf("%q is not shown in:\n%s", g.shows, output)
	}
	return result
}

// table is the guide's, with the given cells.
func table(cell func(row, column int) string) string {
	var text strings.Builder
	text.WriteString("| an upgrade is under way |")
	for _, g := range gates {
		fmt.Fprintf(&text, " %s |", g.name)
	}
	text.WriteString("\n|---|" + strings.Repeat("---|", len(gates)) + "\n")
	for row, s := range situations {
		fmt.Fprintf(&text, "| %s |", s.name)
		for column := range gates {
			fmt.Fprintf(&text, " %s |", cell(row, column))
		}
		text.WriteString("\n")
	}
	return text.String()
}
