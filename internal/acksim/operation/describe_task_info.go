package operation

import (
	"cmp"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// describeTaskInfo reports one task in depth.
var describeTaskInfo = Operation{
	Route: gateway.Route{
		Action: "DescribeTaskInfo", Version: version, Method: http.MethodGet, Path: "/tasks/{task_id}",
	},
	RAM:    "cs:DescribeTaskInfo",
	Help:   "the details of one task: its stages, its target, and the result of each part",
	Render: renderTaskInfo,
}

type taskInfo struct {
	task
	ClusterID    string      `json:"cluster_id"`
	CurrentStage string      `json:"current_stage"`
	Target       taskTarget  `json:"target"`
	Parameters   struct{}    `json:"parameters"`
	Stages       []taskStage `json:"stages"`
	Events       []taskEvent `json:"events"`
	TaskResult   []taskPart  `json:"task_result"`
}

type taskTarget struct {
	ID   string `json:"id"`
	Type string `json:"type"`
}

type taskStage struct {
	State     string   `json:"state"`
	StartTime string   `json:"start_time"`
	EndTime   string   `json:"end_time"`
	Message   string   `json:"message"`
	Outputs   struct{} `json:"outputs"`
}

type taskEvent struct {
	Action    string `json:"action"`
	Level     string `json:"level"`
	Message   string `json:"message"`
	Reason    string `json:"reason"`
	Source    string `json:"source"`
	Timestamp string `json:"timestamp"`
}

type taskPart struct {
	Data   string `json:"data"`
	Status string `json:"status"`
}

// firstStage is the stage that every task of the simulator begins with. It is always over.
const firstStage = "PreCheck"

// renderTaskInfo returns what ACK says of the task: the same as the list of tasks, and more.
func renderTaskInfo(r Request) json.RawMessage {
	t, l := r.Task, r.Listing
	ended := taskEnded(t.State)
	stage := cmp.Or(t.Stage, usualStage(t.Type))
	message := cmp.Or(t.Message, stage+" "+t.State)
	if t.Error != nil {
		message = cmp.Or(t.Message, t.Error.Message, message)
	}
	body := taskInfo{
		task: l.task(t, 0), ClusterID: r.Truth.ClusterID, Target: targetOf(r.Truth.ID, t),
		Stages: []taskStage{
			{State: l.state("success", 0), StartTime: stageTime(t.Created), EndTime: stageTime(t.Created), Message: firstStage + " success"},
			{State: l.state(t.State, 0), StartTime: stageTime(t.Created), Message: message},
		},
		Events: []taskEvent{
			{Action: firstStage, Level: "info", Message: firstStage + " success", Reason: "Success", Source: "acksim", Timestamp: eventTime(t.Created)},
			{Action: stage, Level: "info", Message: message, Reason: t.State, Source: "acksim", Timestamp: eventTime(t.Updated)},
		},
		TaskResult: []taskPart{}, // Not null.
	}
	if ended {
		body.Stages[1].EndTime = stageTime(t.Updated)
	}
	if t.State != "success" {
		body.CurrentStage = stage
	}
	if t.Error != nil {
		body.Events[1].Level, body.Events[1].Reason = "error", t.Error.Code
	}
	for _, part := range t.Parts {
		body.TaskResult = append(body.TaskResult, taskPart(part))
	}
	if len(t.Parts) == 0 && ended {
		body.TaskResult = append(body.TaskResult, taskPart{Data: body.Target.ID, Status: l.state(t.State, 0)})
	}
	return response.EncodeJSON(body)
}

func taskEnded(state string) bool {
	switch state {
	case "success", "succeeded", "fail", "failed", "error", "timeout", "canceled", "cancelled":
		return true
	default:
		return false
	}
}

// usualStage returns the stage of a task of this type, after the first one.
func usualStage(taskType string) string {
	switch {
	case taskType == story.UpgradeTask:
		return "UpgradeControlPlane"
	case strings.HasPrefix(taskType, "nodepool"):
		return "DrainNodes"
	case strings.Contains(taskType, "addon"):
		return "UpgradeAddon"
	default:
		return "Run"
	}
}

// targetOf returns what a task of a cluster is done to.
func targetOf(clusterID string, t story.Task) taskTarget {
	usual := taskTarget{ID: clusterID, Type: "cluster"}
	switch {
	case strings.HasPrefix(t.Type, "nodepool"), t.Type == "runtime_upgrade":
		usual = taskTarget{ID: "np-" + clusterID, Type: "nodepool"}
	case strings.Contains(t.Type, "addon"):
		usual = taskTarget{ID: "coredns", Type: "addon"}
	}
	return taskTarget{ID: cmp.Or(t.Target.ID, usual.ID), Type: cmp.Or(t.Target.Type, usual.Type)}
}

// stageTime writes a time as the stages have it: without a zone.
func stageTime(t time.Time) string { return t.In(beijing).Format(time.DateTime) }

// eventTime writes a time as events have it: milliseconds since 1970, in a string.
func eventTime(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
