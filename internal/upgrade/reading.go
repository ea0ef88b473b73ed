package upgrade

import (
	"fmt"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// Reading is how a cluster's upgrade stands, as one read found it. Texts are as the API gave them; a field that is missing
// or null is nil.
type Reading struct {
	ClusterID string
	// Source is the way by which it was read: SourceUpgradeStatus or SourceTasks.
	Source Source
	// Phase is the reading in one word.
	Phase Phase

	// ErrorMessage is free text; what went wrong, when something did.
	ErrorMessage *string
	// PrecheckReportID names the report of the check before the upgrade.
	PrecheckReportID *string
	// Status is documented as success, fail, pause or running.
	Status *string
	// UpgradeStep is documented as not_start, prechecking, upgrading, pause or success.
	UpgradeStep *string
	// UpgradeTask is nil when there is none.
	UpgradeTask *Task

	// TaskDetail is set where one task was read, and not a cluster.
	TaskDetail *TaskDetail

	// ClusterState, CurrentVersion and TaskID are the cluster's own state and version, and the newest upgrade task in scope.
	// They are nil if the requested operations do not return them.
	ClusterState, CurrentVersion, TaskID *string

	// PlannedStart is when the next planned upgrade is expected to begin; zero when none is planned, or nobody looked.
	PlannedStart time.Time

	// Response is what the phase hangs on, as the API wrote it, in one line.
	Response string
	// RequestID is the id under which Alibaba Cloud's support finds the request, or the last of several. It may be empty.
	RequestID string

	saysNothing bool // Whether the response has none of the fields that the phase hangs on.
}

// Task is the task that carries the upgrade out.
type Task struct {
	// Status is the task's status or state, to the letter.
	Status *string
	// Message is free text.
	Message *string
}

// How many characters of the API's own message, and of one of its words, a summary repeats.
const (
	maxSummaryMessage = 500
	maxSummaryWord    = 64
)

// Summary describes the upgrade in one line: the phase, the step when one is named, and the
// API's message when there is one.
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

// Message returns the API's own message in one line: error_message, else the task's message, or nothing.
func (r *Reading) Message() string {
	message := line(r.ErrorMessage, maxSummaryMessage)
	if message == "" && r.UpgradeTask != nil {
		message = line(r.UpgradeTask.Message, maxSummaryMessage)
	}
	return message
}

// Size is how many bytes the texts of the reading have.
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
