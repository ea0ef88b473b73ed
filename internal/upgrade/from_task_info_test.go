package upgrade

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

func TestReadOneTask(t *testing.T) {
	part := func(data, status string) ack.TaskPart { return ack.TaskPart{Data: ptr(data), Status: word(status)} }
	good, bad := part("i-1", "success"), part("i-2", "failed")
	task := func(state string, parts ...ack.TaskPart) ack.TaskInfo {
		return ack.TaskInfo{ClusterTask: ack.ClusterTask{Type: ptr("nodepool_upgrade"), State: word(state)}, Parts: parts}
	}
	with := func(info ack.TaskInfo, change func(*ack.TaskInfo)) ack.TaskInfo {
		change(&info)
		return info
	}
	for name, test := range map[string]struct {
		info    ack.TaskInfo
		phase   Phase
		failed  int
		summary string
	}{
		"running":                       {task("running"), PhaseRunning, 0, "Task T-1 (nodepool_upgrade): running"},
		"running, and a part failed":    {task("running", good, bad), PhaseRunning, 1, "Task T-1 (nodepool_upgrade): running, failed parts: i-2"},
		"paused":                        {task("paused", bad), PhasePaused, 1, "Task T-1 (nodepool_upgrade): paused, failed parts: i-2"},
		"success, without parts":        {task("success"), PhaseSucceeded, 0, "Task T-1 (nodepool_upgrade): succeeded"},
		"success of all parts":          {task("success", good, good), PhaseSucceeded, 0, "Task T-1 (nodepool_upgrade): succeeded"},
		"success, and a part failed":    {task("success", good, bad), PhaseFailed, 1, "Task T-1 (nodepool_upgrade): failed, failed parts: i-2"},
		"success, and a part canceled":  {task("success", part("i-3", "Canceled")), PhaseFailed, 1, "Task T-1 (nodepool_upgrade): failed, failed parts: i-3"},
		"success, and a part that runs": {task("success", good, part("i-3", "running")), PhaseUnknown, 0, `Task T-1 (nodepool_upgrade): the state is unknown (task type "nodepool_upgrade", state "success", a part has the status "running")`},
		"success, and an unknown part":  {task("success", part("i-3", "initial")), PhaseUnknown, 0, `Task T-1 (nodepool_upgrade): the state is unknown (task type "nodepool_upgrade", state "success", a part has the status "initial")`},
		"success, and a part without":   {task("success", part("i-3", "-")), PhaseUnknown, 0, `Task T-1 (nodepool_upgrade): the state is unknown (task type "nodepool_upgrade", state "success", a part has the status none)`},
		"failed before unknown":         {task("success", part("i-3", "initial"), bad), PhaseFailed, 1, "Task T-1 (nodepool_upgrade): failed, failed parts: i-2"},
		"failed, and unknown parts":     {task("failed", part("i-3", "initial")), PhaseFailed, 0, "Task T-1 (nodepool_upgrade): failed"},
		"many failed parts":             {task("failed", bad, bad, bad, bad, bad), PhaseFailed, 5, "Task T-1 (nodepool_upgrade): failed, failed parts: i-2, i-2, i-2 and 2 more"},
		"a similar name in a part":      {task("success", ack.TaskPart{Status: ptr("success"), Similar: "Status"}), PhaseUnknown, 0, `Task T-1 (nodepool_upgrade): the state is unknown (task type "nodepool_upgrade", state "success", a part has a field with the similar name "Status")`},
		"a similar name": {
			with(task("success"), func(i *ack.TaskInfo) { i.Similar = "taskResult" }), PhaseUnknown, 0,
			`Task T-1 (nodepool_upgrade): the state is unknown (task type "nodepool_upgrade", state "success", and a field with the similar name "taskResult")`,
		},
		"an error beside success": {with(task("success"), func(i *ack.TaskInfo) { i.ErrorCode, i.ErrorMessage = ptr("X"), ptr("boom\x1b[31m") }), PhaseFailed, 0, "Task T-1 (nodepool_upgrade): failed: boom [31m"},
		"everything": {with(task("failed", bad), func(i *ack.TaskInfo) {
			i.ClusterID, i.CurrentStage, i.ErrorMessage = ptr("c1"), ptr("DrainNodes"), ptr("node i-2 is NotReady")
		}), PhaseFailed, 1, "Task T-1 (nodepool_upgrade) of cluster c1: failed, stage DrainNodes, failed parts: i-2: node i-2 is NotReady"},
		"an unknown word": {task("rolling_back"), PhaseUnknown, 0, `Task T-1 (nodepool_upgrade): the state is unknown (task type "nodepool_upgrade", state "rolling_back")`},
		"nothing":         {ack.TaskInfo{}, PhaseUnknown, 0, "Task T-1: the state is unknown (task type none, state none)"},
	} {
		t.Run(name, func(t *testing.T) {
			reading, err := NewReader(&fakeAPI{info: func(_ context.Context, id string) (*ack.TaskInfo, error) {
				if id != "T-1" {
					t.Errorf("task %s was requested", id)
				}
				return &test.info, nil
			}}).ReadTask(t.Context(), "T-1")
			if err != nil {
				t.Fatal(err)
			}
			if reading.Phase != test.phase || reading.TaskDetail.Phase != test.phase || len(reading.TaskDetail.FailedParts) != test.failed || *reading.TaskDetail.ID != "T-1" {
				t.Errorf("got %s, %+v", reading.Phase, reading.TaskDetail)
			}
			if got := reading.Summary(); got != test.summary {
				t.Errorf("got  %s\nwant %s", got, test.summary)
			}
		})
	}
}

// No combination with a value that does not mean success is a success.
func TestATaskSucceedsOnlyIfAllItsFieldsAgree(t *testing.T) {
	states := []string{"-", "", "running", "paused", "success", "succeeded", "failed", "canceled", "rolling_back"}
	for _, state := range states {
		for _, first := range states {
			for _, second := range states {
				for _, code := range []string{"", "X"} {
					info := &ack.TaskInfo{
						ClusterTask: ack.ClusterTask{State: word(state), ErrorCode: &code},
						Parts:       []ack.TaskPart{{Status: word(first)}, {Status: word(second)}},
					}
					good := func(s string) bool { return s == "success" || s == "succeeded" }
					want := good(state) && good(first) && good(second) && code == ""
					if got := fromTaskInfo("T-1", info).Phase; (got == PhaseSucceeded) != want {
						t.Errorf("state %q, parts %q and %q, code %q: %s", state, first, second, code, got)
					}
				}
			}
		}
	}
}

// A wait for a task uses the code of a wait for an upgrade.
func TestAWaitForATaskEndsWithIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		states := []string{"running", "paused", "running", "success"}
		polls := 0
		api := &fakeAPI{info: func(context.Context, string) (*ack.TaskInfo, error) {
			polls++
			return &ack.TaskInfo{ClusterTask: ack.ClusterTask{State: &states[min(polls, len(states))-1]}}, nil
		}}
		read := func(ctx context.Context) (*Reading, error) { return NewReader(api).ReadTask(ctx, "T-1") }
		started := time.Now()
		reading, err := Wait{Interval: time.Minute, ThroughPause: true}.ForTerminal(t.Context(), read)
		if err != nil || reading.Phase != PhaseSucceeded || polls != 4 || time.Since(started) > 4*time.Minute {
			t.Errorf("%v, %v, %d polls in %s", reading, err, polls, time.Since(started))
		}
		polls = 0
		_, err = Wait{Interval: time.Minute}.ForTerminal(t.Context(), read)
		var wait *WaitError
		if !errors.As(err, &wait) || wait.Reason != WaitPaused || wait.Polls != 2 {
			t.Errorf("got %v", err)
		}
	})
}
