package upgrade

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// fromStatus reads a response of GetUpgradeStatus.
func fromStatus(clusterID string, s *ack.UpgradeStatus) *Reading {
	r := &Reading{
		ClusterID:        clusterID,
		Source:           SourceUpgradeStatus,
		Phase:            phaseOfStatus(s),
		ErrorMessage:     s.ErrorMessage,
		PrecheckReportID: s.PrecheckReportID,
		Status:           s.Status,
		UpgradeStep:      s.UpgradeStep,
		RequestID:        s.RequestID,
		saysNothing:      saysNothing(s) && s.Similar == "",
	}
	task := "none"
	if s.UpgradeTask != nil {
		r.UpgradeTask = &Task{Status: s.UpgradeTask.Status, Message: s.UpgradeTask.Message}
		task = quoted(s.UpgradeTask.Status)
	}
	r.Response = fmt.Sprintf("status %s, step %s, task %s", quoted(s.Status), quoted(s.UpgradeStep), task)
	if s.Incomplete {
		r.Response += ", and a field is missing"
	}
	if s.Similar != "" {
		r.Response += fmt.Sprintf(", and a field with the similar name %q", display.Line(s.Similar, maxSummaryWord))
	}
	return r
}

// saysNothing reports whether none of the three fields that determine the phase is a string.
func saysNothing(s *ack.UpgradeStatus) bool {
	return s.Status == nil && s.UpgradeStep == nil && (s.UpgradeTask == nil || s.UpgradeTask.Status == nil)
}

// phaseOfStatus returns the phase of a response of GetUpgradeStatus. Every response has exactly one. A gate opens only if all
// fields agree: if one of the three fields has a value that means failed, paused, running or is unknown, the phase is neither
// succeeded nor idle.
func phaseOfStatus(s *ack.UpgradeStatus) Phase {
	if s.Similar != "" {
		return PhaseUnknown // That field may contain the real value.
	}
	var task *string
	if s.UpgradeTask != nil {
		task = s.UpgradeTask.Status
	}
	words := []*string{s.Status, s.UpgradeStep, task}
	kinds := make([]wordKind, len(words))
	for i, word := range words {
		kinds[i] = wordKindOf(word)
	}
	phase := phaseOfKinds(kinds, saysNothing(s))
	if phase.Terminal() && s.Incomplete {
		return PhaseUnknown
	}
	return phase
}

// phaseOfKinds returns the phase for the kinds of status, step and task.
func phaseOfKinds(kinds []wordKind, nothing bool) Phase {
	has := func(k wordKind) bool { return slices.Contains(kinds, k) }
	successes := 0
	for _, k := range kinds {
		if k == wordSuccess {
			successes++
		}
	}
	// The order is part of the rule: the first case that holds is the phase.
	switch status := kinds[0]; {
	case status == wordFailure, has(wordFailure) && status != wordRunning: // A running upgrade may be retrying its task.
		return PhaseFailed
	case has(wordPause):
		return PhasePaused
	case has(wordUnknown):
		return PhaseUnknown
	case has(wordRunning):
		return PhaseRunning
	case successes >= 2 && !has(wordNotStarted):
		return PhaseSucceeded
	case nothing:
		return PhaseUnknown
	default:
		return PhaseIdle // An unconfirmed success may be the response for a cluster that was never upgraded.
	}
}

// wordKind is the meaning of one value, in any of the three fields.
type wordKind int

const (
	wordNone wordKind = iota
	wordNotStarted
	wordRunning
	wordPause
	wordFailure
	wordSuccess
	wordUnknown
)

// wordKindOf looks up a value. All three fields have the same table. Letter case and surrounding white space do not count. A
// value that was not a string in the response is kept as its raw text, which is never in the table.
func wordKindOf(word *string) wordKind {
	if word == nil {
		return wordNone
	}
	switch strings.ToLower(strings.TrimSpace(*word)) {
	case "", "empty":
		return wordNone
	case "not_start":
		return wordNotStarted
	case "running", "prechecking", "upgrading":
		return wordRunning
	case "pause", "paused":
		return wordPause
	case "fail", "failed", "error", "canceled", "cancelled":
		return wordFailure
	case "success":
		return wordSuccess
	default:
		return wordUnknown
	}
}
