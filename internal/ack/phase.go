package ack

import (
	"slices"
	"strings"
)

// Phase is the one-word reading of an answer: what the five fields of GetUpgradeStatus say together.
type Phase string

// The phases, in the order in which an upgrade can pass through them.
const (
	// PhaseIdle says that no upgrade is under way, and that none is known to have succeeded.
	PhaseIdle Phase = "idle"
	// PhaseRunning says that an upgrade is under way.
	PhaseRunning Phase = "running"
	// PhasePaused says that an upgrade stands still half-way. Nothing but a person resumes it.
	PhasePaused Phase = "paused"
	// PhaseSucceeded says that the last upgrade has succeeded, and that a second field confirms it.
	PhaseSucceeded Phase = "succeeded"
	// PhaseFailed says that the last upgrade has failed or was cancelled.
	PhaseFailed Phase = "failed"
	// PhaseUnknown says that the answer holds a word that is not known, or says nothing at all.
	PhaseUnknown Phase = "unknown"
)

// Phases returns every phase there is, in a fixed order.
func Phases() []Phase {
	return []Phase{PhaseIdle, PhaseRunning, PhasePaused, PhaseSucceeded, PhaseFailed, PhaseUnknown}
}

// Terminal reports whether no upgrade is under way. A paused cluster is half upgraded, so paused is not terminal, and
// what is not understood never is.
func (p Phase) Terminal() bool {
	return p == PhaseIdle || p == PhaseSucceeded || p == PhaseFailed
}

// Phase reads the answer as one phase. It is total: every answer has exactly one. Nothing but agreement opens a gate: a
// failing, paused, unknown or running word in any of the three fields keeps the phase from being succeeded or idle.
func (s *UpgradeStatus) Phase() Phase {
	var task *string
	if s.UpgradeTask != nil {
		task = s.UpgradeTask.Status
	}
	words := []*string{s.Status, s.UpgradeStep, task}
	kinds := make([]kind, len(words))
	for i, word := range words {
		kinds[i] = kindOf(word)
	}
	has := func(k kind) bool { return slices.Contains(kinds, k) }
	successes := 0
	for _, k := range kinds {
		if k == kindSuccess {
			successes++
		}
	}

	// The order is part of the rule: the first case that holds is the phase.
	switch status := kinds[0]; {
	case status == kindFailure, has(kindFailure) && status != kindRunning: // A running upgrade may be retrying its task.
		return PhaseFailed
	case has(kindPause):
		return PhasePaused
	case has(kindUnknown):
		return PhaseUnknown
	case has(kindRunning):
		return PhaseRunning
	case successes >= 2 && !has(kindNotStarted):
		return PhaseSucceeded
	case !slices.ContainsFunc(words, func(word *string) bool { return word != nil }):
		return PhaseUnknown // The answer says nothing, not even an empty word.
	default:
		return PhaseIdle // Success that no second field confirms is what a cluster that was never upgraded may answer.
	}
}

// kind is what one word of an answer means, whichever of the three fields it stands in.
type kind int

const (
	kindNone kind = iota
	kindNotStarted
	kindRunning
	kindPause
	kindFailure
	kindSuccess
	kindUnknown
)

// kindOf looks a word up in the one dictionary for all three fields. Letter case and surrounding white space do not
// count. A value that was no string in the answer is kept as its raw text, which is never in the dictionary.
func kindOf(word *string) kind {
	if word == nil {
		return kindNone
	}
	switch strings.ToLower(strings.TrimSpace(*word)) {
	case "", "empty":
		return kindNone
	case "not_start":
		return kindNotStarted
	case "running", "prechecking", "upgrading":
		return kindRunning
	case "pause", "paused":
		return kindPause
	case "fail", "failed", "error", "canceled", "cancelled":
		return kindFailure
	case "success":
		return kindSuccess
	default:
		return kindUnknown
	}
}
