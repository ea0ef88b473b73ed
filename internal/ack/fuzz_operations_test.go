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

// FuzzReadTasks holds that no response makes the reader of a list panic, or cost much more than its size; that what is no list is
// refused in a line; and that what is one is read as a second, plain reading reads it.
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

// FuzzReadDetail holds the same of the reader of a cluster's detail.
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

// fuzzedResponse reads a body, and holds the reader to what it may cost and to the form of its errors. It returns the fields of what was
// accepted, plainly read, or false.
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
	holdToNoError(t, fields)
	return fields, true
}

// oneText returns the text of the field of a name, nil when it is missing or null. There must not be two.
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

// holdToThisCluster fails the test if what was accepted says that it is about another cluster.
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
	oneText(t, f.inside, "cluster_id")
	task := ClusterTask{ID: oneText(t, f.inside, "task_id"), Type: oneText(t, f.inside, "task_type"), State: oneText(t, f.inside, "state")}
	if created := oneText(t, f.inside, "created"); created != nil {
		task.Created = plainTime(*created)
	}
	if hasSimilar(f.inside, "task_type", "state", "created") {
		task.Similar = "yes"
	}
	if e := oneField(t, f.inside, "error"); e != nil && e.object {
		task.ErrorCode, task.ErrorMessage = oneText(t, e.inside, "code"), oneText(t, e.inside, "message")
	}
	return task
}

var (
	wholeNumber = regexp.MustCompile(`^(\+?[0-9]+|-0+)$`)
	sinceEpoch  = regexp.MustCompile(`^\+?0*([1-9][0-9]{0,13})$`)
)

func numberIn(t *testing.T, fields []plainField, name string) int {
	t.Helper()
	text := oneText(t, fields, name)
	if text == nil || !wholeNumber.MatchString(strings.TrimSpace(*text)) {
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

// The corpora must not be lost: each has to have its named files.
func TestTheCorporaAreThere(t *testing.T) {
	for name, least := range map[string]int{"FuzzReadTasks": 20, "FuzzReadDetail": 20, "FuzzReadStatus": 20, "FuzzErrorBody": 20} {
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
		if strings.Contains(entry.Name(), "-") { // Not one that a fuzzing run has named.
			files = append(files, entry.Name())
		}
	}
	return files
}
