package bench

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
)

// cli runs plans of one CLI, with the providers installed.
type cli struct {
	realcli.CLI
	installation *realcli.Installation
	dir          string
	workspaces   int
}

// install builds the providers as a release does, and files them below dir.
func install(ctx context.Context, dir string) (*cli, error) {
	found, err := realcli.Find(ctx)
	if err != nil {
		return nil, err
	}
	installation, err := realcli.Install(ctx, dir)
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"nothing", "unsigned"} {
		if err := installation.File(ctx, "./internal/bench/"+folder, "example.com/bench/"+folder); err != nil {
			return nil, err
		}
	}
	return &cli{CLI: found, installation: installation, dir: dir}, nil
}

// plan is a configuration that is planned again and again.
type plan struct {
	workspace *realcli.Workspace
	watch     bool // whether to look at the memory of the provider all the while, which costs time
}

// workspace returns a plan of a configuration, initialized.
func (c *cli) workspace(ctx context.Context, configuration string) (*plan, error) {
	c.workspaces++
	dir := filepath.Join(c.dir, fmt.Sprintf("workspace-%d", c.workspaces))
	if err := os.Mkdir(dir, 0o750); err != nil {
		return nil, err
	}
	w := realcli.NewWorkspace(c.CLI, c.installation, dir, "ALICLOUD_ACCESS_KEY="+accessKey, "ALICLOUD_SECRET_KEY="+secretKey)
	if err := w.Write("main.tf", configuration); err != nil {
		return nil, err
	}
	if output, err := w.Run(ctx, "init", "-no-color"); err != nil {
		return nil, fmt.Errorf("init: %w\n%s", err, output)
	}
	return &plan{workspace: w}, nil
}

// start starts the plan.
func (p *plan) start(ctx context.Context) (*exec.Cmd, *bytes.Buffer, error) {
	command := p.workspace.Command(ctx, "plan", "-no-color", "-parallelism=10")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	return command, &output, command.Start()
}

// run runs the plan once.
func (p *plan) run(ctx context.Context) (Cost, error) {
	began := time.Now()
	command, output, err := p.start(ctx)
	if err != nil {
		return Cost{}, err
	}
	stop := func() int64 { return 0 }
	if p.watch {
		stop = watchMemory(command.Process.Pid)
	}
	err = command.Wait()
	cost := costOf(time.Since(began), command.ProcessState)
	cost.Memory = stop()
	if err != nil {
		return cost, fmt.Errorf("plan: %w\n%.4000s", err, output)
	}
	return cost, nil
}
