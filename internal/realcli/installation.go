package realcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// version is what the provider is installed as. It is a release, because a CLI picks no pre-release by itself.
const version = "0.1.0"

// Installation is the provider, built from this source and filed where a CLI finds it without any network.
type Installation struct {
	configFile string
}

// Install builds the provider and files it below dir, under the registry names of both CLIs.
func Install(ctx context.Context, dir string) (*Installation, error) {
	root, err := Root(ctx)
	if err != nil {
		return nil, err
	}
	mirror := filepath.Join(dir, "mirror")
	platform := runtime.GOOS + "_" + runtime.GOARCH
	var built string
	for _, cli := range []CLI{{Name: "Terraform"}, {Name: "OpenTofu"}} {
		folder := filepath.Join(mirror, cli.RegistryHost(), "ackupgrade", "ackupgrade", version, platform)
		if err := os.MkdirAll(folder, 0o750); err != nil {
			return nil, err
		}
		file := filepath.Join(folder, "terraform-provider-ackupgrade_v"+version)
		if runtime.GOOS == "windows" {
			file += ".exe"
		}
		if built != "" {
			if err := os.Link(built, file); err != nil {
				return nil, err
			}
			continue
		}
		built = file
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-X main.version="+version, "-o", file, ".") //nolint:gosec // Our own arguments.
		build.Dir = root
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("building the provider: %w\n%s", err, output)
		}
	}
	configFile := filepath.Join(dir, "cli.tfrc")
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(mirror))
	if err := os.WriteFile(configFile, []byte(config), 0o600); err != nil {
		return nil, err
	}
	return &Installation{configFile: configFile}, nil
}

// environ is what a CLI is run with: enough to start a process, the installation, and nothing else of whoever runs the
// tests, so that no credentials, proxy or CLI setting of theirs comes into play.
func (i *Installation) environ(home string) []string {
	env := []string{
		"HOME=" + home,
		"USERPROFILE=" + home,
		"TF_CLI_CONFIG_FILE=" + i.configFile,
		"TF_INPUT=0",
		"CHECKPOINT_DISABLE=1",
	}
	for _, pair := range os.Environ() {
		name, _, _ := strings.Cut(pair, "=")
		switch strings.ToUpper(name) {
		case "PATH", "TMPDIR", "TEMP", "TMP", "SYSTEMROOT", "TERM", "LANG":
			env = append(env, pair)
		}
	}
	return env
}
