package upgrade

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// FuzzPhase compares the phase of any three values, each of which may be missing, with the table of the design.
func FuzzPhase(f *testing.F) {
	f.Add("success", "success", "Success", uint8(0))
	f.Add("success", "", "", uint8(6))
	f.Fuzz(func(t *testing.T, status, step, task string, missing uint8) {
		if !utf8.ValidString(status + step + task) {
			return // The decoder removes such bytes.
		}
		s := &ack.UpgradeStatus{Status: &status, UpgradeStep: &step, UpgradeTask: &ack.UpgradeTask{Status: &task}}
		if missing&1 != 0 {
			s.Status = nil
		}
		if missing&2 != 0 {
			s.UpgradeStep = nil
		}
		if missing&4 != 0 {
			s.UpgradeTask.Status = nil
		}
		if missing&8 != 0 {
			s.UpgradeTask = nil
		}
		holdToTable(t, s)
		holdToOneLine(t, fromStatus("c1", s).Summary())
		phase := phaseOfStatus(s)
		for _, word := range []*string{&status, &step, &task} {
			if !strings.ContainsFunc(*word, func(r rune) bool { return r > unicode.MaxASCII }) { // The capital of ſ is S.
				*word = " " + strings.ToUpper(*word) + "\t\n"
			}
		}
		if got := phaseOfStatus(s); got != phase {
			t.Errorf("%s becomes %s in capitals and white space: %s", phase, got, fromStatus("c1", s).Response)
		}
	})
}

// holdToTable compares the phase of a response with the second implementation of the table.
func holdToTable(t *testing.T, s *ack.UpgradeStatus) {
	t.Helper()
	var task *string
	if s.UpgradeTask != nil {
		task = s.UpgradeTask.Status
	}
	kindNamed := func(word *string) string {
		if word == nil {
			return "none"
		}
		text := strings.ToLower(strings.TrimSpace(*word))
		if kind, ok := kindNames[text]; ok && text != "-" {
			return kind
		}
		return "unknown"
	}
	kinds := []string{kindNamed(s.Status), kindNamed(s.UpgradeStep), kindNamed(task)}
	want := tablePhase(kinds[0], kinds[1], kinds[2], s.Status == nil && s.UpgradeStep == nil && task == nil)
	got := phaseOfStatus(s)
	if string(got) != want || !slices.Contains(Phases(), got) {
		t.Errorf("%s: got %s, want %s", fromStatus("c1", s).Response, got, want)
	}
	opens := got == PhaseSucceeded || got == PhaseIdle
	if got.Terminal() != (opens || got == PhaseFailed) {
		t.Errorf("%s is terminal: %t", got, got.Terminal())
	}
	for _, kind := range kinds {
		if opens && slices.Contains([]string{"failure", "pause", "unknown", "running"}, kind) {
			t.Errorf("%s opens a gate: %s", fromStatus("c1", s).Response, got)
		}
	}
}

// holdToOneLine checks that a text is one line of limited length.
func holdToOneLine(t *testing.T, text string) {
	t.Helper()
	const room = 1600 // The longest is that of an API error: five texts of at most 200 or 500 characters, and the words around them.
	if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > room || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r != ' ' && unicode.IsSpace(r)
	}) {
		t.Errorf("it does not fit a message: %q", text)
	}
}
