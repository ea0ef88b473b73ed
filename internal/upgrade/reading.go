package upgrade

import (
	"fmt"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// Reading is the state of a cluster's upgrade, the result of one read. Texts are unchanged. A missing or null field is nil.
type Reading struct {
	ClusterID string
	// Source is the source that was used: SourceUpgradeStatus or SourceTasks.
	Source Source
	// Phase is the phase of the upgrade.
	Phase Phase

	// ErrorMessage is free text about the error, if there was one.
	ErrorMessage *string
	// PrecheckReportID names the report of the check before the upgrade.
	PrecheckReportID *string
	// Status is documented as success, fail, pause or running.
	Status *string
	// UpgradeStep is documented as not_start, prechecking, upgrading, pause or success.
	UpgradeStep *string
	// UpgradeTask is nil when there is none.
	UpgradeTask *Task

	// TaskDetail is set if one task was read instead of a cluster.
	TaskDetail *TaskDetail

	// ClusterState, CurrentVersion and TaskID are the cluster's own state and version, and the newest upgrade task in scope.
	// They are nil if the requested operations do not return them.
	ClusterState, CurrentVersion, TaskID *string

	// PlannedStart is the expected start of the next planned upgrade; zero if none is planned, or the plans were not read.
	PlannedStart time.Time

	// Response has the values that determine the phase, as in the response, in one line.
	Response string
	// RequestID is the id that Alibaba Cloud's support needs to find the request, or the last of several. It may be empty.
	RequestID string

	saysNothing bool // Whether the response has none of the fields that determine the phase.
}

// Task is the task of the upgrade.
type Task struct {
	// Status is the task's status or state, unchanged.
	Status *string
	// Message is free text.
	Message *string
}

// The maximum length of the API's message and of other values in a summary, in characters.
const (
	maxSummaryMessage = 500
	maxSummaryWord    = 64
)

// Summary describes the upgrade in one line: the phase, the step if there is one, and the API's message if there is one.
func (r *Reading) Summary() string {
	if r.TaskDetail != nil {
		return r.TaskDetail.summary(r)
	}
	var b strings.Builder
	b.WriteString("Cluster " + r.ClusterID + ": ")
	switch r.Phase {
	case PhaseIdle:
		b.WriteString("idle, no upgrade is under way")
	case PhaseRunning, PhasePaused:
		b.WriteString("the upgrade is " + string(r.Phase))
	case PhaseSucceeded, PhaseFailed:
		b.WriteString("the last upgrade " + string(r.Phase))
	case PhaseUnknown:
		b.WriteString("the state of the upgrade is unknown (" + r.Response + ")")
	}
	if step := line(r.UpgradeStep, maxSummaryWord); step != "" && r.Phase != PhaseUnknown {
		b.WriteString(", step " + step)
	}
	if message := r.Message(); message != "" {
		b.WriteString(": " + message)
	}
	return b.String()
}

// Message returns the API's message in one line: error_message, otherwise the message of the task, or an empty text.
func (r *Reading) Message() string {
	message := line(r.ErrorMessage, maxSummaryMessage)
	if message == "" && r.UpgradeTask != nil {
		message = line(r.UpgradeTask.Message, maxSummaryMessage)
	}
	return message
}

// Size is the size of all texts of the reading in bytes.
func (r *Reading) Size() int {
	texts := []*string{r.ErrorMessage, r.PrecheckReportID, r.Status, r.UpgradeStep, r.ClusterState, r.CurrentVersion, r.TaskID, &r.Response}
	if r.UpgradeTask != nil {
		texts = append(texts, r.UpgradeTask.Status, r.UpgradeTask.Message)
	}
	size := 0
	for _, text := range texts {
		if text != nil {
			size += len(*text)
		}
	}
	return size
}

// WithoutTexts returns the reading without the API's texts.
func (r *Reading) WithoutTexts() *Reading {
	return &Reading{ClusterID: r.ClusterID, Source: r.Source, Phase: r.Phase, RequestID: r.RequestID}
}

func line(text *string, limit int) string {
	if text == nil {
		return ""
	}
	return display.Line(*text, limit)
}

func quoted(word *string) string {
	if word == nil {
		return "none"
	}
	return fmt.Sprintf("%q", display.Cut(*word, maxSummaryWord))
}
