package upgrade

import (
	"slices"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

func ptr(s string) *string { return &s }

// statusOf builds a response of three words, "-" for a field that is missing.
func statusOf(status, step, task string) *ack.UpgradeStatus {
	word := func(s string) *string {
		if s == "-" {
			return nil
		}
		return &s
	}
	s := &ack.UpgradeStatus{Status: word(status), UpgradeStep: word(step)}
	if task != "-" {
		s.UpgradeTask = &ack.UpgradeTask{Status: &task}
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
			if got := phaseOfStatus(statusOf(test.status, test.step, test.task)); got != test.want {
				t.Errorf("status %q, step %q, task %q: got %s, want %s", test.status, test.step, test.task, got, test.want)
			}
		})
	}
}

// kindNames has the kinds of values, independent of the code under test, so that an error in one of them is found.
var kindNames = map[string]string{ // A hyphen is a missing field.
	"-": "none", "": "none", "empty": "none", "not_start": "not started",
	"running": "running", "prechecking": "running", "upgrading": "running", "pause": "pause", "paused": "pause",
	"fail": "failure", "failed": "failure", "error": "failure", "canceled": "failure", "cancelled": "failure",
	"success": "success", "rolling_back": "unknown", "5": "unknown", "{}": "unknown", "true": "unknown",
}

// TestPhaseOfEveryCombination checks the table of the design, and the guarantees of a gate, for every combination of values in
// every spelling. The table is implemented in another way.
func TestPhaseOfEveryCombination(t *testing.T) {
	type spelling struct{ word, kind string }
	words := []spelling{{"-", "none"}}
	for word, kind := range kindNames {
		if word != "-" {
			words = append(words, spelling{word, kind}, spelling{strings.ToUpper(word) + "\t", kind}, spelling{"\n " + word, kind})
		}
	}
	cases := 0
	for _, status := range words {
		for _, step := range words {
			for _, task := range words {
				cases++
				s := statusOf(status.word, step.word, task.word)
				want := tablePhase(status.kind, step.kind, task.kind, status.word == "-" && step.word == "-" && task.word == "-")
				if got := phaseOfStatus(s); string(got) != want {
					t.Fatalf("%q %q %q: got %s, want %s", status.word, step.word, task.word, got, want)
				}
				opens := want == "succeeded" || want == "idle"
				for _, kind := range []string{status.kind, step.kind, task.kind} {
					if opens && slices.Contains([]string{"failure", "pause", "unknown", "running"}, kind) {
						t.Fatalf("%q %q %q opens a gate: %s", status.word, step.word, task.word, want)
					}
				}
				if terminal := phaseOfStatus(s).Terminal(); terminal != (opens || want == "failed") {
					t.Fatalf("%s is terminal: %t", want, terminal)
				}
				if summary := fromStatus("c1", s).Summary(); strings.ContainsAny(summary, "\n\t") {
					t.Fatalf("the summary is not one line: %q", summary)
				}
			}
		}
	}
	t.Logf("%d combinations of %d words in three fields", cases, len(words))
}

// tablePhase is the table of the design, implemented by counting.
func tablePhase(status, step, task string, nothing bool) string {
	count := make(map[string]int)
	for _, kind := range []string{status, step, task} {
		count[kind]++
	}
	if count["failure"] > 0 && (status == "failure" || status != "running") {
		return "failed"
	}
	if count["pause"] > 0 {
		return "paused"
	}
	if count["unknown"] > 0 {
		return "unknown"
	}
	if count["running"] > 0 {
		return "running"
	}
	if count["not started"] == 0 && count["success"] > 1 {
		return "succeeded"
	}
	if nothing {
		return "unknown"
	}
	return "idle"
}

func TestSummary(t *testing.T) {
	failed := statusOf("fail", "upgrading", "Failed")
	failed.ErrorMessage = ptr("node cn-hangzhou.192.168.0.1\n  is NotReady\x1b[31m")
	failed.UpgradeTask.Message = ptr("not shown beside an error message")
	running := statusOf("running", "upgrading", "running")
	running.UpgradeTask.Message = ptr("upgrading master 2/3")
	long := statusOf("running", "-", "-")
	long.ErrorMessage = ptr(strings.Repeat("é", 2000))
	for name, test := range map[string]struct {
		status *ack.UpgradeStatus
		want   string
	}{
		"idle":      {statusOf("", "not_start", "-"), "Cluster c1: idle, no upgrade is under way, step not_start"},
		"running":   {running, "Cluster c1: the upgrade is running, step upgrading: upgrading master 2/3"},
		"paused":    {statusOf("pause", "-", "-"), "Cluster c1: the upgrade is paused"},
		"succeeded": {statusOf("success", "success", "-"), "Cluster c1: the last upgrade succeeded, step success"},
		"failed":    {failed, "Cluster c1: the last upgrade failed, step upgrading: node cn-hangzhou.192.168.0.1 is NotReady [31m"},
		"unknown": {
			statusOf("rolling back", "-", "-"),
			`Cluster c1: the state of the upgrade is unknown (status "rolling back", step none, task none)`,
		},
		"a task without a status": {
			&ack.UpgradeStatus{UpgradeTask: &ack.UpgradeTask{}},
			"Cluster c1: the state of the upgrade is unknown (status none, step none, task none)",
		},
		"a very long message": {long, "Cluster c1: the upgrade is running: " + strings.Repeat("é", 499) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fromStatus("c1", test.status).Summary(); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
