package realcli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Variable names the environment variable that says which CLI to run, as an absolute path.
const Variable = "ACKUPGRADE_CLI"

// NewerVariable names the environment variable that says where a Terraform with actions is, 1.14 or newer. None can be built from a
// Go module.
const NewerVariable = "ACKUPGRADE_TERRAFORM_114"

// FindNewer returns the Terraform that ACKUPGRADE_TERRAFORM_114 names. It is not ok if the variable is not set.
func FindNewer(ctx context.Context) (newer CLI, ok bool, err error) {
	path := os.Getenv(NewerVariable)
	if path == "" {
		return CLI{}, false, nil
	}
	newer, err = Identify(ctx, path)
	return newer, true, err
}

// CLI is one Terraform or OpenTofu on this machine.
type CLI struct {
	// Path is the absolute path of the executable.
	Path string
	// Name is "Terraform" or "OpenTofu".
	Name string
	// Version is its version, "1.11.4" for one.
	Version string
}

// Command is what a user types: "terraform" or "tofu".
func (c CLI) Command() string {
	if c.Name == "OpenTofu" {
		return "tofu"
	}
	return "terraform"
}

// RegistryHost is the host that the CLI completes a provider's short address with.
func (c CLI) RegistryHost() string {
	if c.Name == "OpenTofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

// Find returns the CLI that ACKUPGRADE_CLI names, or else the first of those that FindAll finds.
func Find(ctx context.Context) (CLI, error) {
	all, err := FindAll(ctx)
	if err != nil {
		return CLI{}, err
	}
	return all[0], nil
}

// FindAll returns the CLI that ACKUPGRADE_CLI names, or else terraform and tofu as far as they are on PATH, or else the
// OpenTofu that make has built.
func FindAll(ctx context.Context) ([]CLI, error) {
	if path := os.Getenv(Variable); path != "" {
		cli, err := Identify(ctx, path)
		return []CLI{cli}, err
	}
	var paths []string
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			paths = append(paths, path)
		}
	}
	if len(paths) == 0 {
		root, err := Root(ctx)
		if err != nil {
			return nil, err
		}
		built := filepath.Join(root, "build", "bin", "tofu")
		if _, err := os.Stat(built); err != nil {
			return nil, errors.New("neither terraform nor tofu is on PATH: `make build/bin/tofu` builds OpenTofu, and `make test` and `make demo` do so by themselves")
		}
		paths = []string{built}
	}
	var all []CLI
	for _, path := range paths {
		cli, err := Identify(ctx, path)
		if err != nil {
			return nil, err
		}
		all = append(all, cli)
	}
	return all, nil
}

// Identify returns the name and version of an executable.
func Identify(ctx context.Context, path string) (CLI, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return CLI{}, err
	}
	command := exec.CommandContext(ctx, path, "version") //nolint:gosec // Which CLI to run is for the developer to say.
	command.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE=")
	output, err := command.Output()
	if err != nil {
		return CLI{}, fmt.Errorf("getting the version of %s: %w", path, err)
	}
	first, _, _ := strings.Cut(string(output), "\n")
	name, version, ok := strings.Cut(strings.TrimSpace(first), " v")
	if !ok || name != "Terraform" && name != "OpenTofu" {
		return CLI{}, fmt.Errorf("%s is neither Terraform nor OpenTofu: it calls itself %q", path, first)
	}
	return CLI{Path: path, Name: name, Version: version}, nil
}

// Root returns the folder of this module's go.mod.
func Root(ctx context.Context) (string, error) {
	output, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("getting the folder of the module: %w", err)
	}
	mod := strings.TrimSpace(string(output))
	if filepath.Base(mod) != "go.mod" {
		return "", errors.New("not inside the module: run this from the repository")
	}
	return filepath.Dir(mod), nil
}
