package ack

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const taskID = "T-5fd211e924e1d00787000001"

func readTaskInfo(r *http.Response) (*TaskInfo, error) {
	task, requestID, err := describeTaskInfo(taskID).read(r)
	if task != nil {
		task.RequestID = requestID
	}
	return task, err
}

// info is a task in the given state, with parts.
func info(state string, parts ...TaskPart) *TaskInfo {
	return &TaskInfo{ClusterTask: ClusterTask{State: ptr(state)}, Parts: parts}
}

func TestReadTaskInfo(t *testing.T) {
	created := time.Date(2020, 12, 10, 20, 12, 12, 0, time.UTC)
	part := func(data, status string) TaskPart { return TaskPart{Data: ptr(data), Status: ptr(status)} }
	similar := func(name string) *TaskInfo {
		task := info("success")
		task.Similar = name
		return task
	}
	for name, test := range map[string]struct {
		contentType, body string
		want              *TaskInfo
	}{
		"as the reference has it": {
			jsonType, `{"task_id":"` + taskID + `","cluster_id":"c1","task_type":"nodepool_upgrade","state":"failed","created":"2020-12-10T20:12:12Z",` +
				`"updated":"2020-12-10T20:12:22Z","current_stage":"DrainNodes","target":{"id":"np1","type":"nodepool"},"parameters":{"a":[1]},` +
				`"stages":[{"state":"success","start_time":"2022-12-15 23:00:00","end_time":"2022-12-15 23:01:00","message":"m","outputs":{"x":1}}],` +
				`"events":[{"action":"a","level":"info","message":"m","reason":"r","source":"s","timestamp":"1671116400000"}],` +
				`"error":{"code":"NodeNotReady","message":"node is NotReady"},"task_result":[{"data":"i-1","status":"success"},{"data":"i-2","status":"failed"}]}`,
			&TaskInfo{
				ClusterTask: ClusterTask{
					ID: ptr(taskID), Type: ptr("nodepool_upgrade"), State: ptr("failed"), Created: created, Updated: created.Add(10 * time.Second),
					ErrorCode: ptr("NodeNotReady"), ErrorMessage: ptr("node is NotReady"),
				},
				ClusterID: ptr("c1"), CurrentStage: ptr("DrainNodes"), TargetID: ptr("np1"), TargetType: ptr("nodepool"),
				Stages: []TaskStage{{ptr("success"), ptr("2022-12-15 23:00:00"), ptr("2022-12-15 23:01:00"), ptr("m")}},
				Parts:  []TaskPart{part("i-1", "success"), part("i-2", "failed")},
			},
		},
		"a state alone":                {jsonType, `{"state":"running"}`, info("running")},
		"an id alone":                  {jsonType, `{"task_id":" ` + taskID + `\n"}`, &TaskInfo{ClusterTask: ClusterTask{ID: ptr(" " + taskID + "\n")}}},
		"all else null":                {jsonType, `{"state":"running","task_id":null,"target":null,"stages":null,"error":null,"task_result":null}`, info("running")},
		"a number for a state":         {jsonType, `{"state":5}`, info("5")},
		"an object for data":           {jsonType, `{"state":"success","task_result":[{"data":{"id":"i-1"},"status":"success"}]}`, info("success", part(`{"id":"i-1"}`, "success"))},
		"a part without a status":      {jsonType, `{"state":"success","task_result":[{"data":"i-1"}]}`, info("success", TaskPart{Data: ptr("i-1")})},
		"a text for a part":            {jsonType, `{"state":"success","task_result":["success"]}`, info("success", TaskPart{Data: ptr("success")})},
		"a text for all parts":         {jsonType, `{"state":"success","task_result":"success"}`, info("success", TaskPart{Data: ptr("success")})},
		"an object for all parts":      {jsonType, `{"state":"success","task_result":{"status":"success"}}`, info("success", TaskPart{Data: ptr(`{"status":"success"}`)})},
		"an empty object for parts":    {jsonType, `{"state":"success","task_result":{}}`, info("success")},
		"an empty text for parts":      {jsonType, `{"state":"success","task_result":" "}`, info("success")},
		"a status in other letters":    {jsonType, `{"state":"success","task_result":[{"Status":"failed","status":"success"}]}`, info("success", TaskPart{Status: ptr("success"), Similar: "Status"})},
		"parts in other letters":       {jsonType, `{"state":"success","taskResult":[{"status":"failed"}]}`, similar("taskResult")},
		"a state in other letters":     {jsonType, `{"state":"success","State":"failed"}`, similar("State")},
		"an error in other letters":    {jsonType, `{"state":"success","Error":{"code":"X"}}`, similar("Error")},
		"an error as text":             {jsonType, `{"state":"failed","error":"boom"}`, info("failed")},
		"stages that are none":         {jsonType, `{"state":"running","stages":{"state":"failed"}}`, info("running")},
		"a stage that is none":         {jsonType, `{"state":"running","stages":["failed",null]}`, info("running")},
		"a target that is none":        {jsonType, `{"state":"running","target":"np1"}`, info("running")},
		"a number for a target's id":   {jsonType, `{"state":"running","target":{"id":7}}`, &TaskInfo{ClusterTask: ClusterTask{State: ptr("running")}, TargetID: ptr("7")}},
		"XML":                          {xmlType, `<r><state>failed</state><error><code>X</code></error></r>`, &TaskInfo{ClusterTask: ClusterTask{State: ptr("failed"), ErrorCode: ptr("X")}}},
		"XML: parts side by side":      {xmlType, `<r><state>success</state><task_result><data>a</data><status>success</status></task_result><task_result><data>b</data><status>failed</status></task_result></r>`, info("success", part("a", "success"), part("b", "failed"))},
		"XML: one part":                {xmlType, `<r><state>success</state><task_result><data>a</data><status>failed</status></task_result></r>`, info("success", part("a", "failed"))},
		"XML: no parts":                {xmlType, `<r><state>success</state><task_result/></r>`, info("success")},
		"XML: a text for all parts":    {xmlType, `<r><state>success</state><task_result>failed</task_result></r>`, info("success", TaskPart{Data: ptr("failed")})},
		"a code that is blank":         {jsonType, `{"code":"","state":"running"}`, info("running")},
		"a code in the parameters":     {jsonType, `{"parameters":{"code":"X"},"state":"running"}`, info("running")},
		"its own id in other letters":  {jsonType, `{"taskId":"` + taskID + `","state":"running"}`, info("running")},
		"the id of a cluster, twice":   {jsonType, `{"state":"running","cluster_id":null}`, info("running")},
		"a message of the task itself": {jsonType, `{"state":"running","message":"m"}`, info("running")},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readTaskInfo(response(http.StatusOK, test.contentType, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadTaskInfoRejectsInvalidResponses(t *testing.T) {
	for name, test := range map[string]struct{ contentType, body, reason string }{
		"nothing in it":                {jsonType, `{}`, "the response contains no task"},
		"an error alone":               {jsonType, `{"error":{"code":"ErrorTaskNotFound"}}`, "the response contains no task"},
		"the gateway's error in XML":   {xmlType, `<Error><Message>m</Message></Error>`, "the response contains no task"},
		"a list":                       {jsonType, `[{"state":"running"}]`, "the response is not a JSON object"},
		"another task":                 {jsonType, `{"task_id":"T-2","state":"success"}`, `the response is for another task, "T-2"`},
		"another case of its id":       {jsonType, `{"task_id":"` + strings.ToLower(taskID) + `"}`, `the response is for another task, "` + strings.ToLower(taskID) + `"`},
		"another one in other letters": {jsonType, `{"taskId":"T-2","state":"success"}`, `the response is for another task, "T-2"`},
		"a number for an id":           {jsonType, `{"task_id":5,"state":"success"}`, `the response is for another task, "5"`},
		"two states":                   {jsonType, `{"state":"running","state":"success"}`, "duplicate field state"},
		"two lists of parts":           {jsonType, `{"state":"success","task_result":[],"task_result":[{"status":"failed"}]}`, "duplicate field task_result"},
		"two statuses of a part":       {jsonType, `{"state":"success","task_result":[{"status":"success","status":"failed"}]}`, "duplicate field status"},
		"two errors":                   {jsonType, `{"state":"success","error":{},"error":{"code":"X"}}`, "duplicate field error"},
		"too many parts":               {jsonType, `{"state":"success","task_result":[` + strings.Repeat("{},", 10_000) + `{}]}`, "the task has more than 10000 parts"},
		"too many stages":              {jsonType, `{"state":"success","stages":[` + strings.Repeat("{},", 10_000) + `{}]}`, "the task has more than 10000 stages"},
		"success that is false":        {jsonType, `{"success":false,"state":"running"}`, "the response contains an error without a code"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readTaskInfo(response(http.StatusOK, test.contentType, test.body))
			var refused *InvalidResponseError
			if !errors.As(err, &refused) || refused.Reason != test.reason || refused.Operation != DescribeTaskInfo || got != nil {
				t.Errorf("got  %v, %v\nwant %s", got, err, test.reason)
			}
			if Transient(err) {
				t.Error("it would be tried again")
			}
		})
	}
}
