package protocol

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

const (
	wait    = "ackupgrade_wait"
	cluster = "c106f377e16f34eb1808d6b9362c9abcd"
)

// invoke plans and invokes the action as a CLI does, and returns its stream: the lines of progress, and the diagnostics. Times in the
// lines are left out.
func invoke(t *testing.T, p *Process, configuration map[string]any) (lines []string, diags []Diagnostic) {
	t.Helper()
	for _, step := range []func() ([]Diagnostic, error){
		func() ([]Diagnostic, error) { return p.Validate(t.Context(), wait, configuration) },
		func() ([]Diagnostic, error) { return p.Plan(t.Context(), wait, configuration) },
	} {
		if diags, err := step(); err != nil || len(diags) > 0 {
			t.Fatal(err, diags)
		}
	}
	var mu sync.Mutex
	diags, err := p.Invoke(t.Context(), wait, configuration, func(line string) {
		t.Logf("progress: %s", line)
		mu.Lock()
		lines = append(lines, elapsed.ReplaceAllString(line, "waited ..."))
		mu.Unlock()
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range diags {
		t.Logf("completed: %s: %s\n%s", d.Severity, d.Summary, d.Detail)
	}
	for _, line := range lines {
		if strings.ContainsAny(line, "\r\n") || strings.Contains(line, "testsk") {
			t.Errorf("not one line, or a secret in it: %q", line)
		}
	}
	return lines, diags
}

var elapsed = regexp.MustCompile(`waited [0-9.hms]+`)

func TestTheActionReportsTheProgressOfTenPolls(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `"`+cluster+`": {"timeline": [{"polls": 7, "phase": "running"}, {"polls": 2, "phase": "paused"}, {"phase": "succeeded"}]}`)
	lines, diags := invoke(t, start(t, endpoint), map[string]any{"cluster_id": cluster, "poll_interval": "1s", "wait_through_pause": true})
	want := []string{
		"Cluster " + cluster + ": the upgrade is running, step upgrading: upgrading the control plane (waited ..., 1 poll)",
		"Cluster " + cluster + ": the upgrade is running, step upgrading: upgrading the control plane (waited ..., 6 polls)",
		"Cluster " + cluster + ": the upgrade is paused, step pause: the upgrade is paused (waited ..., 8 polls)",
		"Cluster " + cluster + ": the last upgrade succeeded, step success: the upgrade is complete (waited ..., 10 polls)",
	}
	if diff := cmp.Diff(want, lines); diff != "" || len(diags) > 0 {
		t.Error(diff, diags)
	}
	if n := len(simulator.Requests()); n != 10 {
		t.Errorf("%d requests, want 10: the plan makes none", n)
	}
}

// The first line of each error is enough: where an action fails, Terraform repeats no more.
func TestTheActionFailsWithTheReason(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, `"`+cluster+`": {"timeline": [{"polls": 1, "phase": "running"}, {"phase": "failed", "message": "node is NotReady"}]},
		"paused": {"timeline": [{"phase": "paused"}]}, "running": {"timeline": [{"phase": "running"}]}`)
	p := start(t, endpoint)
	for _, test := range []struct {
		configuration map[string]any
		last, summary string
	}{
		{
			map[string]any{"cluster_id": cluster, "poll_interval": "1s"},
			"Cluster " + cluster + ": the last upgrade failed, step upgrading: node is NotReady (waited ..., 2 polls)",
			summary.GateClosed(summary.Cluster(cluster), upgrade.PhaseFailed),
		},
		{
			map[string]any{"cluster_id": "paused"},
			"Cluster paused: the upgrade is paused, step pause: the upgrade is paused (waited ..., 1 poll)",
			"The upgrade of cluster paused is paused",
		},
		{map[string]any{"cluster_id": "nobody"}, "", "Cluster nobody not found"},
		{
			map[string]any{"cluster_id": "running", "poll_interval": "1s", "timeouts": map[string]any{"invoke": "1s"}},
			"Cluster running: the upgrade is running, step upgrading: upgrading the control plane (waited ..., ", "cluster running",
		},
	} {
		lines, diags := invoke(t, p, test.configuration)
		last := ""
		if len(lines) > 0 {
			last = lines[len(lines)-1]
		}
		if len(diags) != 1 || diags[0].Severity != "ERROR" || !strings.Contains(diags[0].Summary, test.summary) || !strings.HasPrefix(last, test.last) {
			t.Errorf("%v: ends with %q, and %v", test.configuration, last, diags)
		}
	}
}

// Ctrl-C in the CLI is a call beside the stream. terraform-plugin-go sends nothing on a stream after that call, unless the completion
// is faster: then the stream ends without one, and Terraform says itself that the run was interrupted. What the provider has in
// hand is that the wait ends at once, and never as if it had ended well.
func TestTheActionEndsWhenItIsInterrupted(t *testing.T) {
	t.Parallel()
	for name, configuration := range map[string]map[string]any{
		"one cluster": {"cluster_id": cluster, "poll_interval": "10m"},
		"a fleet":     {"cluster_ids": []string{cluster, "c2"}, "poll_interval": "10m"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, endpoint := simulate(t, `"`+cluster+`": {"timeline": [{"phase": "running"}]}, "c2": {"timeline": [{"phase": "running"}]}`)
			p := start(t, endpoint)
			var stop sync.Once
			lines := 0
			diags, err := p.Invoke(t.Context(), wait, configuration, func(line string) {
				t.Logf("progress: %s", line)
				lines++
				stop.Do(func() {
					if err := p.Stop(t.Context()); err != nil {
						t.Error(err)
					}
				})
			})
			t.Logf("completed: %v, %v", diags, err)
			completed := err == nil && len(diags) == 1 && strings.Contains(diags[0].Summary, "interrupted")
			if lines == 0 || !completed && !errors.Is(err, ErrNoCompletion) {
				t.Errorf("%d lines, %v, %v", lines, diags, err)
			}
			if n := len(simulator.Requests()); n > 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestTheActionReportsTheProgressOfAFleet(t *testing.T) {
	t.Parallel()
	var clusters, ids, upgraded []string
	for i := range 20 {
		id := fmt.Sprintf("c%02d", i)
		timeline := `{"phase": "idle"}`
		if i >= 5 {
			upgraded = append(upgraded, id)
			timeline = fmt.Sprintf(`{"polls": %d, "phase": "running"}, {"phase": "succeeded"}`, 1+i/5)
		}
		ids, clusters = append(ids, id), append(clusters, fmt.Sprintf(`%q: {"timeline": [%s]}`, id, timeline))
	}
	_, endpoint := simulate(t, strings.Join(clusters, ", "))
	lines, diags := invoke(t, start(t, endpoint), map[string]any{"cluster_ids": ids, "poll_interval": "1s"})
	if len(diags) > 0 || len(lines) < 2 {
		t.Fatal(lines, diags)
	}
	if want := "Not done yet: c05, c06, c07, c08, c09, c10, c11, c12, c13, c14 and 5 more."; !strings.HasPrefix(lines[0], "20 clusters: 5 idle, 15 running (") || !strings.HasSuffix(lines[0], want) {
		t.Errorf("the first line is %s", lines[0])
	}
	last := lines[len(lines)-1]
	if !strings.HasPrefix(last, "20 clusters: 5 idle, 15 succeeded (") || !strings.HasSuffix(last, " All done.") {
		t.Errorf("the last line is %s", last)
	}
	named := strings.Join(lines, "\n")
	unnamed := 0 // Beyond the first ten of a line.
	for _, id := range upgraded {
		if !strings.Contains(named, id+" succeeded") {
			unnamed++
		}
	}
	if unnamed > 5 {
		t.Errorf("%d clusters are in no line that they have changed", unnamed)
	}
}

func TestErrorsInTheActionAreReportedBeforeItIsInvoked(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "idle"}]}`)
	p := start(t, endpoint)
	for _, test := range []struct {
		configuration map[string]any
		want          string
	}{
		{map[string]any{}, "[cluster_id,cluster_ids]"},
		{map[string]any{"cluster_id": "c1", "cluster_ids": []string{"c1"}}, "[cluster_id,cluster_ids]"},
		{map[string]any{"cluster_ids": []string{}}, "must contain at least 1 elements"},
		{map[string]any{"cluster_id": "c1", "poll_interval": "1ms"}, "must be a duration"},
		{map[string]any{"cluster_id": "c1", "require_phases": []string{"paused"}}, summary.NoTerminalPhase},
		{map[string]any{"cluster_id": "c1", "timeouts": map[string]any{"invoke": "-1h"}}, "must be a duration"},
	} {
		diags, err := p.Validate(t.Context(), wait, test.configuration)
		if err != nil || len(diags) != 1 || !strings.Contains(diags[0].Summary+diags[0].Detail, test.want) {
			t.Errorf("%v: %v, %v, want %q", test.configuration, err, diags, test.want)
		}
	}
	// An unknown value is known when the action is invoked: what was not validated then, is now.
	diags, err := p.Invoke(t.Context(), wait, map[string]any{"cluster_id": "c1", "require_version": "new"}, func(string) {})
	if err != nil || len(diags) != 1 || !strings.Contains(diags[0].Detail, "must be a version constraint") {
		t.Error(err, diags)
	}
}
