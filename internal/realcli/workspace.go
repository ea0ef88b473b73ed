package realcli

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Workspace is a folder with a configuration in it that one CLI works on.
type Workspace struct {
	cli          CLI
	installation *Installation
	dir          string
	env          []string
}

// NewWorkspace returns a workspace in dir, which must exist. The CLI is run with env ("NAME=value") and the little that it
// needs to start, and nothing else of the environment.
func NewWorkspace(cli CLI, installation *Installation, dir string, env ...string) *Workspace {
	return &Workspace{cli: cli, installation: installation, dir: dir, env: env}
}

// Write writes a file of the configuration.
func (w *Workspace) Write(name, text string) error {
	return os.WriteFile(filepath.Join(w.dir, name), []byte(text), 0o600) //nolint:gosec // The caller's own name for it.
}

// Command returns a run of the CLI that has not started yet. The end of ctx interrupts it as Ctrl-C does.
func (w *Workspace) Command(ctx context.Context, args ...string) *exec.Cmd {
	command := exec.CommandContext(ctx, w.cli.Path, args...) //nolint:gosec // The CLI that the developer chose.
	command.Dir = w.dir
	command.Env = append(w.installation.environ(w.dir), w.env...)
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	return command
}

// Run runs the CLI to its end and returns all that it printed. Its error is an *exec.ExitError when the CLI failed.
func (w *Workspace) Run(ctx context.Context, args ...string) (string, error) {
	output, err := w.Command(ctx, args...).CombinedOutput()
	return string(output), err
}
