// Package ack asks Alibaba Cloud's ACK API how the upgrade of a Kubernetes cluster is going: one request, its errors, its
// retries, the reading of the answer as a phase, and the wait for an upgrade to end. It knows nothing of Terraform.
package ack

import (
	"fmt"
	"strings"
	"unicode"
)

// UpgradeStatus is the answer of GetUpgradeStatus, as the API gave it. A field that is missing or null is nil; a value
// that is no string is kept as its raw text, so that it can be shown, and counts as a word that is not known.
type UpgradeStatus struct {
	// ErrorMessage is free text; what went wrong, when something did.
	ErrorMessage *string
	// PrecheckReportID names the report of the check before the upgrade.
	PrecheckReportID *string
	// Status is documented as success, fail, pause or running.
	Status *string
	// UpgradeStep is documented as not_start, prechecking, upgrading, pause or success.
	UpgradeStep *string
	// UpgradeTask is nil when it is missing or null.
	UpgradeTask *UpgradeTask
	// RequestID is the id under which Alibaba Cloud's support finds the request. It is empty when the answer had none.
	RequestID string
}

// UpgradeTask is the part of an answer that tells of the task that carries the upgrade out.
type UpgradeTask struct {
	// Status is documented as running, Success or Failed, with capitals as written.
	Status *string
	// Message is free text.
	Message *string
}

// How many characters of the API's own message, and of one of its words, a summary repeats.
const (
	maxSummaryMessage = 500
	maxSummaryWord    = 64
)

// Summary tells people in one line how the cluster's upgrade stands: the phase, the step when one is named, and the
// API's message when there is one.
func (s *UpgradeStatus) Summary(clusterID string) string {
	var b strings.Builder
	b.WriteString("Cluster " + clusterID + ": ")
	switch phase := s.Phase(); phase {
	case PhaseIdle:
		b.WriteString("idle, no upgrade is under way")
	case PhaseRunning, PhasePaused:
		b.WriteString("the upgrade is " + string(phase))
	case PhaseSucceeded, PhaseFailed:
		b.WriteString("the last upgrade " + string(phase))
	case PhaseUnknown:
		b.WriteString("the state of the upgrade is unknown (" + s.Words() + ")")
	}
	if step := oneLine(s.UpgradeStep, maxSummaryWord); step != "" && s.Phase() != PhaseUnknown {
		b.WriteString(", step " + step)
	}
	if message := s.Message(); message != "" {
		b.WriteString(": " + message)
	}
	return b.String()
}

// Message returns the API's own message in one line: error_message, else the task's message, or nothing.
func (s *UpgradeStatus) Message() string {
	message := oneLine(s.ErrorMessage, maxSummaryMessage)
	if message == "" && s.UpgradeTask != nil {
		message = oneLine(s.UpgradeTask.Message, maxSummaryMessage)
	}
	return message
}

// Words lists the three words that the phase hangs on, as the API wrote them.
func (s *UpgradeStatus) Words() string {
	task := "none"
	if s.UpgradeTask != nil {
		task = quoted(s.UpgradeTask.Status)
	}
	return fmt.Sprintf("status %s, step %s, task %s", quoted(s.Status), quoted(s.UpgradeStep), task)
}

func quoted(word *string) string {
	if word == nil {
		return "none"
	}
	return fmt.Sprintf("%q", truncate(*word, maxSummaryWord))
}

// oneLine folds all white space, line ends included, so that free text cannot break a message's layout, and truncates it.
// A terminal must not be steered by what a server wrote: control characters are white space.
func oneLine(text *string, limit int) string {
	if text == nil {
		return ""
	}
	var line strings.Builder
	space := false
	characters := 0
	for _, r := range *text {
		if unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			space = characters > 0
			continue
		}
		if space {
			line.WriteByte(' ')
			characters++
		}
		line.WriteRune(r)
		characters++
		space = false
		if characters > limit { // What comes after makes no difference.
			break
		}
	}
	return truncate(line.String(), limit)
}

// truncate cuts text to at most limit characters, and says so with an ellipsis.
func truncate(text string, limit int) string {
	characters, end := 0, 0
	for i := range text {
		switch characters {
		case limit - 1:
			end = i
		case limit:
			return text[:end] + "…"
		}
		characters++
	}
	return text
}
