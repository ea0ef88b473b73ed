package realcli

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"runtime"
	"strings"
)

// version is what the provider is installed as. It is a release, because a CLI picks no pre-release by itself.
const version = "0.1.0"

// BuildTags are those that a release is built with: without gRPC's tracing, which nothing uses.
const BuildTags = "grpcnotrace"

// Installation is the provider, built from this source and filed where a CLI finds it without any network.
type Installation struct {
	mirror     string
	configFile string
}

// Install builds the provider, as for a release, and files it below dir, under the registry names of both CLIs.
func Install(ctx context.Context, dir string) (*Installation, error) {
	i := &Installation{mirror: filepath.Join(dir, "mirror"), configFile: filepath.Join(dir, "cli.tfrc")}
	var addresses []string
	for _, cli := range []CLI{{Name: "Terraform"}, {Name: "OpenTofu"}} {
		addresses = append(addresses, cli.RegistryHost()+"/ackupgrade/ackupgrade")
	}
	if err := i.file(ctx, ".", version, addresses...); err != nil {
		return nil, err
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(i.mirror))
	if err := os.WriteFile(i.configFile, []byte(config), 0o600); err != nil {
		return nil, err
	}
	return i, nil
}

// File adds the provider in a folder of this module, such as "./internal/bench/nothing", under its address.
func (i *Installation) File(ctx context.Context, folder, address string) error {
	return i.file(ctx, folder, version, address)
}

// Executable is the path of a provider that was installed under its address, as the version that ours has.
func (i *Installation) Executable(address string) string { return i.executable(address, version) }

func (i *Installation) executable(address, version string) string {
	file := filepath.Join(i.mirror, filepath.FromSlash(address), version, runtime.GOOS+"_"+runtime.GOARCH,
		"terraform-provider-"+path.Base(address)+"_v"+version)
	if runtime.GOOS == "windows" {
		file += ".exe"
	}
	return file
}

// standIns has the version that each provider of internal/realcli/standin is installed as: one that the constraints of the
// examples allow.
var standIns = map[string]string{
	"aliyun/alicloud":      "1.270.0",
	"hashicorp/kubernetes": "2.38.0",
}

// FileStandIns adds the providers that replace those that users guard, under the registry names of both CLIs.
func (i *Installation) FileStandIns(ctx context.Context) error {
	for name, version := range standIns {
		var addresses []string
		for _, cli := range []CLI{{Name: "Terraform"}, {Name: "OpenTofu"}} {
			addresses = append(addresses, cli.RegistryHost()+"/"+name)
		}
		if err := i.file(ctx, "./internal/realcli/standin", version, addresses...); err != nil {
			return err
		}
	}
	return nil
}

// file builds the provider in a folder of this module, and files it as a version under its addresses.
func (i *Installation) file(ctx context.Context, folder, version string, addresses ...string) error {
	root, err := Root(ctx)
	if err != nil {
		return err
	}
	var built string
	for _, address := range addresses {
		file := i.executable(address, version)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			return err
		}
		if built != "" {
			if err := os.Link(built, file); err != nil {
				return err
			}
			continue
		}
		built = file
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-tags", BuildTags, "-ldflags", "-s -w -X main.version="+version, "-o", file, folder) //nolint:gosec // Our own arguments.
		build.Dir = root
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if output, err := build.CombinedOutput(); err != nil {
			return fmt.Errorf("building the provider %s: %w\n%s", address, err, output)
		}
	}
	return nil
}

// environ is the environment of a CLI: what a process needs, and the installation. It has nothing else of the environment of the
// tests, so that no credentials, proxy or CLI settings of the user have an effect.
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
