package ack

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// page is a page without a page size and a total count.
func page(tasks ...ClusterTask) *ClusterTasks {
	return &ClusterTasks{Listed: true, PageSize: -1, TotalCount: -1, Tasks: tasks}
}

func TestReadTasks(t *testing.T) {
	created := time.Date(2022, 8, 3, 2, 11, 33, 0, time.UTC)
	running := ClusterTask{ID: ptr("T-1"), Type: ptr("cluster_upgrade"), State: ptr("running"), Created: created}
	state := func(text string) ClusterTask { return ClusterTask{State: ptr(text)} }
	const one = `{"task_id":"T-1","task_type":"cluster_upgrade","state":"running","created":"2022-08-03T10:11:33+08:00"}`
	const xmlOne = `<task_id>T-1</task_id><task_type>cluster_upgrade</task_type><state>running</state><created>2022-08-03T10:11:33+08:00</created>`
	for name, test := range map[string]struct {
		contentType, body string
		want              *ClusterTasks
	}{
		"as the reference has it": {
			jsonType, `{"page_info":{"page_number":1,"page_size":20,"total_count":50},"requestId":"R","tasks":[` + one[:len(one)-1] +
				`,"updated":"2022-08-03T10:21:33+08:00","error":{"code":"","message":""}}]}`,
			&ClusterTasks{
				Response: Response{RequestID: "R"}, Listed: true, PageSize: 20, TotalCount: 50,
				Tasks: []ClusterTask{{ID: ptr("T-1"), Type: ptr("cluster_upgrade"), State: ptr("running"), Created: created, Updated: created.Add(10 * time.Minute), ErrorCode: ptr(""), ErrorMessage: ptr("")}},
			},
		},
		"nothing in it":            {jsonType, `{}`, &ClusterTasks{PageSize: -1, TotalCount: -1}},
		"null for a list":          {jsonType, `{"tasks":null}`, &ClusterTasks{PageSize: -1, TotalCount: -1}},
		"an empty list":            {jsonType, `{"tasks":[ ]}`, page()},
		"an empty task":            {jsonType, `{"tasks":[{}]}`, page(ClusterTask{})},
		"a task, all null":         {jsonType, `{"tasks":[{"task_id":null,"task_type":null,"state":null,"created":null,"error":null}]}`, page(ClusterTask{})},
		"two tasks":                {jsonType, `{"tasks":[` + one + `, {"state":"paused"}]}`, page(running, state("paused"))},
		"fields not used":          {jsonType, `{"tasks":[{"state":"running","parameters":[{}],"target":{"id":1},"updated":"soon","retries":"many"}],"next":[1]}`, page(state("running"))},
		"a task's error":           {jsonType, `{"tasks":[{"state":"failed","error":{"code":"NodeNotReady","message":"m","detail":{}}}]}`, page(ClusterTask{State: ptr("failed"), ErrorCode: ptr("NodeNotReady"), ErrorMessage: ptr("m")})},
		"an error as text":         {jsonType, `{"tasks":[{"state":"failed","error":"boom"}]}`, page(state("failed"))},
		"an error as list":         {jsonType, `{"tasks":[{"state":"failed","error":[{"code":"X"}]}]}`, page(state("failed"))},
		"an error's number":        {jsonType, `{"tasks":[{"error":{"code":5,"message":{"a":1}}}]}`, page(ClusterTask{ErrorCode: ptr("5"), ErrorMessage: ptr(`{"a":1}`)})},
		"a number for a state":     {jsonType, `{"tasks":[{"state":5}]}`, page(state("5"))},
		"an object for a state":    {jsonType, `{"tasks":[{"state":{"success":true}}]}`, page(state(`{"success":true}`))},
		"a list for a state":       {jsonType, `{"tasks":[{"state":["success"]}]}`, page(state(`["success"]`))},
		"a boolean for a type":     {jsonType, `{"tasks":[{"task_type":true}]}`, page(ClusterTask{Type: ptr("true")})},
		"a number for an id":       {jsonType, `{"tasks":[{"task_id":7}]}`, page(ClusterTask{ID: ptr("7")})},
		"an object for a time":     {jsonType, `{"tasks":[{"state":"success","created":{"seconds":1}}]}`, page(state("success"))},
		"escapes":                  {jsonType, `{"t\u0061sks":[{"st\u0061te":"run\u006eing"}]}`, page(state("running"))},
		"a field in a text":        {jsonType, `{"tasks":[{"task_id":"\",\"state\":\"success","state":"failed"}]}`, page(ClusterTask{ID: ptr(`","state":"success`), State: ptr("failed")})},
		"brackets in texts":        {jsonType, `{"x":"]}","tasks":[{"task_id":"]},{","state":"running"}]}`, page(ClusterTask{ID: ptr("]},{"), State: ptr("running")})},
		"bytes that are no UTF-8":  {jsonType, "{\"tasks\":[{\"state\":\"succ\xffess\"}]}", page(state("succ\ufffdess"))},
		"a number for a task":      {jsonType, `{"tasks":[5]}`, page(ClusterTask{Similar: "5"})},
		"a text for a task":        {jsonType, `{"tasks":["cluster_upgrade"]}`, page(ClusterTask{Similar: "cluster_upgrade"})},
		"null for a task":          {jsonType, `{"tasks":[null]}`, page(ClusterTask{Similar: "null"})},
		"a list for a task":        {jsonType, `{"tasks":[[` + one + `]]}`, page(ClusterTask{Similar: ("[" + one + "]")[:min(200, len(one)+2)]})},
		"its own cluster's id":     {jsonType, `{"cluster_id":"` + clusterID + `","tasks":[{"cluster_id":" ` + clusterID + `\n"}]}`, page(ClusterTask{})},
		"a blank cluster's id":     {jsonType, `{"cluster_id":"","tasks":[{"cluster_id":null}]}`, page(ClusterTask{})},
		"state in other letters":   {jsonType, `{"tasks":[{"State":"running","state":"success"}]}`, page(ClusterTask{State: ptr("success"), Similar: "State"})},
		"type in other letters":    {jsonType, `{"tasks":[{"taskType":"cluster_upgrade"}]}`, page(ClusterTask{Similar: "taskType"})},
		"created in other letters": {jsonType, `{"tasks":[{"Created":1,"created":2}]}`, page(ClusterTask{Created: time.Unix(2, 0), Similar: "Created"})},
		"an id in other letters":   {jsonType, `{"tasks":[{"taskId":"T-1","state":"success"}]}`, page(state("success"))},
		"a code that is blank":     {jsonType, `{"code":"","tasks":[]}`, page()},
		"a code of a task":         {jsonType, `{"tasks":[{"code":"X","state":"running"}]}`, page(state("running"))},

		"XML: tasks side by side":    {xmlType, `<tasks>` + xmlOne + `</tasks><tasks><state>paused</state></tasks>`, page(running, state("paused"))},
		"XML: the same in a root":    {xmlType, `<r><tasks>` + xmlOne + `</tasks><tasks><state>paused</state></tasks></r>`, page(running, state("paused"))},
		"XML: one task":              {xmlType, `<r><tasks>` + xmlOne + `</tasks></r>`, page(running)},
		"XML: one task of one field": {xmlType, `<r><tasks><state>paused</state></tasks></r>`, page(state("paused"))},
		"XML: a list around one":     {xmlType, `<r><tasks><task>` + xmlOne + `</task></tasks></r>`, page(running)},
		"XML: a list around two":     {xmlType, `<tasks><task>` + xmlOne + `</task><task><state>paused</state></task></tasks>`, page(running, state("paused"))},
		"XML: an empty list":         {xmlType, `<r><tasks/></r>`, page()},
		"XML: no list":               {xmlType, `<r><requestId>R</requestId></r>`, &ClusterTasks{Response: Response{RequestID: "R"}, PageSize: -1, TotalCount: -1}},
		"XML: page_info":             {xmlType, `<page_info><page_size>20</page_size><total_count>50</total_count></page_info><tasks>` + xmlOne + `</tasks>`, &ClusterTasks{Listed: true, PageSize: 20, TotalCount: 50, Tasks: []ClusterTask{running}}},
		"XML: a task's error":        {xmlType, `<tasks><state>failed</state><error><code>X</code><message>m</message></error></tasks>`, page(ClusterTask{State: ptr("failed"), ErrorCode: ptr("X"), ErrorMessage: ptr("m")})},
		"XML: tasks that are texts":  {xmlType, `<tasks>a</tasks><tasks>b</tasks>`, page(ClusterTask{Similar: "a"}, ClusterTask{Similar: "b"})},
		"XML: elements in a state":   {xmlType, `<tasks><state><a>success</a></state><task_id>T</task_id></tasks>`, page(ClusterTask{ID: ptr("T"), State: ptr("<a>")})},
		"XML: a list in a list":      {xmlType, `<tasks><task><state>success</state></task></tasks><tasks><state>paused</state></tasks>`, page(ClusterTask{}, state("paused"))},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readTasks(response(http.StatusOK, test.contentType, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadTasksRejectsInvalidLists(t *testing.T) {
	for name, test := range map[string]struct{ contentType, body, reason string }{
		"an empty body":                 {jsonType, "", "the response is empty"},
		"a list alone":                  {jsonType, `[{"state":"success"}]`, "the response is not a JSON object"},
		"an object for a list":          {jsonType, `{"tasks":{"state":"success"}}`, "tasks is not a list"},
		"a text for a list":             {jsonType, `{"tasks":"none"}`, "tasks is not a list"},
		"a number for a list":           {jsonType, `{"tasks":0}`, "tasks is not a list"},
		"false for a list":              {jsonType, `{"tasks":false}`, "tasks is not a list"},
		"two lists":                     {jsonType, `{"tasks":[],"tasks":[]}`, "duplicate field tasks"},
		"a list and null":               {jsonType, `{"tasks":null,"tasks":[]}`, "duplicate field tasks"},
		"two lists in escapes":          {jsonType, `{"tasks":[],"t\u0061sks":[{"state":"running"}]}`, "duplicate field tasks"},
		"a list in other letters":       {jsonType, `{"Tasks":[]}`, `the response has a field "Tasks", which is similar to tasks`},
		"a list in other letters too":   {jsonType, `{"tasks":[],"TASKS":[{"state":"running"}]}`, `the response has a field "TASKS", which is similar to tasks`},
		"two page_infos":                {jsonType, `{"page_info":{"total_count":1},"page_info":{},"tasks":[]}`, "duplicate field page_info"},
		"two totals":                    {jsonType, `{"page_info":{"total_count":1,"total_count":0},"tasks":[]}`, "duplicate field total_count"},
		"two states":                    {jsonType, `{"tasks":[{"state":"running","state":"success"}]}`, "duplicate field state"},
		"two states, one of them null":  {jsonType, `{"tasks":[{"state":null,"state":"success"}]}`, "duplicate field state"},
		"two types":                     {jsonType, `{"tasks":[{"task_type":"a","task_type":"a"}]}`, "duplicate field task_type"},
		"two ids":                       {jsonType, `{"tasks":[{"task_id":"a","task_id":"b"}]}`, "duplicate field task_id"},
		"two times":                     {jsonType, `{"tasks":[{"created":1,"created":2}]}`, "duplicate field created"},
		"two errors of a task":          {jsonType, `{"tasks":[{"error":{},"error":{}}]}`, "duplicate field error"},
		"two messages of an error":      {jsonType, `{"tasks":[{"error":{"message":"a","message":"b"}}]}`, "duplicate field message"},
		"another cluster's":             {jsonType, `{"cluster_id":"c2","tasks":[]}`, `the response is for another cluster, "c2"`},
		"a task of another cluster":     {jsonType, `{"tasks":[{"cluster_id":"c2","state":"success"}]}`, `the response is for another cluster, "c2"`},
		"another one in other letters":  {jsonType, `{"ClusterId":"c2","tasks":[]}`, `the response is for another cluster, "c2"`},
		"the second is another one":     {jsonType, `{"cluster_id":"` + clusterID + `","cluster_id":"c2","tasks":[]}`, `the response is for another cluster, "c2"`},
		"a number for a cluster":        {jsonType, `{"cluster_id":5,"tasks":[]}`, `the response is for another cluster, "5"`},
		"an object for a cluster":       {jsonType, `{"cluster_id":{},"tasks":[]}`, `the response is for another cluster, "{}"`},
		"an error without a code":       {jsonType, `{"error":"boom","tasks":[]}`, "the response contains an error without a code"},
		"too many tasks":                {jsonType, `{"tasks":[` + strings.Repeat("{},", 1000) + `{}]}`, "the page has more than 1000 tasks"},
		"XML: two states":               {xmlType, `<tasks><state>running</state><state>success</state></tasks>`, "duplicate field state"},
		"XML: a text for a list":        {xmlType, `<r><tasks>none</tasks></r>`, "tasks is not a list"},
		"XML: other letters":            {xmlType, `<r><Tasks/></r>`, `the response has a field "Tasks", which is similar to tasks`},
		"XML: another cluster's":        {xmlType, `<r><cluster_id>c2</cluster_id><tasks/></r>`, `the response is for another cluster, "c2"`},
		"XML: text outside of elements": {xmlType, `<tasks/>x`, "the response contains text outside XML elements"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readTasks(response(http.StatusOK, test.contentType, test.body))
			var refused *InvalidResponseError
			if !errors.As(err, &refused) || refused.Reason != test.reason || refused.Operation != DescribeClusterTasks || got != nil {
				t.Errorf("got  %v, %v\nwant %s", got, err, test.reason)
			}
			if Transient(err) {
				t.Error("it would be tried again")
			}
		})
	}
}

func TestReadPageInfo(t *testing.T) {
	for info, want := range map[string][2]int{
		`{"page_size":10,"total_count":25}`:                        {10, 25},
		`{"page_size":"10","total_count":" 25 "}`:                  {10, 25},
		`{"page_size":0,"total_count":0}`:                          {0, 0},
		`{"page_size":-1,"total_count":-25}`:                       {-1, -1},
		`{"page_size":1e1,"total_count":25.0}`:                     {-1, -1},
		`{"page_size":null,"total_count":"many"}`:                  {-1, -1},
		`{"page_size":{},"total_count":[25]}`:                      {-1, -1},
		`{"page_size":true,"total_count":99999999999999999999999}`: {-1, -1},
		`{"pageSize":10,"TotalCount":25}`:                          {-1, -1},
		`{}`:                                                       {-1, -1},
		`null`:                                                     {-1, -1},
		`[]`:                                                       {-1, -1},
		`"10"`:                                                     {-1, -1},
		`[{"total_count":0}]`:                                      {-1, -1},
		`{"total_count":"0x19"}`:                                   {-1, -1},
	} {
		got, err := readTasks(response(http.StatusOK, jsonType, `{"tasks":[],"page_info":`+info+`}`))
		if err != nil || got.PageSize != want[0] || got.TotalCount != want[1] {
			t.Errorf("%s: got %+v, %v", info, got, err)
		}
	}
}

func TestReadTimes(t *testing.T) {
	want := time.Date(2022, 8, 3, 2, 11, 33, 0, time.UTC)
	for text, ok := range map[string]bool{
		`"2022-08-03T10:11:33+08:00"`:     true,
		`"2022-08-03T10:11:33.000+08:00"`: true,
		`"2022-08-03T02:11:33Z"`:          true,
		`" 2022-08-03T02:11:33Z\n"`:       true,
		`1659492693`:                      true,
		`"1659492693"`:                    true,
		`1659492693000`:                   true,
		`"1659492693000"`:                 true,
		`"2022-08-03T10:11:33"`:           false, // Without an offset, the time is ambiguous.
		`"2022-08-03 10:11:33+08:00"`:     false,
		`"2022-08-03"`:                    false,
		`"Wed, 03 Aug 2022 02:11:33 GMT"`: false,
		`1659492693.5`:                    false,
		`1.659492693e9`:                   false,
		`1659492693000000`:                false, // In microseconds, which the API is not known to use.
		`0`:                               false,
		`-1659492693`:                     false,
		`""`:                              false,
		`"soon"`:                          false,
		`true`:                            false,
		`{}`:                              false,
		`null`:                            false,
		`"0001-01-01T00:00:00Z"`:          false, // The zero time of a Go program.
	} {
		got, err := readTasks(response(http.StatusOK, jsonType, `{"tasks":[{"created":`+text+`}]}`))
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if created := got.Tasks[0].Created; ok != created.Equal(want) || !ok && !created.IsZero() {
			t.Errorf("%s: got %s", text, created)
		}
	}
}
