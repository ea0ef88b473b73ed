package acksim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// The operations besides that of most tests.
const (
	tasks  = "DescribeClusterTasks"
	detail = "DescribeClusterDetail"
	info   = "DescribeTaskInfo"
)

// unsignedFor returns a request of an operation for the cluster as a server gets it, but for the signature.
func unsignedFor(t *testing.T, name, query string) *http.Request {
	t.Helper()
	return unsignedAbout(t, name, clusterID, query)
}

// unsignedAbout does so for the cluster or the task of an id.
func unsignedAbout(t *testing.T, name, id, query string) *http.Request {
	t.Helper()
	o, ok := operation.Named(name)
	if !ok {
		t.Fatalf("there is no operation %s", name)
	}
	url := "http://cs.cn-hangzhou.aliyuncs.com" + strings.NewReplacer("{cluster_id}", id, "{task_id}", id, "{region_id}", "cn-hangzhou").Replace(o.Path)
	if query != "" {
		url += "?" + query
	}
	r := httptest.NewRequestWithContext(t.Context(), o.Method, url, nil)
	r.Header.Set(gateway.HeaderAction, o.Action)
	r.Header.Set(gateway.HeaderVersion, o.Version)
	r.Header.Set("Accept", "application/json")
	return r
}

// requestOperation has the simulator respond to a request of an operation that is signed as it should be.
func requestOperation(t *testing.T, s *Simulator, name, query string) *httptest.ResponseRecorder {
	t.Helper()
	return serve(s, sign(t, unsignedFor(t, name, query), longLived, gateway.NewRequestID()))
}

// requestTask does so for a request about a task.
func requestTask(t *testing.T, s *Simulator, id string) *httptest.ResponseRecorder {
	t.Helper()
	return serve(s, sign(t, unsignedAbout(t, info, id, ""), longLived, gateway.NewRequestID()))
}

// taskList is a page of tasks, as a client reads it.
type taskList struct {
	PageInfo struct {
		PageNumber int `json:"page_number"`
		PageSize   int `json:"page_size"`
		TotalCount int `json:"total_count"`
	} `json:"page_info"`
	RequestID string `json:"requestId"`
	Tasks     []struct {
		TaskID   string `json:"task_id"`
		TaskType string `json:"task_type"`
		State    string
		Created  any
		Updated  any
		Error    *struct{ Code, Message string }
	}
}

// clusterNow is the details of a cluster, as a client reads them.
type clusterNow struct {
	ClusterID      string `json:"cluster_id"`
	State          string
	CurrentVersion string `json:"current_version"`
	NextVersion    string `json:"next_version"`
}

func decode[T any](t *testing.T, w *httptest.ResponseRecorder) (v T) {
	t.Helper()
	if err := json.Unmarshal(w.Body.Bytes(), &v); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
	}
	return v
}

// page returns a page of tasks.
func page(t *testing.T, s *Simulator, query string) taskList {
	t.Helper()
	return decode[taskList](t, requestOperation(t, s, tasks, query))
}

func TestEachOperationReportsEachPhase(t *testing.T) {
	const older, newer, newest = "1.32.1-aliyun.1", "1.33.1-aliyun.1", ""
	for phase, want := range map[story.Phase]struct {
		status                 string // The status of GetUpgradeStatus.
		task, code, message    string // The state and error of the upgrade's task.
		state, version, toNext string
	}{
		story.Idle:      {status: "", state: "running", version: older, toNext: newer},
		story.Running:   {status: "running", task: "running", state: "upgrading", version: older, toNext: newer},
		story.Paused:    {status: "pause", task: "paused", state: "upgrading", version: older, toNext: newer},
		story.Finishing: {status: "running", task: "success", state: "upgrading", version: newer, toNext: newest},
		story.Succeeded: {status: "success", task: "success", state: "running", version: newer, toNext: newest},
		story.Failed: {
			status: "fail", task: "failed", code: "UpgradeFailed", message: "too little memory",
			state: "running", version: older, toNext: newer,
		},
		story.Unknown: {status: "rolling_back", task: "rolling_back", state: "upgrading", version: older, toNext: newer},
	} {
		t.Run(string(phase), func(t *testing.T) {
			s := start(t, playing(scenario.Step{Phase: phase, Message: want.message}))
			if got := decode[struct{ Status string }](t, requestOperation(t, s, action, "")); got.Status != want.status {
				t.Errorf("status %q, want %q", got.Status, want.status)
			}
			wantCluster := clusterNow{ClusterID: clusterID, State: want.state, CurrentVersion: want.version, NextVersion: want.toNext}
			if diff := cmp.Diff(wantCluster, decode[clusterNow](t, requestOperation(t, s, detail, ""))); diff != "" {
				t.Errorf("the details (-want +got):\n%s", diff)
			}
			list := page(t, s, "page_number=1&page_size=100")
			if want.task == "" {
				if len(list.Tasks) != 0 || list.PageInfo.TotalCount != 0 {
					t.Errorf("%+v", list)
				}
				return
			}
			if len(list.Tasks) != 1 || list.PageInfo.TotalCount != 1 {
				t.Fatalf("%+v", list)
			}
			got := list.Tasks[0]
			if got.TaskType != "cluster_upgrade" || got.State != want.task || !strings.HasPrefix(got.TaskID, "T-") {
				t.Errorf("%+v", got)
			}
			if (got.Error != nil) != (want.code != "") || got.Error != nil && (got.Error.Code != want.code || got.Error.Message != want.message) {
				t.Errorf("error %+v", got.Error)
			}
		})
	}
	if got, want := len(story.Phases()), 7; got != want {
		t.Errorf("there are %d phases, and %d in this test", got, want)
	}
}

func TestTheResponsesAreSpelledAsDocumented(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := playing(scenario.Step{Phase: story.Failed, Message: "a & b"})
		c := with.Clusters[clusterID]
		c.Name, c.Tags = "prod", map[string]string{"env": "prod", "app": "shop"}
		with.Clusters[clusterID] = c
		with.Region = "cn-beijing"
		s := start(t, with)

		w := requestOperation(t, s, tasks, "")
		want := `{"page_info":{"page_number":1,"page_size":10,"total_count":1},"requestId":"` + w.Header().Get("x-acs-request-id") + `",` +
			`"tasks":[{"task_id":"T-*","task_type":"cluster_upgrade","state":"failed","created":"2000-01-01T07:50:00+08:00",` +
			`"updated":"2000-01-01T08:00:00+08:00","error":{"code":"UpgradeFailed","message":"a & b"}}]}`
		id := page(t, s, "").Tasks[0].TaskID
		if diff := cmp.Diff(want, strings.Replace(w.Body.String(), id, "T-*", 1)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		want = `{"cluster_id":"` + clusterID + `","name":"prod","state":"running","current_version":"1.32.1-aliyun.1",` +
			`"init_version":"1.32.1-aliyun.1","next_version":"1.33.1-aliyun.1","profile":"Default","cluster_type":"ManagedKubernetes",` +
			`"region_id":"cn-beijing","resource_group_id":"rg-acksim","tags":[{"key":"app","value":"shop"},{"key":"env","value":"prod"}],` +
			`"maintenance_window":{"enable":false,"maintenance_time":"01:00:00Z","duration":"3h","weekly_period":"Thursday"},` +
			`"operation_policy":{"cluster_auto_upgrade":{"enabled":false,"channel":"stable"}}}`
		if diff := cmp.Diff(want, requestOperation(t, s, detail, "").Body.String()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestEveryOperationRespondsInXMLToo(t *testing.T) {
	with := playing(scenario.Step{Phase: story.Running, Tasks: []story.TaskSpec{{Type: "nodepool_upgrade", State: "running"}}})
	with.Format = response.RootedXML
	s := start(t, with)
	for name, parts := range map[string][]string{
		action: {"\n<GetUpgradeStatusResponse><error_message></error_message>", "<status>running</status>"},
		tasks: {
			"\n<DescribeClusterTasksResponse><page_info><page_number>1</page_number>", "<task_type>cluster_upgrade</task_type>",
			"</tasks><tasks><task_id>",
		},
		detail: {"\n<DescribeClusterDetailResponse><cluster_id>" + clusterID + "</cluster_id>", "<state>upgrading</state>"},
	} {
		w := requestOperation(t, s, name, "")
		for _, part := range parts {
			if !strings.Contains(w.Body.String(), part) {
				t.Errorf("%s: %s is not in %s", name, part, w.Body)
			}
		}
	}
}

func TestThePathAndMethodOfAnOperationMustMatchExactly(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	for name, change := range map[string]func(*http.Request){
		"the path of another operation": func(r *http.Request) { r.URL.Path = "/clusters/" + clusterID },
		"a slash at the end":            func(r *http.Request) { r.URL.Path += "/" },
		"no cluster":                    func(r *http.Request) { r.URL.Path = "/clusters//tasks" },
		"another version of the path":   func(r *http.Request) { r.URL.Path = "/api/v1" + r.URL.Path },
		"the action of another operation": func(r *http.Request) {
			r.Header.Set(gateway.HeaderAction, detail)
		},
		"an action in small letters": func(r *http.Request) { r.Header.Set(gateway.HeaderAction, strings.ToLower(tasks)) },
		"another version":            func(r *http.Request) { r.Header.Set(gateway.HeaderVersion, "2018-04-18") },
		"another method":             func(r *http.Request) { r.Method = http.MethodPost },
	} {
		t.Run(name, func(t *testing.T) {
			r := unsignedFor(t, tasks, "page_number=1")
			change(r)
			w := serve(s, sign(t, r, longLived, name))
			if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "InvalidAction.NotFound") {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		})
	}
}

func TestTheQueryIsSignedAndRemembered(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	const query = "detail=true&page_number=1&page_size=20&state=running" // As the signer sends it: sorted.
	if w := requestOperation(t, s, tasks, query); w.Code != http.StatusOK {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	got := s.Requests()[0]
	if got.Query != query || got.Operation != tasks || got.Path != "/clusters/"+clusterID+"/tasks" || got.ClusterID != clusterID {
		t.Errorf("%+v", got)
	}
	r := sign(t, unsignedFor(t, tasks, "page_number=1"), longLived, "nonce")
	r.URL.RawQuery = "page_number=2"
	if w := serve(s, r); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "SignatureDoesNotMatch") {
		t.Errorf("another query than was signed: %d: %s", w.Code, w.Body)
	}
}

func TestAStepCanRespondForOneOperation(t *testing.T) {
	s := start(t, playing(scenario.Step{
		Phase: story.Running, Responses: map[string]json.RawMessage{tasks: json.RawMessage(`{"tasks": null}`), detail: json.RawMessage(`7`)},
	}))
	for name, want := range map[string]string{tasks: `{"tasks": null}`, detail: "7", action: statusIn(story.Running)} {
		if w := requestOperation(t, s, name, ""); w.Body.String() != want {
			t.Errorf("%s: %s", name, w.Body)
		}
	}
}

func TestHTTPIsTheResponseOfEveryOperationOfTheCluster(t *testing.T) {
	with := playing(scenario.Step{HTTP: &response.Raw{Status: 502, Body: "no"}})
	c := with.Clusters[clusterID]
	c.History = []story.TaskSpec{{ID: clusterID, Type: "cluster_create"}} // A task of the cluster, so that each operation is about it.
	with.Clusters[clusterID] = c
	s := start(t, with)
	for _, o := range operation.All() {
		if o.OfRegion() {
			continue
		}
		if w := requestOperation(t, s, o.Action, ""); w.Code != http.StatusBadGateway || w.Body.String() != "no" {
			t.Errorf("%s: %d: %s", o.Action, w.Code, w.Body)
		}
	}
}

func TestAStepCanSetTheStateOfTheCluster(t *testing.T) {
	s := start(t, playing(scenario.Step{
		Phase: story.Finishing, Cluster: story.Override{ID: "c-other", State: "updating", CurrentVersion: "1.30.0", NextVersion: "1.31.0"},
	}))
	want := clusterNow{ClusterID: "c-other", State: "updating", CurrentVersion: "1.30.0", NextVersion: "1.31.0"}
	if diff := cmp.Diff(want, decode[clusterNow](t, requestOperation(t, s, detail, ""))); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// anyTask returns the id of a task in a list of some; empty when there is none.
func anyTask(w *httptest.ResponseRecorder) string {
	var list taskList
	if err := json.Unmarshal(w.Body.Bytes(), &list); err != nil || len(list.Tasks) == 0 {
		return ""
	}
	return list.Tasks[0].TaskID
}

func TestEveryClusterOfTheDefaultScenarioIsReportedByEveryOperation(t *testing.T) {
	plan, err := scenario.Parse([]byte(scenario.Default()))
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, plan)
	for id := range plan.Clusters {
		listed := serve(s, sign(t, unsignedAbout(t, tasks, id, ""), longLived, gateway.NewRequestID()))
		for _, o := range operation.All() {
			about := id
			if o.Action == info {
				if about = anyTask(listed); about == "" {
					continue
				}
			}
			w := serve(s, sign(t, unsignedAbout(t, o.Action, about, "page_number=1&page_size=20"), longLived, gateway.NewRequestID()))
			if want := map[bool]int{false: 200, true: 502}[id == "c-proxy" && !o.OfRegion()]; w.Code != want || want == 200 && !json.Valid(w.Body.Bytes()) {
				t.Errorf("%s, %s: %d: %s", id, o.Action, w.Code, w.Body)
			}
		}
	}
}
