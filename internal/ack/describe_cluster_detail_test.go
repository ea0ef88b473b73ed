package ack

import (
	"errors"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestReadDetail(t *testing.T) {
	state := func(text string) *ClusterDetail { return &ClusterDetail{State: ptr(text)} }
	for name, test := range map[string]struct {
		contentType, body string
		want              *ClusterDetail
	}{
		"as the reference has it": {
			jsonType, `{"cluster_id":"` + clusterID + `","name":"prod","state":"running","current_version":"1.33.3-aliyun.1","init_version":"1.32.1-aliyun.1",` +
				`"next_version":"","profile":"Default","tags":[{"key":"state","value":"failed"}],"maintenance_window":{"enable":true},` +
				`"operation_policy":{"cluster_auto_upgrade":{"enabled":true,"channel":"stable"}},"meta_data":"{\"state\":\"failed\"}"}`,
			&ClusterDetail{State: ptr("running"), CurrentVersion: ptr("1.33.3-aliyun.1")},
		},
		"nothing in it":             {jsonType, `{}`, &ClusterDetail{}},
		"all null":                  {jsonType, `{"cluster_id":null,"state":null,"current_version":null}`, &ClusterDetail{}},
		"empty texts":               {jsonType, `{"state":"","current_version":""}`, &ClusterDetail{State: ptr(""), CurrentVersion: ptr("")}},
		"a request id":              {jsonType, `{"state":"running","requestId":"R"}`, &ClusterDetail{Response: Response{RequestID: "R"}, State: ptr("running")}},
		"a number for a state":      {jsonType, `{"state":5}`, state("5")},
		"an object for a state":     {jsonType, `{"state":{"running":true}}`, state(`{"running":true}`)},
		"a list for a state":        {jsonType, `{"state":["running"]}`, state(`["running"]`)},
		"a number for a version":    {jsonType, `{"current_version":1.33}`, &ClusterDetail{CurrentVersion: ptr("1.33")}},
		"a state in escapes":        {jsonType, `{"st\u0061te":"runn\u0069ng"}`, state("running")},
		"state in other letters":    {jsonType, `{"State":"upgrading","state":"running"}`, &ClusterDetail{State: ptr("running"), Similar: "State"}},
		"version in other letters":  {jsonType, `{"currentVersion":"1","state":"running"}`, &ClusterDetail{State: ptr("running"), Similar: "currentVersion"}},
		"a null in other letters":   {jsonType, `{"STATE":null,"state":"running"}`, &ClusterDetail{State: ptr("running"), Similar: "STATE"}},
		"a blank code":              {jsonType, `{"code":"","state":"running"}`, state("running")},
		"bytes that are no UTF-8":   {jsonType, "{\"state\":\"runn\xffing\"}", state("runn\ufffding")},
		"JSON in whatever it says":  {"text/plain", `{"state":"running"}`, state("running")},
		"XML":                       {xmlType, `<state>running</state><current_version>1.33.3-aliyun.1</current_version>`, &ClusterDetail{State: ptr("running"), CurrentVersion: ptr("1.33.3-aliyun.1")}},
		"XML with a root":           {xmlType, `<?xml version="1.0"?><r><cluster_id>` + clusterID + `</cluster_id><state>running</state></r>`, state("running")},
		"XML with one field":        {xmlType, `<state>running</state>`, state("running")},
		"XML with an empty state":   {xmlType, `<state/>`, state("")},
		"XML with elements":         {xmlType, `<r><state><b>running</b></state></r>`, state("<b>")},
		"XML with a nested state":   {xmlType, `<r><a><state>failed</state></a></r>`, &ClusterDetail{}},
		"XML in other letters":      {xmlType, `<r><State>upgrading</State><state>running</state></r>`, &ClusterDetail{State: ptr("running"), Similar: "State"}},
		"XML with a cluster's list": {xmlType, `<r><tags><tag><key>state</key></tag></tags><state>running</state></r>`, state("running")},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readDetail(response(http.StatusOK, test.contentType, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadDetailRejectsInvalidResponses(t *testing.T) {
	for name, test := range map[string]struct{ contentType, body, reason string }{
		"an empty body":                {jsonType, " ", "the response is empty"},
		"a list":                       {jsonType, `[{"state":"running"}]`, "the response is not a JSON object"},
		"two states":                   {jsonType, `{"state":"upgrading","state":"running"}`, "duplicate field state"},
		"two states, one in escapes":   {jsonType, `{"state":"upgrading","st\u0061te":"running"}`, "duplicate field state"},
		"two versions":                 {jsonType, `{"current_version":"1","current_version":"2"}`, "duplicate field current_version"},
		"two ids of this cluster":      {jsonType, `{"cluster_id":"` + clusterID + `","cluster_id":"` + clusterID + `"}`, "duplicate field cluster_id"},
		"another cluster's":            {jsonType, `{"cluster_id":"c2","state":"running"}`, `the response is for another cluster, "c2"`},
		"another case of its id":       {jsonType, `{"cluster_id":"C106f377e16f34eb1808d6b9362c9abcd","state":"running"}`, `the response is for another cluster, "C106f377e16f34eb1808d6b9362c9abcd"`},
		"another one in other letters": {jsonType, `{"clusterId":"c2","state":"running"}`, `the response is for another cluster, "c2"`},
		"a list of clusters' ids":      {jsonType, `{"cluster_id":["` + clusterID + `"],"state":"running"}`, "the response is for another cluster, \"[\\\"" + clusterID + "\\\"]\""},
		"an error without a code":      {jsonType, `{"error":{"message":"m"},"state":"running"}`, "the response contains an error without a code"},
		"two values":                   {jsonType, `{"state":"running"} {}`, "unexpected data after the JSON value"},
		"XML: two states":              {xmlType, `<state>running</state><state>running</state>`, "duplicate field state"},
		"XML: another cluster's":       {xmlType, `<r><cluster_id>c2</cluster_id><state>running</state></r>`, `the response is for another cluster, "c2"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readDetail(response(http.StatusOK, test.contentType, test.body))
			var refused *InvalidResponseError
			if !errors.As(err, &refused) || refused.Reason != test.reason || refused.Operation != DescribeClusterDetail || got != nil {
				t.Errorf("got  %v, %v\nwant %s", got, err, test.reason)
			}
			if Transient(err) {
				t.Error("it would be tried again")
			}
		})
	}
}
