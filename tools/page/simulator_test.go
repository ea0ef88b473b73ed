package page

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
)

// What all tests share: the command and the provider, built once.
var (
	acksim       string
	installation *realcli.Installation
	cli          realcli.CLI
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, "page:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	if _, err := chromium(); err != nil {
		return 1, err
	}
	if err := os.Chdir(filepath.Join("..", "..")); err != nil { // The module of the provider, whose folder realcli looks for.
		return 1, err
	}
	dir, err := os.MkdirTemp("", "page")
	if err != nil {
		return 1, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if cli, err = realcli.Find(ctx); err != nil {
		return 1, err
	}
	if installation, err = realcli.Install(ctx, dir); err != nil {
		return 1, err
	}
	acksim = filepath.Join(dir, "acksim")
	build := exec.CommandContext(ctx, "go", "build", "-o", acksim, "./internal/acksim/cmd/acksim")
	if output, err := build.CombinedOutput(); err != nil {
		return 1, fmt.Errorf("building acksim: %w\n%s", err, output)
	}
	return m.Run(), nil
}

// simulator is an acksim that serves its page.
type simulator struct {
	page, endpoint string
	// end ends it, as Ctrl-C does.
	end func()
}

// startSimulator starts acksim -page as in a shell, and reads its output.
func startSimulator(t *testing.T, scenario string) simulator {
	t.Helper()
	if strings.Contains(scenario, "{") {
		path := filepath.Join(t.TempDir(), "fleet.json")
		if err := os.WriteFile(path, []byte(scenario), 0o600); err != nil {
			t.Fatal(err)
		}
		scenario = path
	}
	command := exec.CommandContext(t.Context(), acksim, "-page", "-quiet", "-scenario", scenario)
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	command.Stderr = os.Stderr
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	s := simulator{end: sync.OnceFunc(func() { _ = command.Process.Signal(os.Interrupt); _ = command.Wait() })}
	t.Cleanup(s.end)
	lines := bufio.NewScanner(stdout)
	for (s.page == "" || s.endpoint == "") && lines.Scan() {
		if found := regexp.MustCompile(`^# Page: (http://127\.0\.0\.1:\d+/[A-Z2-7]{26}/)$`).FindStringSubmatch(lines.Text()); found != nil {
			s.page = found[1]
		}
		if found := regexp.MustCompile(`^export ALIBABA_CLOUD_ENDPOINT_CS=(\S+)$`).FindStringSubmatch(lines.Text()); found != nil {
			s.endpoint = found[1]
		}
	}
	if s.page == "" || s.endpoint == "" {
		t.Fatalf("acksim printed page %q and endpoint %q", s.page, s.endpoint)
	}
	return s
}

// plan is a plan of the real CLI that goes on beside the test.
type plan struct{ ended chan result }

type result struct {
	output string
	err    error
}

// startPlan starts a plan that waits for the upgrades of clusters, pauses included.
// If it fails, nothing in the browser is waited for any more.
func startPlan(t *testing.T, b *browser, s simulator, ids ...string) plan {
	t.Helper()
	w := realcli.NewWorkspace(cli, installation, t.TempDir(),
		"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk", "ALICLOUD_REGION=cn-hangzhou", "ALIBABA_CLOUD_ENDPOINT_CS="+s.endpoint)
	text := fmt.Sprintf(`terraform {
  required_providers {
    ackupgrade = { source = "ackupgrade/ackupgrade" }
  }
}

provider "ackupgrade" {
  protocol = "HTTP"
}

data "ackupgrade_statuses" "fleet" {
  cluster_ids        = ["%s"]
  wait_for_terminal  = true
  wait_through_pause = true
  poll_interval      = "1s"
}

output "phases" {
  value = data.ackupgrade_statuses.fleet.by_phase
}
`, strings.Join(ids, `", "`))
	if err := w.Write("main.tf", text); err != nil {
		t.Fatal(err)
	}
	if output, err := w.Run(t.Context(), "init", "-no-color"); err != nil {
		t.Fatalf("init: %v\n%s", err, output)
	}
	p := plan{ended: make(chan result, 1)}
	go func() {
		output, err := w.Run(t.Context(), "plan", "-no-color")
		if err != nil {
			b.stop(fmt.Errorf("the plan: %w\n%s", err, output))
		}
		p.ended <- result{output, err}
	}()
	return p
}
