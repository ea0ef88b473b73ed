package ack

import (
	"slices"
	"strings"
	"testing"
)

func ptr(s string) *string { return &s }

// answer builds an answer of three words, "-" for a field that is missing.
func answer(status, step, task string) *UpgradeStatus {
	word := func(s string) *string {
		if s == "-" {
			return nil
		}
		return &s
	}
	s := &UpgradeStatus{Status: word(status), UpgradeStep: word(step)}
	if task != "-" {
		s.UpgradeTask = &UpgradeTask{Status: &task}
	}
	return s
}

func TestPhase(t *testing.T) {
	for _, test := range []struct {
		name               string
		status, step, task string
		want               Phase
	}{
		{"the reference's sample", "running", "prechecking", "running", PhaseRunning},
		{"a finished upgrade", "success", "success", "Success", PhaseSucceeded},
		{"success without a task", "success", "success", "-", PhaseSucceeded},
		{"success without a step", "success", "-", "Success", PhaseSucceeded},
		{"a step and a task that succeeded, and no status", "-", "success", "Success", PhaseSucceeded},
		{"success in other letter case and white space", " SUCCESS ", "\tSuccess\n", "-", PhaseSucceeded},
		{"success beside a step that still runs", "success", "upgrading", "Success", PhaseRunning},
		{"success beside a precheck", "success", "prechecking", "-", PhaseRunning},
		{"success beside a running task", "success", "success", "running", PhaseRunning},
		{"success alone", "success", "-", "-", PhaseIdle},
		{"success beside not_start", "success", "not_start", "-", PhaseIdle},
		{"two successes beside not_start", "success", "not_start", "Success", PhaseIdle},
		{"success beside an empty task", "success", "", "empty", PhaseIdle},
		{"an empty status", "", "-", "-", PhaseIdle},
		{"an empty status and not_start", "", "not_start", "-", PhaseIdle},
		{"only an empty task status", "-", "-", "", PhaseIdle},
		{"nothing at all", "-", "-", "-", PhaseUnknown},
		{"a failed status", "fail", "upgrading", "running", PhaseFailed},
		{"a failed task of a finished upgrade", "success", "success", "Failed", PhaseFailed},
		{"a failed step and no status", "-", "error", "-", PhaseFailed},
		{"a task that is retried", "running", "upgrading", "Failed", PhaseRunning},
		{"a failed step of a running upgrade", "running", "failed", "-", PhaseRunning},
		{"a cancelled upgrade", "canceled", "-", "-", PhaseFailed},
		{"a cancelled upgrade in British spelling", "Cancelled", "-", "-", PhaseFailed},
		{"a failure beside a pause", "fail", "pause", "-", PhaseFailed},
		{"a failed task beside a paused status", "pause", "pause", "Failed", PhaseFailed},
		{"a paused status", "pause", "upgrading", "running", PhasePaused},
		{"a paused step of a running upgrade", "running", "pause", "running", PhasePaused},
		{"a paused task", "running", "upgrading", "paused", PhasePaused},
		{"a pause beside a word that is not known", "pause", "rolling_back", "-", PhasePaused},
		{"a status that is not known", "rolling_back", "success", "Success", PhaseUnknown},
		{"a step that is not known beside two successes", "success", "post_check", "Success", PhaseUnknown},
		{"a task that is not known while running", "running", "upgrading", "queued", PhaseUnknown},
		{"a word in letters that only look alike", "ſuccess", "success", "success", PhaseUnknown},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := answer(test.status, test.step, test.task).Phase(); got != test.want {
				t.Errorf("status %q, step %q, task %q: got %s, want %s", test.status, test.step, test.task, got, test.want)
			}
		})
	}
}

// TestPhaseOfEveryCombination holds what a gate relies on, over every combination of words in every spelling.
func TestPhaseOfEveryCombination(t *testing.T) {
	vocabulary := []string{
		"-", "", " ", "empty", "not_start", "running", "prechecking", "upgrading", "pause", "paused",
		"fail", "failed", "error", "canceled", "cancelled", "success", "rolling_back", "5", "{}", "true",
	}
	var words []string
	for _, word := range vocabulary {
		words = append(words, word)
		if word != "-" {
			words = append(words, strings.ToUpper(word), "\n"+word+" ")
		}
	}
	slices.Sort(words)
	words = slices.Compact(words)

	shut := func(word string) bool {
		if word == "-" {
			return false
		}
		k := kindOf(&word)
		return k == kindFailure || k == kindPause || k == kindUnknown || k == kindRunning
	}
	cases := 0
	for _, status := range words {
		for _, step := range words {
			for _, task := range words {
				cases++
				s := answer(status, step, task)
				phase := s.Phase()
				if !slices.Contains(Phases(), phase) {
					t.Fatalf("%q %q %q: %q is no phase", status, step, task, phase)
				}
				opens := phase == PhaseSucceeded || phase == PhaseIdle
				if opens && (shut(status) || shut(step) || shut(task)) {
					t.Errorf("%q %q %q opens a gate: %s", status, step, task, phase)
				}
				if phase.Terminal() != (opens || phase == PhaseFailed) {
					t.Errorf("%s is terminal: %t", phase, phase.Terminal())
				}
				if again := s.Phase(); again != phase {
					t.Errorf("%q %q %q: first %s, then %s", status, step, task, phase, again)
				}
				if summary := s.Summary("c1"); strings.ContainsAny(summary, "\n\t") {
					t.Errorf("%q %q %q: the summary is not one line: %q", status, step, task, summary)
				}
			}
		}
	}
	if want := len(words) * len(words) * len(words); cases != want || cases < 50_000 {
		t.Fatalf("%d cases, want %d", cases, want)
	}
	t.Logf("%d combinations of %d words in three fields", cases, len(words))
}

func TestSummary(t *testing.T) {
	failed := answer("fail", "upgrading", "Failed")
	failed.ErrorMessage = ptr("node cn-hangzhou.192.168.0.1\n  is NotReady\x1b[31m")
	failed.UpgradeTask.Message = ptr("not shown beside an error message")
	running := answer("running", "upgrading", "running")
	running.UpgradeTask.Message = ptr("upgrading master 2/3")
	long := answer("running", "-", "-")
	long.ErrorMessage = ptr(strings.Repeat("é", 2000))
	for name, test := range map[string]struct {
		status *UpgradeStatus
		want   string
	}{
		"idle":      {answer("", "not_start", "-"), "Cluster c1: idle, no upgrade is under way, step not_start"},
		"running":   {running, "Cluster c1: the upgrade is running, step upgrading: upgrading master 2/3"},
		"paused":    {answer("pause", "-", "-"), "Cluster c1: the upgrade is paused"},
		"succeeded": {answer("success", "success", "-"), "Cluster c1: the last upgrade succeeded, step success"},
		"failed":    {failed, "Cluster c1: the last upgrade failed, step upgrading: node cn-hangzhou.192.168.0.1 is NotReady [31m"},
		"unknown": {
			answer("rolling back", "-", "-"),
			`Cluster c1: the state of the upgrade is unknown (status "rolling back", step none, task none)`,
		},
		"a task without a status": {
			&UpgradeStatus{UpgradeTask: &UpgradeTask{}},
			"Cluster c1: the state of the upgrade is unknown (status none, step none, task none)",
		},
		"a very long message": {long, "Cluster c1: the upgrade is running: " + strings.Repeat("é", 499) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.status.Summary("c1"); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
