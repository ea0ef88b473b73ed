package ack

import (
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// FuzzReadTasks checks that no response makes the reader of a list panic or allocate much more than its size, that an invalid
// list is an error of one line, and that a valid list is read as by a second, simple reader.
func FuzzReadTasks(f *testing.F) {
	f.Add(false, []byte(`{"page_info":{"page_size":20,"total_count":1},"tasks":[{"task_id":"T","task_type":"cluster_upgrade","state":"running","created":"2022-08-03T10:11:33+08:00"}]}`))
	f.Add(true, []byte(`<tasks><task_id>T</task_id><state>running</state></tasks><tasks><state>paused</state></tasks>`))
	f.Fuzz(func(t *testing.T, isXML bool, body []byte) {
		var (
			page *ClusterTasks
			err  error
		)
		fields, ok := fuzzedResponse(t, isXML, body, clusterTasksFields, func(r *http.Response) error {
			page, err = readTasks(r)
			return err
		})
		if !ok {
			if page != nil {
				t.Errorf("a page with an error: %v", page)
			}
			return
		}
		want := tasksIn(t, isXML, fields)
		want.Response = page.Response
		if len(want.Tasks) == len(page.Tasks) {
			for i := range want.Tasks {
				got := page.Tasks[i]
				if similar := want.Tasks[i].Similar != ""; similar != (got.Similar != "") {
					t.Errorf("task %d has a field with a similar name: %t, and %q was found", i, similar, got.Similar)
				}
				want.Tasks[i].Similar = got.Similar
				for _, text := range []*string{got.ID, got.Type, got.State, got.ErrorCode, got.ErrorMessage} {
					if text != nil && !utf8.ValidString(*text) {
						t.Errorf("Terraform takes no text like %q", *text)
					}
				}
			}
		}
		if diff := cmp.Diff(want, page); diff != "" {
			t.Errorf("-plainly read +got:\n%s", diff)
		}
	})
}

// FuzzReadDetail checks the same for the reader of a cluster's detail.
func FuzzReadDetail(f *testing.F) {
	f.Add(false, []byte(`{"cluster_id":"`+clusterID+`","state":"running","current_version":"1.33.3-aliyun.1"}`))
	f.Add(true, []byte(`<state>running</state><current_version>1.33.3-aliyun.1</current_version>`))
	f.Fuzz(func(t *testing.T, isXML bool, body []byte) {
		var (
			detail *ClusterDetail
			err    error
		)
		fields, ok := fuzzedResponse(t, isXML, body, clusterDetailFields, func(r *http.Response) error {
			detail, err = readDetail(r)
			return err
		})
		if !ok {
			if detail != nil {
				t.Errorf("a detail with an error: %v", detail)
			}
			return
		}
		holdToThisCluster(t, fields)
		want := &ClusterDetail{State: oneText(t, fields, "state"), CurrentVersion: oneText(t, fields, "current_version"), Response: detail.Response}
		oneText(t, fields, "cluster_id")
		if hasSimilar(fields, "state", "current_version") != (detail.Similar != "") {
			t.Errorf("the similar name is %q", detail.Similar)
		}
		want.Similar = detail.Similar
		if diff := cmp.Diff(want, detail); diff != "" {
			t.Errorf("-plainly read +got:\n%s", diff)
		}
		for _, text := range []*string{detail.State, detail.CurrentVersion} {
			if text != nil && !utf8.ValidString(*text) {
				t.Errorf("Terraform takes no text like %q", *text)
			}
		}
	})
}

// FuzzReadTaskInfo checks the same for the reader of one task.
func FuzzReadTaskInfo(f *testing.F) {
	f.Add(false, []byte(`{"task_id":"`+taskID+`","task_type":"nodepool_upgrade","state":"success","error":{"code":"","message":""},"stages":[{"state":"success"}],"task_result":[{"data":"i-1","status":"failed"}]}`))
	f.Add(true, []byte(`<state>success</state><task_result><data>a</data><status>success</status></task_result><task_result><status>failed</status></task_result>`))
	f.Fuzz(func(t *testing.T, isXML bool, body []byte) {
		var (
			task *TaskInfo
			err  error
		)
		fields, ok := fuzzedResponse(t, isXML, body, taskInfoFields, func(r *http.Response) error {
			task, err = readTaskInfo(r)
			return err
		})
		if !ok {
			if task != nil {
				t.Errorf("a task with an error: %v", task)
			}
			return
		}
		holdToThisTask(t, fields)
		plainly := taskFieldsIn(t, fields)
		if hasSimilar(fields, "task_type", "state", "created", fieldTaskResult, "error") != (task.Similar != "") {
			t.Errorf("the similar name is %q", task.Similar)
		}
		plainly.Similar = task.Similar
		if diff := cmp.Diff(plainly, task.ClusterTask); diff != "" {
			t.Errorf("-plainly read +got:\n%s", diff)
		}
		if diff := cmp.Diff(oneText(t, fields, "current_stage"), task.CurrentStage); diff != "" {
			t.Errorf("-plainly read +got:\n%s", diff)
		}
		failed, parts := 0, 0
		for _, list := range fields {
			if list.name != fieldTaskResult {
				continue
			}
			if !isXML && !list.null && !list.object && strings.HasPrefix(list.text, "[") {
				parts += len(list.inside)
			}
			for _, part := range list.inside {
				if status := oneField(t, part.inside, "status"); part.object && status != nil && status.text == "failed" {
					failed++
				}
			}
		}
		if !isXML && parts > 0 && parts != len(task.Parts) {
			t.Errorf("%d parts, and %d were read", parts, len(task.Parts))
		}
		for _, part := range task.Parts {
			if part.Status != nil && *part.Status == "failed" {
				failed--
			}
			if part.Data != nil && !utf8.ValidString(*part.Data) {
				t.Errorf("Terraform takes no text like %q", *part.Data)
			}
		}
		if !isXML && parts > 0 && failed != 0 {
			t.Errorf("%d failed parts are lost", failed)
		}
	})
}

// holdToThisTask fails the test if an accepted response names another task.
func holdToThisTask(t *testing.T, fields []plainField) {
	t.Helper()
	for _, f := range fields {
		if text := strings.TrimSpace(f.text); f.name == fieldTaskID && !f.null && (text != "" && text != taskID || !f.isText) {
			t.Errorf("it is about the task %q, and it was accepted", f.text)
		}
	}
}

// fuzzedResponse reads a body, and checks the allocated memory and the form of the error. It returns the fields of an accepted
// response, from the simple reader, or false.
func fuzzedResponse(t *testing.T, isXML bool, body []byte, names []string, read func(*http.Response) error) ([]plainField, bool) {
	t.Helper()
	contentType := jsonType
	if isXML {
		contentType = xmlType
	}
	var err error
	cost, _ := allocated(func() { err = read(response(http.StatusOK, contentType, string(body))) })
	if most := min(maxCostOfMiB, 1<<20+100*uint64(len(body))); cost > most {
		t.Errorf("%d bytes cost %d", len(body), cost)
	}
	if err != nil {
		holdToOneLine(t, err.Error())
		return nil, false
	}
	fields := readAgain(t, isXML, body, names)
	errors := fields
	if slices.Contains(names, fieldTaskResult) { // The error is the task's there.
		errors = slices.DeleteFunc(slices.Clone(fields), func(f plainField) bool { return hasSimilar([]plainField{f}, "error") || f.name == "error" })
	}
	holdToNoError(t, errors)
	return fields, true
}

// oneText returns the text of a field, or nil if it is missing or null. A duplicate field fails the test.
func oneText(t *testing.T, fields []plainField, name string) *string {
	t.Helper()
	f := oneField(t, fields, name)
	if f == nil || f.null {
		return nil
	}
	limit := maxWord
	if name == "message" {
		limit = maxMessage
	}
	text := object{}.keepText(f.text, limit)
	return &text
}

func oneField(t *testing.T, fields []plainField, name string) (found *plainField) {
	t.Helper()
	for i := range fields {
		if fields[i].name != name {
			continue
		}
		if found != nil {
			t.Errorf("%s is there twice, and it was accepted", name)
		}
		found = &fields[i]
	}
	return found
}

// holdToThisCluster fails the test if an accepted response names another cluster.
func holdToThisCluster(t *testing.T, fields []plainField) {
	t.Helper()
	for _, f := range fields {
		if text := strings.TrimSpace(f.text); f.name == "cluster_id" && !f.null && (text != "" && text != clusterID || !f.isText) {
			t.Errorf("it is about the cluster %q, and it was accepted", f.text)
		}
	}
}

func tasksIn(t *testing.T, isXML bool, fields []plainField) *ClusterTasks {
	t.Helper()
	holdToThisCluster(t, fields)
	if hasSimilar(fields, "tasks") {
		t.Error("tasks may be under a similar name, and it was accepted")
	}
	page := &ClusterTasks{PageSize: -1, TotalCount: -1}
	if info := oneField(t, fields, "page_info"); info != nil && info.object {
		page.PageSize, page.TotalCount = numberIn(t, info.inside, "page_size"), numberIn(t, info.inside, "total_count")
	}
	var lists []plainField
	for _, f := range fields {
		if f.name == "tasks" {
			lists = append(lists, f)
		}
	}
	var tasks []plainField
	switch {
	case len(lists) == 0, len(lists) == 1 && lists[0].null:
		return page
	case isXML && len(lists) > 1:
		tasks = lists
	case len(lists) > 1:
		t.Error("there are two lists, and it was accepted")
	case !isXML:
		if lists[0].object || lists[0].isText || !strings.HasPrefix(lists[0].text, "[") {
			t.Errorf("%q was accepted for a list", lists[0].text)
		}
		tasks = lists[0].inside
	default:
		if !lists[0].object {
			t.Errorf("%q was accepted for a list", lists[0].text)
		}
		tasks = lists[0].inside // A list around its tasks, unless these are fields of the only one.
		for _, f := range lists[0].inside {
			if f.isText || f.name != lists[0].inside[0].name {
				tasks = lists
			}
		}
	}
	page.Listed = true
	for _, f := range tasks {
		page.Tasks = append(page.Tasks, taskIn(t, f))
	}
	return page
}

func taskIn(t *testing.T, f plainField) ClusterTask {
	t.Helper()
	if !f.object {
		return ClusterTask{Similar: f.text}
	}
	holdToThisCluster(t, f.inside)
	task := taskFieldsIn(t, f.inside)
	if hasSimilar(f.inside, "task_type", "state", "created") {
		task.Similar = "yes"
	}
	return task
}

// taskFieldsIn reads the fields of a task that both operations have.
func taskFieldsIn(t *testing.T, fields []plainField) ClusterTask {
	t.Helper()
	oneText(t, fields, "cluster_id")
	task := ClusterTask{ID: oneText(t, fields, "task_id"), Type: oneText(t, fields, "task_type"), State: oneText(t, fields, "state")}
	for name, to := range map[string]*time.Time{"created": &task.Created, "updated": &task.Updated} {
		if at := oneText(t, fields, name); at != nil {
			*to = plainTime(*at)
		}
	}
	if e := oneField(t, fields, "error"); e != nil && e.object {
		task.ErrorCode, task.ErrorMessage = oneText(t, e.inside, "code"), oneText(t, e.inside, "message")
	}
	return task
}

var (
	decimalNumber = regexp.MustCompile(`^(\+?[0-9]+|-0+)$`)
	sinceEpoch    = regexp.MustCompile(`^\+?0*([1-9][0-9]{0,13})$`)
)

func numberIn(t *testing.T, fields []plainField, name string) int {
	t.Helper()
	text := oneText(t, fields, name)
	if text == nil || !decimalNumber.MatchString(strings.TrimSpace(*text)) {
		return -1
	}
	n, err := strconv.ParseInt(strings.TrimSpace(*text), 10, 64)
	if err != nil {
		return -1
	}
	return int(n)
}

// plainTime reads a time by its digits.
func plainTime(text string) time.Time {
	text = strings.TrimSpace(text)
	if at, err := time.Parse(time.RFC3339Nano, text); err == nil {
		return at
	}
	match := sinceEpoch.FindStringSubmatch(text)
	if match == nil {
		return time.Time{}
	}
	n, _ := strconv.ParseInt(match[1], 10, 64)
	if len(match[1]) <= 11 {
		return time.Unix(n, 0)
	}
	return time.Unix(n/1000, n%1000*1e6)
}

// A lost corpus would not fail a fuzz test, so this test checks the named files.
func TestEachFuzzCorpusExists(t *testing.T) {
	for name, least := range map[string]int{"FuzzReadTasks": 20, "FuzzReadTaskInfo": 20, "FuzzReadDetail": 20, "FuzzReadStatus": 20, "FuzzErrorBody": 20} {
		if files := corpus(t, name); len(files) < least {
			t.Errorf("%s has %d named inputs: %v", name, len(files), slices.Sorted(slices.Values(files)))
		}
	}
}

func corpus(t *testing.T, name string) (files []string) {
	t.Helper()
	entries, err := os.ReadDir("testdata/fuzz/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if strings.Contains(entry.Name(), "-") { // Not a file that a fuzzing run has named.
			files = append(files, entry.Name())
		}
	}
	return files
}
