package upgrade

import (
	"context"
	"fmt"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// TaskDetail has the details of one task.
type TaskDetail struct {
	ListedTask
	// CurrentStage is the name of the current stage.
	CurrentStage *string
	// TargetID and TargetType name the target of the task.
	TargetID, TargetType *string
	Stages               []ack.TaskStage
	// FailedParts are the parts that did not succeed. A task that succeeded can have some too.
	FailedParts []ack.TaskPart
}

// maxNamedParts is the maximum number of parts that a summary names.
const maxNamedParts = 3

// ReadTask reads the state of one task. Its error wraps an *ack.RequestError.
func (r *Reader) ReadTask(ctx context.Context, taskID string) (*Reading, error) {
	info, err := r.api.DescribeTaskInfo(ctx, taskID)
	if err != nil {
		return nil, err
	}
	return fromTaskInfo(taskID, info), nil
}

// fromTaskInfo reads one task. Success needs its state, its error and each of its parts to agree.
func fromTaskInfo(taskID string, info *ack.TaskInfo) *Reading {
	d := &TaskDetail{
		ListedTask: listedTask(info.ClusterTask), CurrentStage: info.CurrentStage, TargetID: info.TargetID, TargetType: info.TargetType,
		Stages: info.Stages,
	}
	d.ID = &taskID // The response has the same ID, or none.
	unclear := ""
	for _, part := range info.Parts {
		switch state := taskStateOf(part.Status); {
		case part.Similar != "":
			unclear = fmt.Sprintf("a part has a field with the similar name %q", display.Line(part.Similar, maxSummaryWord))
		case state == stateEndedBadly || state == stateGivenUp:
			d.FailedParts = append(d.FailedParts, part)
		case state != stateEndedWell:
			unclear = fmt.Sprintf("a part has the status %s", quoted(part.Status))
		}
	}
	if d.Phase == PhaseSucceeded {
		switch {
		case len(d.FailedParts) > 0:
			d.Phase = PhaseFailed
		case unclear != "":
			d.Phase = PhaseUnknown
		}
	}
	r := &Reading{
		ClusterID: textOf(info.ClusterID), Phase: d.Phase, TaskID: d.ID, ErrorMessage: d.ErrorMessage, RequestID: info.RequestID, TaskDetail: d,
		Response: fmt.Sprintf("task type %s, state %s", quoted(d.Type), quoted(d.State)),
	}
	if code := line(d.ErrorCode, maxSummaryWord); code != "" {
		r.Response += ", error code " + fmt.Sprintf("%q", code)
	}
	if n := len(d.FailedParts); n > 0 {
		r.Response += fmt.Sprintf(", %d of %d parts failed", n, len(info.Parts))
	}
	if unclear != "" {
		r.Response += ", " + unclear
	}
	if info.Similar != "" {
		r.Response += fmt.Sprintf(", and a field with the similar name %q", display.Line(info.Similar, maxSummaryWord))
	}
	return r
}

// summary describes the state of the task in one line.
func (d *TaskDetail) summary(r *Reading) string {
	var b strings.Builder
	b.WriteString("Task " + line(d.ID, maxSummaryWord))
	if name := line(d.Type, maxSummaryWord); name != "" {
		b.WriteString(" (" + name + ")")
	}
	if r.ClusterID != "" {
		b.WriteString(" of cluster " + display.Line(r.ClusterID, maxSummaryWord))
	}
	if r.Phase == PhaseUnknown {
		b.WriteString(": the state is unknown (" + r.Response + ")")
	} else {
		b.WriteString(": " + string(r.Phase))
	}
	if stage := line(d.CurrentStage, maxSummaryWord); stage != "" {
		b.WriteString(", stage " + stage)
	}
	if n := len(d.FailedParts); n > 0 {
		var named []string
		for _, part := range d.FailedParts[:min(n, maxNamedParts)] {
			named = append(named, line(part.Data, maxSummaryWord))
		}
		fmt.Fprintf(&b, ", failed parts: %s", strings.Join(named, ", "))
		if n > maxNamedParts {
			fmt.Fprintf(&b, " and %d more", n-maxNamedParts)
		}
	}
	if message := r.Message(); message != "" {
		b.WriteString(": " + message)
	}
	return b.String()
}
