package ack

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadPlans(t *testing.T) {
	start, end := time.Date(2026, 11, 26, 2, 0, 0, 0, time.UTC), time.Date(2026, 11, 26, 5, 0, 0, 0, time.UTC)
	plan := func(plans ...OperationPlan) *OperationPlans { return &OperationPlans{Listed: true, Plans: plans} }
	for name, test := range map[string]struct {
		contentType, body string
		want              *OperationPlans
	}{
		"as the reference has it": {
			jsonType, `{"requestId":"R","plans":[{"plan_id":"P-1","cluster_id":"c1","type":"CLUSTER_UPGRADE_MASTER","target_type":"cluster","target_id":"c1","state":"Scheduled",` +
				`"state_reason":{"code":"","message":""},"created":"2026-11-25T10:00:00+08:00","start_time":"2026-11-26T10:00:00+08:00","end_time":"2026-11-26T13:00:00+08:00","task_id":"T-1"}]}`,
			&OperationPlans{Response: Response{RequestID: "R"}, Listed: true, Plans: []OperationPlan{{
				ID: ptr("P-1"), ClusterID: ptr("c1"), Type: ptr("CLUSTER_UPGRADE_MASTER"), State: ptr("Scheduled"), TaskID: ptr("T-1"),
				Start: PlanTime{ptr("2026-11-26T10:00:00+08:00"), start.Local()}, End: PlanTime{ptr("2026-11-26T13:00:00+08:00"), end.Local()},
			}}},
		},
		"nothing in it":          {jsonType, `{}`, &OperationPlans{}},
		"null for a list":        {jsonType, `{"plans":null}`, plan()},
		"an empty list":          {jsonType, `{"plans":[]}`, plan()},
		"an empty plan":          {jsonType, `{"plans":[{}]}`, plan(OperationPlan{})},
		"a time without a zone":  {jsonType, `{"plans":[{"start_time":"2026-11-26 10:00:00"}]}`, plan(OperationPlan{Start: PlanTime{Text: ptr("2026-11-26 10:00:00")}})},
		"a time in milliseconds": {jsonType, `{"plans":[{"start_time":1795658400000}]}`, plan(OperationPlan{Start: PlanTime{ptr("1795658400000"), start}})},
		"a state that is a list": {jsonType, `{"plans":[{"state":["Scheduled"]}]}`, plan(OperationPlan{State: ptr(`["Scheduled"]`)})},
		"a state in capitals":    {jsonType, `{"plans":[{"State":"Scheduled"}]}`, plan(OperationPlan{Similar: "State"})},
		"a start in camel case":  {jsonType, `{"plans":[{"startTime":"x"}]}`, plan(OperationPlan{Similar: "startTime"})},
		"a cluster in camel":     {jsonType, `{"plans":[{"clusterId":"c1"}]}`, plan(OperationPlan{Similar: "clusterId"})},
		"a plan that is a text":  {jsonType, `{"plans":["P-1",""]}`, plan(OperationPlan{Similar: "P-1"}, OperationPlan{Similar: "an empty text"})},
		"XML":                    {xmlType, `<plans><plan_id>P-1</plan_id><state>Scheduled</state></plans><plans><plan_id>P-2</plan_id></plans>`, plan(OperationPlan{ID: ptr("P-1"), State: ptr("Scheduled")}, OperationPlan{ID: ptr("P-2")})},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readPlans(response(200, test.contentType, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAnInvalidListOfPlansIsAnError(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"not a list":         {`{"plans":{}}`, "plans is not a list"},
		"two lists":          {`{"plans":[],"plans":[]}`, "duplicate field plans"},
		"a list in capitals": {`{"Plans":[]}`, `the response has a field "Plans", which may be meant for plans`},
		"a state twice":      {`{"plans":[{"state":"Executed","state":"Scheduled"}]}`, "duplicate field state"},
		"a start twice":      {`{"plans":[{"start_time":"a","start_time":"b"}]}`, "duplicate field start_time"},
		"too many":           {`{"plans":[` + strings.Repeat(`{},`, 1000) + `{}]}`, "the list has more than 1000 plans"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readPlans(response(200, jsonType, test.body))
			var invalid *InvalidResponseError
			if !errors.As(err, &invalid) || invalid.Reason != test.want || got != nil {
				t.Errorf("got %v, %v, want %s", got, err, test.want)
			}
		})
	}
}

func TestAPlanTimeIsShownInUTCOrUnchanged(t *testing.T) {
	at := time.Date(2026, 11, 26, 10, 0, 0, 0, time.FixedZone("", 8*3600))
	for want, given := range map[string]PlanTime{
		"2026-11-26T02:00:00Z": {Text: ptr("2026-11-26T10:00:00+08:00"), At: at},
		"soon":                 {Text: ptr("soon")},
		"":                     {},
	} {
		if got := given.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
