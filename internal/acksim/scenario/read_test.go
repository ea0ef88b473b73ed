package scenario

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

const key = `"access_keys": [{"id": "testak", "secret": "testsk"}]`

func TestReadScenarioReadsEveryField(t *testing.T) {
	got, err := Read(strings.NewReader(`{
		"access_keys": [
			{"id": "testak", "secret": "testsk"},
			{"id": "STS.a", "secret": "b", "security_token": "CAIS+/==", "expires": "15m"},
			{"id": "STS.c", "secret": "d", "security_token": "CAIS2", "expires": "2026-01-02T03:04:05Z"}
		],
		"region": "cn-hangzhou",
		"format": "xml-rooted",
		"rate_limit": {"requests_per_second": 20, "burst": 5, "status": 400, "headers": true},
		"withdrawn": ["GetUpgradeStatus", {"operation": "DescribeClusterTasks", "after": "10m", "status": 410, "code": "Gone"},
			{"operation": "DescribeClusterDetail", "after_requests": 5}],
		"forbidden": ["GetUpgradeStatus", {"operation": "DescribeClusterTasks", "cluster": "c1", "access_key": "testak", "code": "NoPermission"}],
		"clusters": {
			"c1": {"timeline": [
				{"for": "1h30m", "phase": "running", "message": "one \"two\""},
				{"polls": 3, "phase": "running", "responses": {"GetUpgradeStatus": { "status" : null }, "DescribeClusterDetail": null}},
				{"polls": 1, "phase": "failed", "cluster": {"cluster_id": "c2", "state": "updating", "current_version": "1.2", "next_version": "1.3"},
					"tasks": [{"task_id": "T-1", "task_type": "nodepool_upgrade", "state": "fail", "created": "-5m", "updated": "2026-01-02T03:04:05Z",
						"error": {"code": "a", "message": "b"}}]},
				{"http": {"status": 502, "content_type": "text/html", "headers": {"Via": "1.1 p"}, "body": "<h1>no</h1>"}}
			]},
			"c2": {
				"about": "x", "name": "prod", "profile": "Edge", "cluster_type": "Kubernetes", "resource_group_id": "rg-1", "tags": {"a": "b"},
				"version": "1.30.1-aliyun.1", "next_version": "1.31.1-aliyun.1",
				"history": [{"task_type": "nodepool_scaleout", "count": 250}],
				"listing": {"order": "shuffled", "times": "seconds", "spelling": "mixed", "case": "upper", "page_size": 20, "cut_short": 1,
					"lag": "10s", "moves": true},
				"timeline": [{"http": {}}]
			},
			"c3": {"region": "cn-beijing", "visible_to": ["testak", "STS.a"], "listing": {"lag_polls": 2}, "timeline": [{"phase": "finishing"}]}
		}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &Scenario{
		AccessKeys: []AccessKey{
			{ID: "testak", Secret: "testsk"},
			{ID: "STS.a", Secret: "b", SecurityToken: "CAIS+/==", ExpiresAfter: 15 * time.Minute},
			{ID: "STS.c", Secret: "d", SecurityToken: "CAIS2", ExpiresAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		},
		Region:    "cn-hangzhou",
		Format:    response.RootedXML,
		RateLimit: &gateway.RateLimit{RequestsPerSecond: 20, Burst: 5, Status: 400, Headers: true},
		Withdrawn: []gateway.Withdrawal{
			{Operation: "GetUpgradeStatus"},
			{Operation: "DescribeClusterTasks", After: 10 * time.Minute, Status: 410, Code: "Gone"},
			{Operation: "DescribeClusterDetail", AfterRequests: 5},
		},
		Forbidden: []gateway.Forbidden{
			{Operation: "GetUpgradeStatus"},
			{Operation: "DescribeClusterTasks", Cluster: "c1", AccessKey: "testak", Code: "NoPermission"},
		},
		Clusters: map[string]Cluster{
			"c1": {Timeline: []Step{
				{For: 90 * time.Minute, Phase: story.Running, Message: `one "two"`},
				{Polls: 3, Phase: story.Running, Responses: map[string]json.RawMessage{
					"GetUpgradeStatus": json.RawMessage(`{ "status" : null }`), "DescribeClusterDetail": json.RawMessage(`null`),
				}},
				{
					Polls: 1, Phase: story.Failed,
					Cluster: story.Override{ID: "c2", State: "updating", CurrentVersion: "1.2", NextVersion: "1.3"},
					Tasks: []story.TaskSpec{{
						ID: "T-1", Type: "nodepool_upgrade", State: "fail", Created: story.When{After: -5 * time.Minute},
						Updated: story.When{At: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)}, Error: &story.TaskError{Code: "a", Message: "b"},
					}},
				},
				{HTTP: &response.Raw{Status: 502, ContentType: "text/html", Headers: map[string]string{"Via": "1.1 p"}, Body: "<h1>no</h1>"}},
			}},
			"c2": {
				About: "x", Name: "prod", Profile: "Edge", ClusterType: "Kubernetes", ResourceGroup: "rg-1", Tags: map[string]string{"a": "b"},
				Version: "1.30.1-aliyun.1", NextVersion: "1.31.1-aliyun.1",
				History: []story.TaskSpec{{Type: "nodepool_scaleout", Count: 250}},
				Listing: operation.Listing{
					Order: operation.Shuffled, Times: operation.Seconds, Spelling: operation.MixedSpelling, Case: operation.Upper,
					PageSize: 20, CutShort: 1, Lag: 10 * time.Second, Moves: true,
				},
				Timeline: []Step{{HTTP: &response.Raw{Status: 200}}},
			},
			"c3": {
				Region: "cn-beijing", VisibleTo: []string{"testak", "STS.a"}, Listing: operation.Listing{LagPolls: 2},
				Timeline: []Step{{Phase: story.Finishing}},
			},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAScenarioMadeInGoIsCheckedAsWell(t *testing.T) {
	keys := []AccessKey{{ID: "a", Secret: "b"}}
	for name, test := range map[string]struct {
		scenario Scenario
		want     string
	}{
		"a response that is not JSON": {
			Scenario{AccessKeys: keys, Clusters: map[string]Cluster{"c1": {Timeline: []Step{{
				Phase: story.Idle, Responses: map[string]json.RawMessage{"GetUpgradeStatus": json.RawMessage("<a/>")},
			}}}}},
			`scenario, clusters["c1"].timeline[0].responses["GetUpgradeStatus"]: it is not JSON: for a response that is not, use http`,
		},
		"a key that expires twice": {
			Scenario{AccessKeys: []AccessKey{
				{ID: "a", Secret: "b", SecurityToken: "c", ExpiresAfter: 1, ExpiresAt: time.Unix(1, 0)},
			}},
			"scenario, access_keys[0].expires: it has a duration and a time: give one of them",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := test.scenario.Validate(); err == nil || err.Error() != test.want {
				t.Errorf("\ngot  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestTheDefaultScenarioHasEveryPhase(t *testing.T) {
	scenario, err := Parse([]byte(Default()))
	if err != nil {
		t.Fatal(err)
	}
	for _, phase := range story.Phases() {
		want := []Step{{Phase: phase}}
		if diff := cmp.Diff(want, scenario.Clusters["c-"+string(phase)].Timeline); diff != "" {
			t.Errorf("c-%s (-want +got):\n%s", phase, diff)
		}
	}
	for id, c := range scenario.Clusters {
		if c.About == "" || !strings.Contains(Help(), id) {
			t.Errorf("%s is not in the help", id)
		}
	}
}

func TestEveryFieldIsInTheHelp(t *testing.T) {
	help := Help()
	for _, s := range sections() {
		for _, row := range s.rows {
			if row.Help == "" || !strings.Contains(help, "\n  "+row.Name) {
				t.Errorf("%s is not in the help: %q", row.Name, row.Help)
			}
		}
	}
}
