package ack

import (
	"errors"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// readers read a response of the operations that take a MiB, as a call of each does.
var readers = map[Operation]struct {
	maxBody int
	read    func(*http.Response) error
}{
	DescribeClusterTasks: {maxClusterTasksBody, func(r *http.Response) error {
		_, err := readTasks(r)
		return err
	}},
	DescribeClusterDetail: {maxClusterDetail, func(r *http.Response) error {
		_, err := readDetail(r)
		return err
	}},
	DescribeTaskInfo: {maxTaskInfo, func(r *http.Response) error {
		_, err := readTaskInfo(r)
		return err
	}},
}

func readTasks(r *http.Response) (*ClusterTasks, error) {
	tasks, requestID, err := describeClusterTasks(clusterID, 1, 100).read(r)
	if tasks != nil {
		tasks.RequestID = requestID
	}
	return tasks, err
}

func readDetail(r *http.Response) (*ClusterDetail, error) {
	detail, requestID, err := describeClusterDetail(clusterID).read(r)
	if detail != nil {
		detail.RequestID = requestID
	}
	return detail, err
}

// nastyLists are the bodies that cost a reader of lists the most, in addition to nasty.
var nastyLists = map[string]struct {
	contentType string
	body        func(n int) string
}{
	"JSON: empty tasks":                               {jsonType, around(`{"tasks":[`, `{},`, `{}]}`)},
	"JSON: a thousand tasks, and a long text":         {jsonType, around(`{"tasks":[`+strings.Repeat(`{},`, 999)+`{}],"x":"`, `x`, `"}`)},
	"JSON: a thousand tasks with escapes":             {jsonType, thousandTasks(`"task_id":"`, `\u0061`, `"`)},
	"JSON: a thousand tasks, names in escapes":        {jsonType, thousandTasks(``, `"\u0061":1,`, `"b":1`)},
	"JSON: a thousand tasks of tiny members":          {jsonType, thousandTasks(``, `"a":1,`, `"b":1`)},
	"JSON: a thousand tasks with long messages":       {jsonType, thousandTasks(`"error":{"message":"`, `x`, `"}`)},
	"JSON: a thousand tasks with escapes in messages": {jsonType, thousandTasks(`"error":{"message":"`, `\n`, `"}`)},
	"JSON: a thousand tasks, similar names":           {jsonType, thousandTasks(``, `"STATE":1,`, `"b":1`)},
	"JSON: a thousand tasks, names in capitals":       {jsonType, thousandTasks(``, `"A_b":1,`, `"b":1`)},
	"JSON: a thousand tasks that are none":            {jsonType, around(`{"tasks":[`, `"`+strings.Repeat("x", 1030)+`",`, `""]}`)},
	"JSON: a thousand tasks that are lists":           {jsonType, around(`{"tasks":[`, `[`+strings.Repeat("0,", 500)+`0],`, `0]}`)},
	"JSON: one task with a long message":              {jsonType, around(`{"tasks":[{"error":{"message":"`, `x`, `"}}]}`)},
	"JSON: one task with a long id":                   {jsonType, around(`{"tasks":[{"task_id":"`, `\u0000`, `"}]}`)},
	"JSON: one task with a long time":                 {jsonType, around(`{"tasks":[{"created":"`, `9`, `"}]}`)},
	"JSON: one task of errors":                        {jsonType, around(`{"tasks":[{`, `"error":{},`, `"b":1}]}`)},
	"JSON: a part for each node":                      {jsonType, around(`{"state":"success","task_result":[`, `{"data":"i-1","status":"success"},`, `{}]}`)},
	"JSON: parts with long texts":                     {jsonType, around(`{"state":"success","task_result":[`, `"`+strings.Repeat("x", 1030)+`",`, `{}]}`)},
	"JSON: stages with messages":                      {jsonType, around(`{"state":"success","stages":[`, `{"message":"`+strings.Repeat(`\n`, 500)+`"},`, `{}]}`)},
	"JSON: a state that is a list":                    {jsonType, around(`{"state":[`, `{},`, `0]}`)},
	"JSON: a long state":                              {jsonType, around(`{"state":"`, `\u0000`, `","current_version":""}`)},
	"JSON: another cluster's id, very long":           {jsonType, around(`{"cluster_id":"`, `\u00e9`, `"}`)},
	"JSON: many page_infos":                           {jsonType, around(`{`, `"page_info":{},`, `"b":1}`)},
	"JSON: a page_info of tiny members":               {jsonType, around(`{"page_info":{`, `"a":1,`, `"b":1}}`)},
	"JSON: a page_size that is very long":             {jsonType, around(`{"page_info":{"page_size":"`, `0`, `"}}`)},
	"JSON: names of underscores":                      {jsonType, around(`{`, `"_":1,`, `"b":1}`)},
	"JSON: one name of underscores":                   {jsonType, around(`{"`, `_`, `":1}`)},
	"JSON: one similar name of underscores":           {jsonType, around(`{"st`, `_`, `ate":1}`)},
	"JSON: a name in many escapes":                    {jsonType, around(`{"`, `\u005f`, `":1}`)},
	"JSON: short names in escapes":                    {jsonType, around(`{`, `"\n":1,`, `"b":1}`)},
	"JSON: short codes in escapes":                    {jsonType, around(`{`, `"code":"\n",`, `"b":1}`)},
	"JSON: short errors in escapes":                   {jsonType, around(`{`, `"error":"\n",`, `"b":1}`)},
	"JSON: short names that are no UTF-8":             {jsonType, around(`{`, "\"\xff\":1,", `"b":1}`)},
	"JSON: long names in escapes":                     {jsonType, around(`{`, `"`+strings.Repeat(`\n`, 500)+`":1,`, `"b":1}`)},
	"XML: tasks side by side":                         {xmlType, around(``, `<tasks><a>b</a></tasks>`, ``)},
	"XML: tasks in a list":                            {xmlType, around(`<r><tasks>`, `<t><a>b</a></t>`, `</tasks></r>`)},
	"XML: empty tasks":                                {xmlType, around(`<r>`, `<tasks/>`, `</r>`)},
	"XML: tasks with errors":                          {xmlType, around(`<r>`, `<tasks><error><code>c</code></error></tasks>`, `</r>`)},
}

// thousandTasks returns bodies with the maximum number of tasks, which together have the maximum size.
func thousandTasks(before, repeated, after string) func(int) string {
	return func(n int) string {
		each := around(`{`+before, repeated, after+`}`)((n-20)/maxTasksOfPage - 1) // Less a comma.
		return `{"tasks":[` + strings.Repeat(each+",", maxTasksOfPage-1) + each + `]}`
	}
}

// maxCostOfMiB is the maximum memory that reading a response of a MiB may allocate.
const maxCostOfMiB = 16 << 20

func TestAResponseOfAMiBCostsAFewMiBAtMost(t *testing.T) {
	signed := &http.Request{Header: http.Header{
		"Authorization":          {acs3.Authorization{AccessKeyID: "id", SignedHeaders: "host", Signature: signedWith}.String()},
		acs3.HeaderSecurityToken: {strings.Repeat("xx/+", 500)}, // The excerpt is searched for it.
	}}
	bodies := maps.Clone(nasty)
	maps.Copy(bodies, nastyLists)
	var dearest, slowest string
	var most uint64
	var longest time.Duration
	for operation, reader := range readers {
		for _, name := range slices.Sorted(maps.Keys(bodies)) {
			t.Run(string(operation)+": "+name, func(t *testing.T) {
				test := bodies[name]
				sizes := []int{reader.maxBody, reader.maxBody + 1, 2 << 20}
				if test.contentType == xmlType {
					sizes = []int{maxXMLBody, reader.maxBody}
				}
				for _, size := range sizes {
					body := test.body(size)
					for _, code := range []int{http.StatusOK, http.StatusServiceUnavailable} {
						resp := response(code, test.contentType, body)
						resp.Request = signed
						cost, took := allocated(func() { _ = reader.read(resp) })
						if cost > most {
							most, dearest = cost, t.Name()
						}
						if took > longest {
							longest, slowest = took, t.Name()
						}
						if cost > maxCostOfMiB {
							t.Errorf("HTTP %d, %d bytes: it costs %.1f MiB and takes %s", code, len(body), float64(cost)/(1<<20), took)
						}
					}
				}
			})
		}
	}
	t.Logf("%d bodies; the dearest: %.1f MiB, %s; the slowest: %s, %s", len(bodies)*len(readers), float64(most)/(1<<20), dearest, longest, slowest)
}

// The memory that a page keeps is bounded too: its texts must not reference the whole body.
func TestTheKeptTextsOfAListAreBounded(t *testing.T) {
	body := thousandTasks(`"task_type":"cluster_upgrade","state":"failed","error":{"message":"`, `x`, `"}`)(maxClusterTasksBody)
	page, err := readTasks(response(http.StatusOK, jsonType, body))
	if err != nil || len(page.Tasks) != maxTasksOfPage {
		t.Fatalf("%v, %v", page, err)
	}
	long := `{"tasks":[{"error":{"message":"` + strings.Repeat("é", 100_000) + `"}}]}`
	page, err = readTasks(response(http.StatusOK, jsonType, long))
	if err != nil {
		t.Fatal(err)
	}
	if kept := *page.Tasks[0].ErrorMessage; len(kept) > maxMessage+len("…") || !strings.HasSuffix(kept, "é…") {
		t.Errorf("%d bytes are kept", len(kept))
	}
}

func TestABodyOfAMiBIsReadUpToItsLimitAndNoFurther(t *testing.T) {
	for operation, reader := range readers {
		const before = `{"state":"running","tasks":[],"x":"`
		longest := before + strings.Repeat("x", reader.maxBody-len(before+`"}`)) + `"}`
		if err := reader.read(response(http.StatusOK, jsonType, longest)); len(longest) != reader.maxBody || err != nil {
			t.Errorf("%s: a body of %d bytes: %v", operation, len(longest), err)
		}
		var invalid *InvalidResponseError
		if err := reader.read(response(http.StatusOK, jsonType, longest+" ")); !errors.As(err, &invalid) || invalid.Reason != "the response is larger than 1048576 bytes" {
			t.Errorf("%s: %v", operation, err)
		}
		endless := &endless{}
		resp := response(http.StatusOK, jsonType, "")
		resp.Body = io.NopCloser(endless)
		if err := reader.read(resp); err == nil || endless.read > reader.maxBody+1 {
			t.Errorf("%s: read %d bytes: %v", operation, endless.read, err)
		}
	}
}
