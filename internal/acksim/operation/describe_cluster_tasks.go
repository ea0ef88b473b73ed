package operation

import (
	"cmp"
	"encoding/json"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// describeClusterTasks lists what has been done to a cluster.
var describeClusterTasks = Operation{
	Route: gateway.Route{
		Action: "DescribeClusterTasks", Version: version, Method: http.MethodGet, Path: "/clusters/{cluster_id}/tasks",
	},
	RAM:    "cs:DescribeClusterTasks",
	Help:   "the tasks of a cluster: its upgrades and all others",
	Paged:  true,
	Render: renderClusterTasks,
}

type clusterTasks struct {
	PageInfo  pageInfo `json:"page_info"`
	RequestID string   `json:"requestId"`
	Tasks     []task   `json:"tasks"`
}

type task struct {
	TaskID   string          `json:"task_id"`
	TaskType string          `json:"task_type"`
	State    string          `json:"state"`
	Created  json.RawMessage `json:"created"`
	Updated  json.RawMessage `json:"updated"`
	Error    *taskError      `json:"error,omitempty"`
}

type taskError struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

func renderClusterTasks(r Request) json.RawMessage {
	l := r.Listing
	all := l.arrange(r.Truth.Tasks, r.Truth.ID)
	there := all[:max(0, len(all)-l.CutShort)]
	page, size := cut(there, r.Page, cmp.Or(l.PageSize, maxPageSize))
	body := clusterTasks{
		PageInfo:  pageInfo{PageNumber: r.Page.Number, PageSize: size, TotalCount: len(all)},
		RequestID: r.RequestID,
		Tasks:     []task{}, // Not null.
	}
	for i, t := range page {
		body.Tasks = append(body.Tasks, l.task(t, (r.Page.Number-1)*size+i))
	}
	return response.EncodeJSON(body)
}

// task writes the task at an index of the whole list.
func (l Listing) task(t story.Task, index int) task {
	one := task{
		TaskID: t.ID, TaskType: t.Type, State: l.state(t.State, index), Created: l.time(t.Created), Updated: l.time(t.Updated),
	}
	if t.Error != nil {
		one.Error = &taskError{Code: t.Error.Code, Message: t.Error.Message}
	}
	return one
}
