package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

const clusterID = "c106f377e16f34eb1808d6b9362c9abcd"

// scene is one run of the demo, and what happens to the cluster before it.
type scene struct {
	title string
	// event is what happens to the cluster, for the simulator's log.
	event    string
	timeline []scenario.Step
	// edit is a change of the configuration: the old text and the new one.
	edit [2]string
	// withdrawn means that GetUpgradeStatus is withdrawn.
	withdrawn bool
	args      []string
	// refused says that the run is meant to be stopped, and shows what the CLI must print either way.
	refused bool
	shows   string
	// touched is what the guarded provider has done in this scene.
	touched string
}

var (
	savePlan  = []string{"plan", "-no-color", "-out=plan.bin"}
	applyPlan = []string{"apply", "-no-color", "plan.bin"}
)

const (
	small, large = `desired_size   = 3`, `desired_size   = 5`
	requires     = `  require_phases = ["idle", "succeeded"]`
	waits        = requires + `

  wait_for_terminal = true
  poll_interval     = "1s" # 30s unless you say otherwise`
)

var scenes = []scene{
	{
		title:    "(a) No upgrade is under way. A plan is saved for approval.",
		timeline: []scenario.Step{{Phase: story.Idle}},
		edit:     [2]string{small, large},
		args:     savePlan,
		shows:    "1 to change",
	},
	{
		title:    "(b) An upgrade starts. Applying the saved plan fails at the gate. Nothing changes.",
		event:    "an upgrade is started",
		timeline: []scenario.Step{{Phase: story.Running, Message: "upgrading master 2 of 3"}},
		args:     applyPlan,
		refused:  true,
		shows:    "upgrading master 2 of 3",
	},
	{
		title: "(c) A pull request is planned meanwhile. The plan succeeds, with a warning that an apply would fail.",
		args:  []string{"plan", "-no-color"},
		shows: strings.TrimSpace("Warning: " + summary.WouldFail("")),
	},
	{
		title:    "(d) The upgrade ends. The same saved plan is applied.",
		event:    "the upgrade has succeeded",
		timeline: []scenario.Step{{Phase: story.Succeeded}},
		args:     applyPlan,
		shows:    "1 changed",
		touched:  "update workers in cn-hangzhou",
	},
	{
		title: "(e) GetUpgradeStatus is withdrawn. The same gate, with a wait, reads the tasks and the state of the cluster.\n" +
			"    The upgrade task ends first. The gate opens when the state of the cluster is running again.",
		event: "an upgrade is started",
		timeline: []scenario.Step{
			{Polls: 2, Phase: story.Running}, // The first poll is the plan's.
			{Polls: 2, Phase: story.Finishing},
			{Phase: story.Succeeded},
		},
		edit:      [2]string{requires, waits},
		withdrawn: true,
		args:      []string{"apply", "-auto-approve", "-no-color", "-replace=alicloud_cs_kubernetes_node_pool.workers"},
		shows:     "1 added",
		touched:   "delete workers in cn-hangzhou, create workers in cn-hangzhou",
	},
}

// run plays every scene with every CLI that it finds.
func run(ctx context.Context, out io.Writer) error {
	clis, err := realcli.FindAll(ctx)
	if err != nil {
		return err
	}
	root, err := realcli.Root(ctx)
	if err != nil {
		return err
	}
	build := filepath.Join(root, "build")
	if err := os.MkdirAll(build, 0o750); err != nil {
		return err
	}
	dir, err := os.MkdirTemp(build, "demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()

	say(out, "Building the provider, and one that stands for alicloud ...")
	started := time.Now()
	installed, err := realcli.Install(ctx, dir)
	if err != nil {
		return err
	}
	if err := installed.FileStandIns(ctx); err != nil {
		return err
	}
	say(out, "Built in %s.", time.Since(started).Round(100*time.Millisecond))

	started = time.Now()
	for _, cli := range clis {
		if err := play(ctx, out, cli, installed, dir); err != nil {
			return fmt.Errorf("with %s %s: %w", cli.Name, cli.Version, err)
		}
	}
	say(out, "\nThat was all, in %s. Next: the README, or a simulator of your own, `go run ./internal/acksim/cmd/acksim -help`.",
		time.Since(started).Round(100*time.Millisecond))
	return nil
}

// play shows all scenes with one CLI.
func play(ctx context.Context, out io.Writer, cli realcli.CLI, installed *realcli.Installation, dir string) error {
	simulator, err := acksim.New(&scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}}})
	if err != nil {
		return err
	}
	server, err := acksim.Start(ctx, simulator, acksim.Options{})
	if err != nil {
		return err
	}
	defer server.Close()

	title(out, fmt.Sprintf("%s %s, against a simulated ACK at %s", cli.Name, cli.Version, server.Endpoint()))
	folder := filepath.Join(dir, cli.Command())
	if err := os.Mkdir(folder, 0o750); err != nil {
		return err
	}
	d := demo{out: out, cli: cli, simulator: simulator, record: filepath.Join(dir, cli.Command()+".record")}
	// The simulator checks signatures, so it takes a real key pair: these two.
	d.workspace = realcli.NewWorkspace(cli, installed, folder, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk", "STANDIN_RECORD="+d.record)
	d.text = configuration(server.Endpoint())
	return d.play(ctx)
}

// demo is the play of all scenes with one CLI.
type demo struct {
	out       io.Writer
	cli       realcli.CLI
	simulator *acksim.Simulator
	workspace *realcli.Workspace
	text      string // The configuration.
	record    string // What the guarded provider has done, line by line.
}

// play prepares what the scenes begin with, and plays them.
func (d *demo) play(ctx context.Context) error {
	if err := d.simulator.SetTimeline(clusterID, scenes[0].timeline); err != nil {
		return err
	}
	if err := d.workspace.Write("main.tf", d.text); err != nil {
		return err
	}
	say(d.out, "%s", d.text)
	say(d.out, "$ export ALICLOUD_ACCESS_KEY=testak ALICLOUD_SECRET_KEY=testsk # the simulator checks signatures")
	for _, args := range [][]string{{"init", "-no-color"}, {"apply", "-auto-approve", "-no-color"}} {
		say(d.out, "$ %s %s", d.cli.Command(), strings.Join(args, " "))
		if output, err := d.workspace.Run(ctx, args...); err != nil {
			return fmt.Errorf("%s: %w\n%s", args[0], err, output)
		}
	}
	for _, s := range scenes {
		if err := d.scene(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

// scene plays one scene, and shows the simulator's log of it.
func (d *demo) scene(ctx context.Context, s scene) error {
	title(d.out, s.title)
	if s.edit[0] != "" {
		d.text = strings.Replace(d.text, s.edit[0], s.edit[1], 1)
		if err := d.workspace.Write("main.tf", d.text); err != nil {
			return err
		}
		say(d.out, "In the configuration, %s becomes:\n%s\n", strings.TrimSpace(s.edit[0]), s.edit[1])
	}
	if s.withdrawn {
		if err := d.simulator.Withdraw(string(ack.GetUpgradeStatus)); err != nil {
			return err
		}
	}
	if len(s.timeline) > 0 {
		if err := d.simulator.SetTimeline(clusterID, s.timeline); err != nil {
			return err
		}
	}
	began, requests, before := time.Now(), len(d.simulator.Requests()), len(d.touched())
	say(d.out, "$ %s %s", d.cli.Command(), strings.Join(s.args, " "))
	if err := d.run(ctx, s); err != nil {
		return err
	}
	say(d.out, "\n# The simulator's log:")
	if s.event != "" {
		say(d.out, "# %s %s", began.Format("15:04:05"), s.event)
	}
	for _, r := range d.simulator.Requests()[requests:] {
		say(d.out, "# %s %-21s HTTP %d  %s", r.Time.Format("15:04:05"), r.Operation, r.Status, cmp.Or(string(r.Phase), r.Code))
	}
	touched := strings.Join(d.touched()[before:], ", ")
	say(d.out, "# Touched behind the gate: %s", cmp.Or(touched, "nothing"))
	if touched != s.touched {
		return fmt.Errorf("%s: touched: %q, want %q", s.title, touched, s.touched)
	}
	return nil
}

// touched returns what the guarded provider has done so far.
func (d *demo) touched() []string {
	data, _ := os.ReadFile(d.record) // There is no file before the first change.
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

// run runs the CLI, shows what it prints as it comes, and checks that it was what the scene promises.
func (d *demo) run(ctx context.Context, s scene) error {
	var printed strings.Builder
	command := d.workspace.Command(ctx, s.args...)
	command.Stdout = io.MultiWriter(d.out, &printed)
	command.Stderr = command.Stdout
	err := command.Run()
	var refused *exec.ExitError
	if err != nil && !errors.As(err, &refused) {
		return err
	}
	switch words := strings.Join(strings.Fields(printed.String()), " "); {
	case ctx.Err() != nil:
		return ctx.Err()
	case s.refused && refused == nil:
		return fmt.Errorf("%s: the run went through", s.title)
	case !s.refused && refused != nil:
		return fmt.Errorf("%s: the run was refused", s.title)
	case !strings.Contains(words, s.shows):
		return fmt.Errorf("%s: %q was not shown", s.title, s.shows)
	}
	return nil
}

func configuration(endpoint string) string {
	return `terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
    alicloud = {
      source = "aliyun/alicloud" # here, a test provider of that name: it creates nothing
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"

  protocol = "HTTP" # for the simulator; not for Alibaba Cloud
  endpoints {
    cs = "` + endpoint + `"
  }
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "` + clusterID + `"
  region         = "cn-hangzhou"
  enforce        = terraform.applying # in a plan: read once, warn, never fail
` + requires + `
}

provider "alicloud" { # whatever this provider does in an apply waits for the gate
  region = ephemeral.ackupgrade_status.gate.region
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "` + clusterID + `"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  ` + small + `
}
`
}

func title(out io.Writer, text string) {
	say(out, "\n%s\n%s\n%[1]s\n", strings.Repeat("-", 100), text)
}

func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format+"\n", args...) // It fails only without a terminal.
}
