package acksim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// taskInDepth is one task, as a client reads it.
type taskInDepth struct {
	TaskID       string `json:"task_id"`
	ClusterID    string `json:"cluster_id"`
	TaskType     string `json:"task_type"`
	State        string
	Created      any
	Updated      any
	CurrentStage string `json:"current_stage"`
	Target       struct{ ID, Type string }
	Stages       []struct {
		State, Message string
		StartTime      string `json:"start_time"`
		EndTime        string `json:"end_time"`
	}
	Events     []struct{ Action, Level, Message, Reason, Timestamp string }
	Error      *struct{ Code, Message string }
	TaskResult []struct{ Data, Status string } `json:"task_result"`
}

// A task is the same in the list and in its details, for every kind of task and every form of the list.
func TestDescribeTaskInfoAgreesWithTheList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := playing(scenario.Step{Phase: story.Failed, Message: "no quota", Tasks: []story.TaskSpec{
			{ID: "T-pool", Type: "nodepool_upgrade", State: "running", Stage: "Reboot", Target: story.TaskTarget{ID: "np1"}, Message: "2 of 3 nodes"},
			{Type: "nodepool_cve_fix", State: "success", Parts: []story.TaskPart{{Data: "i-1", Status: "success"}, {Data: "i-2", Status: "failed"}}},
			{Type: "cluster_addon_upgrade", State: "failed", Target: story.TaskTarget{ID: "metrics-server", Type: "addon"}, Error: &story.TaskError{Code: "X", Message: "y"}},
			{ID: "T-later", Type: "nodepool_upgrade", Created: story.When{After: time.Hour}},
		}})
		c := with.Clusters[clusterID]
		c.History = []story.TaskSpec{{Type: "nodepool_scaleout", Count: 3}, {ID: "T-old", Type: "cluster_create"}}
		c.Listing = operation.Listing{Times: operation.Milliseconds, Case: operation.Upper}
		with.Clusters[clusterID] = c
		s := start(t, with)
		got := make(map[string]taskInDepth)
		for _, listed := range page(t, s, "page_size=100").Tasks {
			task := decode[taskInDepth](t, requestTask(t, s, listed.TaskID))
			same := [...]any{listed.TaskID, listed.TaskType, listed.State, listed.Created, listed.Updated}
			if diff := cmp.Diff(same, [...]any{task.TaskID, task.TaskType, task.State, task.Created, task.Updated}); diff != "" {
				t.Errorf("-list +in depth:\n%s", diff)
			}
			if diff := cmp.Diff(listed.Error, task.Error); diff != "" {
				t.Errorf("-list +in depth:\n%s", diff)
			}
			got[task.TaskType] = task
		}
		if len(got) != 6 {
			t.Errorf("%d types of tasks", len(got))
		}
		if upgrade := got["cluster_upgrade"]; upgrade.Target.Type != "cluster" || upgrade.Target.ID != clusterID || upgrade.CurrentStage != "UpgradeControlPlane" ||
			upgrade.Stages[1].State != "FAILED" || upgrade.Stages[1].Message != "no quota" || upgrade.Events[1].Level != "error" || upgrade.Events[1].Reason != "UpgradeFailed" {
			t.Errorf("%+v", upgrade)
		}
		if pool := got["nodepool_upgrade"]; pool.Target.Type != "nodepool" || pool.Target.ID != "np1" || pool.CurrentStage != "Reboot" ||
			pool.Stages[1].Message != "2 of 3 nodes" || pool.Stages[1].EndTime != "" || len(pool.TaskResult) != 0 {
			t.Errorf("%+v", pool)
		}
		if fix := got["nodepool_cve_fix"]; fix.CurrentStage != "" || len(fix.TaskResult) != 2 || fix.TaskResult[1].Data != "i-2" || fix.TaskResult[1].Status != "failed" {
			t.Errorf("%+v", fix)
		}
		if addon := got["cluster_addon_upgrade"]; addon.Target.ID != "metrics-server" || addon.TaskResult[0].Data != "metrics-server" || addon.TaskResult[0].Status != "FAILED" {
			t.Errorf("%+v", addon)
		}
		for _, id := range []string{"T-later", "T-none", "T-" + strings.Repeat("0", 22)} {
			if w := requestTask(t, s, id); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), `"ErrorTaskNotFound"`) {
				t.Errorf("%s: %d, %s", id, w.Code, w.Body)
			}
		}
		time.Sleep(time.Hour)
		if w := requestTask(t, s, "T-later"); w.Code != http.StatusOK {
			t.Errorf("T-later, an hour later: %d", w.Code)
		}
	})
}

func TestATaskRequestCountsForItsCluster(t *testing.T) {
	with := playing(scenario.Step{Phase: story.Idle, Tasks: []story.TaskSpec{{ID: "T-1", Type: "nodepool_upgrade", State: "running"}}})
	with.Clusters["c2"] = scenario.Cluster{
		Region: "cn-beijing", Timeline: []scenario.Step{{Phase: story.Idle, Tasks: []story.TaskSpec{{ID: "T-2", Type: "nodepool_upgrade"}}}},
	}
	with.Clusters["c3"] = scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Idle, Tasks: []story.TaskSpec{{ID: "T-3", Type: "nodepool_upgrade"}}}}}
	with.Faults = []fault.Fault{{Kind: fault.Throttled, Cluster: clusterID, Operation: info, Count: 1}}
	with.Forbidden = []gateway.Forbidden{{Operation: info, Cluster: "c3"}}
	s := start(t, with)
	for i, test := range []struct {
		id     string
		status int
		owner  string
	}{
		{"T-1", http.StatusTooManyRequests, clusterID},
		{"T-1", http.StatusOK, clusterID},
		{"T-2", http.StatusNotFound, "c2"},
		{"T-3", http.StatusForbidden, "c3"},
		{"T-4", http.StatusNotFound, ""},
	} {
		w := requestTask(t, s, test.id)
		if record := s.Requests()[i]; w.Code != test.status || record.ClusterID != test.owner || record.TaskID != test.id || record.Operation != info {
			t.Errorf("%s: %d, %+v", test.id, w.Code, record)
		}
	}
	if err := s.Withdraw(info); err != nil {
		t.Fatal(err)
	}
	if w := requestTask(t, s, "T-1"); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "InvalidAction.NotFound") {
		t.Errorf("withdrawn: %d, %s", w.Code, w.Body)
	}
}

func TestAStepCanHaveAResponseAboutATask(t *testing.T) {
	s := start(t, playing(scenario.Step{
		Phase: story.Running, Tasks: []story.TaskSpec{{ID: "T-1", Type: "nodepool_upgrade"}},
		Responses: map[string]json.RawMessage{info: json.RawMessage(`{"state":"rolling_back"}`)},
	}))
	if got := requestTask(t, s, "T-1").Body.String(); got != `{"state":"rolling_back"}` {
		t.Error(got)
	}
}
