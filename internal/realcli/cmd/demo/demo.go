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
)

const clusterID = "c106f377e16f34eb1808d6b9362c9abcd"

// scene is one plan of the demo, and how the cluster behaves meanwhile.
type scene struct {
	title    string
	timeline []scenario.Step
	// arguments are added to the data source.
	arguments string
	// withdrawn says that the endpoint does not serve GetUpgradeStatus.
	withdrawn bool
	// refused says that the plan is meant to be stopped, and shows what the CLI must print either way.
	refused bool
	shows   string
}

var scenes = []scene{
	{
		title:    "(a) See it: an upgrade is under way, so the precondition stops the plan.",
		timeline: []scenario.Step{{Phase: story.Running, Message: "upgrading master 2 of 3"}},
		refused:  true,
		shows:    "upgrading master 2 of 3",
	},
	{
		title: "(b) Wait for it: the plan goes on when the upgrade has succeeded, here after five polls.",
		timeline: []scenario.Step{
			{Polls: 4, Phase: story.Running, Message: "upgrading master 2 of 3"},
			{Phase: story.Succeeded},
		},
		arguments: waiting,
		shows:     "1 to add",
	},
	{
		title: "(c) Gate on it: the upgrade fails, and the plan stops with the reason that the API gives.",
		timeline: []scenario.Step{
			{Polls: 2, Phase: story.Running, Message: "upgrading master 2 of 3"},
			{Phase: story.Failed, Message: "node cn-hangzhou.192.0.2.7 did not become ready in time"},
		},
		arguments: waiting,
		refused:   true,
		shows:     "did not become ready in time",
	},
	{
		title: "(d) Where GetUpgradeStatus is withdrawn: the same gate, from the cluster's tasks and its state.\n" +
			"    The upgrade's task ends two polls before the cluster is back; the gate opens only then.",
		timeline: []scenario.Step{
			{Polls: 2, Phase: story.Running},
			{Polls: 2, Phase: story.Finishing},
			{Phase: story.Succeeded},
		},
		arguments: waiting,
		withdrawn: true,
		shows:     "1 to add",
	},
}

const waiting = `
  wait_for_terminal = true
  poll_interval     = "1s" # 30s unless you say otherwise`

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

	say(out, "Building the provider ...")
	started := time.Now()
	installed, err := realcli.Install(ctx, dir)
	if err != nil {
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
	// The simulator checks signatures, so it takes a real key pair: these two.
	workspace := realcli.NewWorkspace(cli, installed, folder, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
	for i, s := range scenes {
		if err := simulator.SetTimeline(clusterID, s.timeline); err != nil {
			return err
		}
		if s.withdrawn {
			if err := simulator.Withdraw(string(ack.GetUpgradeStatus)); err != nil {
				return err
			}
		}
		title(out, s.title)
		text := configuration(server.Endpoint(), s.arguments)
		if err := workspace.Write("main.tf", text); err != nil {
			return err
		}
		if i == 0 {
			say(out, "%s", text)
			say(out, "$ export ALICLOUD_ACCESS_KEY=testak ALICLOUD_SECRET_KEY=testsk # the simulator checks signatures")
			say(out, "$ %s init", cli.Command())
			if output, err := workspace.Run(ctx, "init", "-no-color"); err != nil {
				return fmt.Errorf("init: %w\n%s", err, output)
			}
		}
		if s.arguments != "" {
			say(out, "The same configuration, with this added to the data source:\n%s\n", s.arguments)
		}
		say(out, "$ %s plan", cli.Command())
		asked := len(simulator.Requests())
		if err := plan(ctx, out, workspace, s); err != nil {
			return err
		}
		say(out, "\n# The simulator's log:")
		for _, r := range simulator.Requests()[asked:] {
			say(out, "# %s %-21s HTTP %d  %s", r.Time.Format("15:04:05"), r.Operation, r.Status, cmp.Or(string(r.Phase), r.Code))
		}
	}
	return nil
}

// plan runs one plan, shows what it prints as it comes, and checks that it was what the scene promises.
func plan(ctx context.Context, out io.Writer, workspace *realcli.Workspace, s scene) error {
	var printed strings.Builder
	command := workspace.Command(ctx, "plan", "-no-color")
	command.Stdout = io.MultiWriter(out, &printed)
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
		return fmt.Errorf("%s: the plan went through", s.title)
	case !s.refused && refused != nil:
		return fmt.Errorf("%s: the plan was refused", s.title)
	case !strings.Contains(words, s.shows):
		return fmt.Errorf("%s: %q was not shown", s.title, s.shows)
	}
	return nil
}

func configuration(endpoint, arguments string) string {
	return `terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
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

data "ackupgrade_status" "this" {
  cluster_id = "` + clusterID + `"` + arguments + `
}

resource "terraform_data" "workers" { # stands for a node pool
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.this.phase)
      error_message = data.ackupgrade_status.this.summary
    }
  }
}
`
}

func title(out io.Writer, text string) {
	say(out, "\n%s\n%s\n%[1]s\n", strings.Repeat("-", 100), text)
}

func say(out io.Writer, format string, args ...any) {
	_, _ = fmt.Fprintf(out, format+"\n", args...) // There is nobody to tell that the terminal is gone.
}
