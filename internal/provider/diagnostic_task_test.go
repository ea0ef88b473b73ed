package provider

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// taskReading is what upgrade makes of a node pool's upgrade.
func taskReading(phase upgrade.Phase, state, message string, failed ...ack.TaskPart) *upgrade.Reading {
	id := "T-1"
	r := &upgrade.Reading{
		ClusterID: "c1", Phase: phase, TaskID: &id, RequestID: "REQ-9", Response: `task type "nodepool_upgrade", state "` + state + `"`,
		TaskDetail: &upgrade.TaskDetail{
			ListedTask:   upgrade.ListedTask{ID: &id, Type: ptr("nodepool_upgrade"), State: &state, Kind: upgrade.KindNodePool, Phase: phase},
			CurrentStage: ptr("DrainNodes"), FailedParts: failed,
		},
	}
	if message != "" {
		r.ErrorMessage = &message
	}
	return r
}

// An error of a task's read names the task, the operation that failed, and the one permission that would do.
func TestTheExactDiagnosticsOfTasks(t *testing.T) {
	task, list := testTarget, testTarget
	task.subject = taskSubject("T-1")
	read := func(of target, err error) func() diag.Diagnostic {
		return func() diag.Diagnostic { return unreadable(of, testLimit, nil, err).error() }
	}
	rejected := func(operation ack.Operation, status int, code, message string) error {
		return &ack.RequestError{Operation: operation, Attempts: 1, Err: &ack.APIError{HTTPStatus: status, Code: code, Message: message, RequestID: "REQ-1"}}
	}
	waited := func(reason upgrade.WaitReason, last *upgrade.Reading) func() diag.Diagnostic {
		return read(task, &upgrade.WaitError{
			Reason: reason, Waited: 3599 * time.Second, Polls: 118, Last: last, Changes: []upgrade.Change{{Phase: upgrade.PhaseRunning}},
		})
	}
	require := func(r *upgrade.Reading) func() diag.Diagnostic {
		return func() diag.Diagnostic { return wrongPhase(task, r, []string{"succeeded"}).error() }
	}
	holdToTheLetter(t, "testdata/diagnostics_tasks.txt", []diagnosticCase{
		{"task not found", read(task, rejected(ack.DescribeTaskInfo, 404, "ErrorTaskNotFound", "task (T-1) not found"))},
		{"task of a cluster that is not found", read(task, rejected(ack.DescribeTaskInfo, 404, "ErrorClusterNotFound", "cluster not found"))},
		{"task, and the operation is not served", read(task, rejected(ack.DescribeTaskInfo, 404, "InvalidAction.NotFound", "Specified api is not found."))},
		{"task forbidden", read(task, rejected(ack.DescribeTaskInfo, 403, "Forbidden.RAM", "User not authorized to operate on the specified resource."))},
		{"another task's response", read(task, &ack.RequestError{Operation: ack.DescribeTaskInfo, Attempts: 1, Err: &ack.InvalidResponseError{
			HTTPStatus: 200, ContentType: "application/json", Excerpt: `{"task_id":"T-2"}`, Reason: `the response is for another task, "T-2"`,
		}})},
		{"wait for a task: deadline", waited(upgrade.WaitDeadline, taskReading(upgrade.PhaseRunning, "running", ""))},
		{"wait for a task: deadline with an unknown word", waited(upgrade.WaitDeadline, taskReading(upgrade.PhaseUnknown, "rolling_back", ""))},
		{"wait for a task: paused", waited(upgrade.WaitPaused, taskReading(upgrade.PhasePaused, "paused", ""))},
		{"wait for a task: interrupted", waited(upgrade.WaitInterrupted, taskReading(upgrade.PhaseRunning, "running", ""))},
		{"require_phases of a task: failed", require(taskReading(upgrade.PhaseFailed, "failed", "node i-2 is NotReady", ack.TaskPart{Data: ptr("i-2"), Status: ptr("failed")}))},
		{"require_phases of a task: running", require(taskReading(upgrade.PhaseRunning, "running", ""))},
		{"require_phases of a task: unknown", require(taskReading(upgrade.PhaseUnknown, "rolling_back", ""))},
		{"list of tasks forbidden", read(list, rejected(ack.DescribeClusterTasks, 403, "Forbidden.RAM", "User not authorized to operate on the specified resource."))},
		{"list of tasks that ends early", read(list, &upgrade.IncompleteListError{Reason: "the task list ends after 150 of 250 tasks", Read: 150})},
		{"list of tasks that is too large", func() diag.Diagnostic {
			message := string(make([]byte, maxFleetText+1))
			return (&finding{target: list, problem: explainLargeList(list, &upgrade.TaskList{Tasks: []upgrade.ListedTask{{ErrorMessage: &message}}})}).error()
		}},
	})
}
