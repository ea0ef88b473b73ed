package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/realcli"
)

// results is what came of the tests with one CLI. A test with subtests counts by these.
type results struct {
	passed, failed []string
	skipped        map[string][]string // By reason.
	output         map[string][]string // Of each test that has not passed.
	exit           error
}

// event is a line of go test -json.
type event struct {
	Action, Test, Output string
}

func test(ctx context.Context, cli realcli.CLI, run string) (*results, error) {
	args := []string{"test", "-json", "-count=1", "-timeout=60m", "./internal/realcli"}
	if run != "" {
		args = append(args, "-run", run)
	}
	command := exec.CommandContext(ctx, "go", args...)
	command.Env = append(os.Environ(), realcli.Variable+"="+cli.Path)
	command.Stderr = os.Stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	r, err := read(stdout)
	r.exit = command.Wait()
	return r, err
}

// read reads the output of go test -json.
func read(from io.Reader) (*results, error) {
	r := &results{skipped: make(map[string][]string), output: make(map[string][]string)}
	parents := make(map[string]bool)
	ended := make(map[string]string)
	var order []string
	lines := bufio.NewScanner(from)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var e event
		if err := json.Unmarshal(lines.Bytes(), &e); err != nil {
			return r, fmt.Errorf("go test -json: %w: %s", err, lines.Text())
		}
		switch e.Action {
		case "run":
			if parent := strings.LastIndex(e.Test, "/"); parent > 0 {
				parents[e.Test[:parent]] = true
			}
		case "output", "build-output":
			r.output[e.Test] = append(r.output[e.Test], e.Output)
		case "pass", "fail", "skip":
			ended[e.Test], order = e.Action, append(order, e.Test)
		}
	}
	for _, name := range order {
		switch {
		case name == "":
		case ended[name] == "fail":
			r.failed = append(r.failed, name)
		case parents[name]: // Its subtests say more.
		case ended[name] == "skip":
			reason := reasonIn(r.output[name])
			r.skipped[reason] = append(r.skipped[reason], name)
		default:
			r.passed = append(r.passed, name)
		}
	}
	return r, lines.Err()
}

// reasonIn returns the reason for which a test was skipped: what it has logged last.
func reasonIn(output []string) string {
	for _, line := range slices.Backward(output) {
		if _, reason, ok := strings.Cut(strings.TrimSpace(line), ".go:"); ok {
			if _, reason, ok = strings.Cut(reason, ": "); ok {
				return reason
			}
		}
	}
	return "no reason given"
}

func (r *results) ok() bool { return r.exit == nil && len(r.failed) == 0 && len(r.passed) > 0 }

func (r *results) counts() string {
	skipped := 0
	for _, tests := range r.skipped {
		skipped += len(tests)
	}
	return fmt.Sprintf("%d passed, %d failed, %d skipped", len(r.passed), len(r.failed), skipped)
}

// text is what is printed of a run; with list, it names the tests that passed, too.
func (r *results) text(list bool) string {
	to := &strings.Builder{}
	if list {
		for _, name := range r.passed {
			fmt.Fprintln(to, "ran      ", name)
		}
	}
	reasons := make([]string, 0, len(r.skipped))
	for reason := range r.skipped {
		reasons = append(reasons, reason)
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		fmt.Fprintln(to, "skipped, because", reason)
		for _, name := range r.skipped[reason] {
			fmt.Fprintln(to, "  ", name)
		}
	}
	for _, name := range r.failed {
		fmt.Fprintln(to, "FAILED   ", name)
		fmt.Fprint(to, strings.Join(r.output[name], ""))
	}
	if r.exit != nil {
		fmt.Fprint(to, strings.Join(r.output[""], ""))
	}
	fmt.Fprintln(to, r.counts())
	return to.String()
}
