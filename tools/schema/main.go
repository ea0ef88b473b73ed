// Command schema writes the provider's schema as a Terraform or OpenTofu command line reports it, in the form
// that tfplugindocs reads with -providers-schema.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
)

const (
	source  = "registry.terraform.io/ackupgrade/ackupgrade"
	version = "0.0.1"

	// tfplugindocs looks a provider up by its short name, never by its whole address.
	shortName = "ackupgrade"
)

func main() {
	cli := flag.String("cli", "terraform", "terraform or tofu, by `path` or by name")
	provider := flag.String("provider", "", "the built provider's `path`")
	actions := flag.String("actions", "", "a `file` with the schemas of the actions, which most command lines leave out")
	out := flag.String("out", "", "the `file` to write")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, *cli, *provider, *actions, *out)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "schema:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, cli, provider, actions, out string) (err error) {
	dir, err := os.MkdirTemp(filepath.Dir(out), "schema-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if dir, err = filepath.Abs(dir); err != nil {
		return err
	}

	if err := layOut(dir, provider); err != nil {
		return err
	}
	if _, err := runCLI(ctx, dir, cli, "init", "-backend=false", "-input=false", "-no-color"); err != nil {
		return err
	}
	document, err := runCLI(ctx, dir, cli, "providers", "schema", "-json")
	if err != nil {
		return err
	}
	ofActions, err := os.ReadFile(actions) //nolint:gosec // A file that make has just written.
	if err != nil {
		return err
	}
	schemas, err := underShortName(document, ofActions)
	if err != nil {
		return err
	}
	return os.WriteFile(out, schemas, 0o600)
}

// layOut puts into dir a configuration that needs nothing but the provider, and a mirror that holds nothing else,
// so that the command line requests no registry.
func layOut(dir, provider string) error {
	provider, err := filepath.Abs(provider)
	if err != nil {
		return err
	}
	mirror := filepath.Join(dir, "mirror")
	target := filepath.Join(mirror, filepath.FromSlash(source), version, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(target, 0o750); err != nil {
		return err
	}
	if err := os.Symlink(provider, filepath.Join(target, "terraform-provider-"+shortName+"_v"+version)); err != nil {
		return err
	}
	config := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", mirror)
	if err := os.WriteFile(filepath.Join(dir, "cli.tfrc"), []byte(config), 0o600); err != nil {
		return err
	}
	main := fmt.Sprintf("terraform {\n  required_providers {\n    %s = {\n      source = %q\n    }\n  }\n}\n", shortName, source)
	return os.WriteFile(filepath.Join(dir, "main.tf"), []byte(main), 0o600)
}

// runCLI returns what the command printed on stdout. The caller's TF_* variables are left out: any of them could
// change what is installed or printed.
func runCLI(ctx context.Context, dir, cli string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, cli, args...) //nolint:gosec // The command line is the caller's choice.
	cmd.Dir = dir
	for _, v := range os.Environ() {
		if !strings.HasPrefix(v, "TF_") {
			cmd.Env = append(cmd.Env, v)
		}
	}
	cmd.Env = append(cmd.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(dir, "cli.tfrc"), "CHECKPOINT_DISABLE=1")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("%s %s: %w\n%s%s", cli, strings.Join(args, " "), err, stdout.Bytes(), stderr.Bytes())
	}
	return stdout.Bytes(), nil
}

// underShortName moves the one provider schema in document from the provider's address to its short name, and gives it the schemas of
// the actions.
func underShortName(document, actions []byte) ([]byte, error) {
	var doc struct {
		FormatVersion string                                `json:"format_version"`
		Schemas       map[string]map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.Unmarshal(document, &doc); err != nil {
		return nil, fmt.Errorf("the schema is not the expected JSON: %w", err)
	}
	schema, ok := doc.Schemas[source]
	if !ok {
		return nil, fmt.Errorf("the schema of %s is missing from the output", source)
	}
	schema["action_schemas"] = actions
	doc.Schemas = map[string]map[string]json.RawMessage{shortName: schema}
	return json.Marshal(doc)
}
