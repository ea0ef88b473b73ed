package scenario

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
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
			"c3": {"listing": {"lag_polls": 2}, "timeline": [{"phase": "finishing"}]}
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
			"c3": {Listing: operation.Listing{LagPolls: 2}, Timeline: []Step{{Phase: story.Finishing}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestReadScenarioNamesLineFieldAndRemedy(t *testing.T) {
	step := func(step string) string {
		return "{" + key + ",\n\"clusters\": {\"c1\": {\"timeline\": [\n" + step + "\n]}}}"
	}
	with := func(fields string) string {
		return "{" + key + ",\n\"clusters\": {\"c1\": {\"timeline\": [{\"phase\": \"idle\"}], " + fields + "}}}"
	}
	for name, test := range map[string]struct{ scenario, want string }{
		"an empty file": {" \n", `scenario: it is empty: the least is {"access_keys": [{"id": "...", "secret": "..."}]}`},
		"a comma too many": {
			"{\n\"region\": \"a\",\n}",
			"scenario, line 3: it is not JSON (invalid character '}' looking for beginning of object key string): " +
				"look for a comma, bracket or quote that is missing or too many",
		},
		"a file that ends early": {
			"{\n\"region\": ",
			"scenario, line 2: it is not JSON (unexpected end of JSON input): " +
				"look for a comma, bracket or quote that is missing or too many",
		},
		"more than one value": {
			"{}\n{}",
			"scenario, line 2: it is not JSON (invalid character '{' after top-level value): " +
				"look for a comma, bracket or quote that is missing or too many",
		},
		"an array": {"\n[]", "scenario, line 2: it is an array: write an object, {...}"},
		"an unknown field": {
			"{\n" + key + ",\n\"cluster\": {}}",
			"scenario, line 3, cluster: unknown field: use one of access_keys, clusters, credentials_uri, fault_seed, faults, forbidden, format, metadata, oidc, rate_limit, region, roles, withdrawn",
		},
		"an unknown field in a step": {
			step(`{"phase": "idle", "poll": 1}`),
			`scenario, line 3, clusters["c1"].timeline[0].poll: unknown field: ` +
				`use one of cluster, for, http, message, phase, polls, responses, tasks`,
		},
		"a field that is there twice": {
			"{\"region\": \"a\",\n\"region\": \"b\"}", "scenario, line 2, region: duplicate field: leave one of them out",
		},
		"a cluster that is there twice": {
			"{\"clusters\": {\"a.b\": {},\n\"a.b\": {}}}",
			`scenario, line 2, clusters["a.b"]: duplicate field: leave one of them out`,
		},
		"no keys": {
			"\n{}",
			`scenario, line 2, access_keys: there is no key to sign with: give at least one, [{"id": "...", "secret": "..."}]`,
		},
		"keys that are no array": {
			`{"access_keys": {}}`, "scenario, line 1, access_keys: it is an object: write an array, [...]",
		},
		"a key that is no object": {
			`{"access_keys": [true]}`, "scenario, line 1, access_keys[0]: it is a boolean: write an object, {...}",
		},
		"a key without an id": {
			"{\"access_keys\": [\n{\"secret\": \"b\"}]}",
			`scenario, line 2, access_keys[0].id: "" is not an access key id: use letters, digits and any of .-_`,
		},
		"a key whose id no header can carry": {
			`{"access_keys": [{"id": "a,b", "secret": "c"}]}`,
			`scenario, line 1, access_keys[0].id: "a,b" is not an access key id: use letters, digits and any of .-_`,
		},
		"a key without a secret": {
			`{"access_keys": [{"id": "a"}]}`,
			"scenario, line 1, access_keys[0].secret: a key needs a secret: requests are signed with it",
		},
		"two keys of one id": {
			"{\"access_keys\": [{\"id\": \"a\", \"secret\": \"b\"},\n{\"id\": \"a\", \"secret\": \"c\"}]}",
			`scenario, line 2, access_keys[1].id: "a" is there twice: give each key an id of its own`,
		},
		"two keys of one token": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t"}, {"id": "c", "secret": "d", "security_token": "t"}]}`,
			"scenario, line 1, access_keys[1].security_token: another key has this token too: give each key a token of its own",
		},
		"a long-lived key that expires": {
			`{"access_keys": [{"id": "a", "secret": "b", "expires": "1m"}]}`,
			"scenario, line 1, access_keys[0].expires: only temporary keys expire: give the key a security_token, or no expires",
		},
		"a key that expired before the start": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t", "expires": "-1m"}]}`,
			"scenario, line 1, access_keys[0].expires: -1m0s is in the past: give a positive duration, or a time",
		},
		"an expiry that is neither": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t", "expires": "tomorrow"}]}`,
			`scenario, line 1, access_keys[0].expires: "tomorrow" is neither a duration nor a time: ` +
				`write "15m", or "2026-01-02T03:04:05Z"`,
		},
		"an expiry that is no string": {
			`{"access_keys": [{"id": "a", "secret": "b", "security_token": "t", "expires": 1}]}`,
			"scenario, line 1, access_keys[0].expires: it is a number: write a string, or leave the field out",
		},
		"a region that is no string": {
			`{"region": null}`, "scenario, line 1, region: it is null: write a string, or leave the field out",
		},
		"a rate limit without a rate": {
			"{" + key + ",\n\"rate_limit\": {\"burst\": 1}}",
			"scenario, line 2, rate_limit.requests_per_second: 0 is not a rate: give 1 or more, or leave rate_limit out",
		},
		"a rate limit with half a request": {
			`{"rate_limit": {"requests_per_second": 0.5}}`,
			"scenario, line 1, rate_limit.requests_per_second: it is 0.5: write a whole number, 1 or more",
		},
		"a rate limit with a burst below zero": {
			"{" + key + `, "rate_limit": {"requests_per_second": 1, "burst": -1}}`,
			"scenario, line 1, rate_limit.burst: -1 is not a number of requests: give 1 or more, or leave it out",
		},
		"a rate limit with another status": {
			"{" + key + `, "rate_limit": {"requests_per_second": 1, "status": 503}}`,
			"scenario, line 1, rate_limit.status: 503 is not one that the gateway throttles with: give 429 or 400, or leave it out",
		},
		"a rate limit whose headers are no boolean": {
			`{"rate_limit": {"headers": "yes"}}`,
			`scenario, line 1, rate_limit.headers: it is a string: write true or false, or leave the field out`,
		},
		"an unknown format": {
			"{" + key + ",\n\"format\": \"yaml\"}",
			`scenario, line 2, format: "yaml" is not a format: use json, xml or xml-rooted, or leave it out`,
		},
		"a cluster without a timeline": {
			"{" + key + ",\n\"clusters\": {\n\"c1\": {}}}",
			`scenario, line 3, clusters["c1"].timeline: a timeline needs at least one step, such as {"phase": "idle"}`,
		},
		"a cluster with an empty id": {
			"{" + key + ",\n\"clusters\": {\n\"\": {\"timeline\": []}}}",
			`scenario, line 3, clusters[""]: a cluster's id must not be empty`,
		},
		"a timeline that is null": {
			"{" + key + ",\n\"clusters\": {\"c1\": {\"timeline\": null}}}",
			`scenario, line 2, clusters["c1"].timeline: it is null: write an array, [...]`,
		},
		"a step without an answer": {
			step(`{"for": "1s"}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has neither phase nor http: give one of them`,
		},
		"a step with two answers": {
			step(`{"phase": "idle", "http": {}}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has phase and http: give one of them`,
		},
		"an unknown phase": {
			step("{\"phase\": \"idle\", \"polls\": 1},\n{\"phase\": \"runing\"}"),
			`scenario, line 4, clusters["c1"].timeline[1].phase: "runing" is not a phase: ` +
				`use idle, running, paused, finishing, succeeded, failed or unknown`,
		},
		"a response without a phase": {
			step(`{"responses": {"GetUpgradeStatus": {}}}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has responses but no phase: give a phase too, ` +
				`for the operations that have no response here`,
		},
		"a response of an operation that does not exist": {
			step("{\"phase\": \"idle\", \"responses\": {\n\"GetStatus\": {}}}"),
			`scenario, line 4, clusters["c1"].timeline[0].responses["GetStatus"]: "GetStatus" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks or DescribeClusterDetail`,
		},
		"a message besides http": {
			step(`{"http": {}, "message": "x"}`),
			`scenario, line 3, clusters["c1"].timeline[0]: http is the response of all operations: ` +
				`leave out message, cluster, tasks and responses, or http`,
		},
		"tasks besides http": {
			step(`{"http": {}, "tasks": [{"task_type": "a"}]}`),
			`scenario, line 3, clusters["c1"].timeline[0]: http is the response of all operations: ` +
				`leave out message, cluster, tasks and responses, or http`,
		},
		"a task without a type": {
			step("{\"phase\": \"idle\", \"tasks\": [\n{\"state\": \"running\"}]}"),
			`scenario, line 4, clusters["c1"].timeline[0].tasks[0].task_type: a task needs a type, such as "nodepool_upgrade"`,
		},
		"a task at no time": {
			step(`{"phase": "idle", "tasks": [{"task_type": "a", "created": "soon"}]}`),
			`scenario, line 3, clusters["c1"].timeline[0].tasks[0].created: "soon" is neither a duration nor a time: ` +
				`write "15m", or "2026-01-02T03:04:05Z"`,
		},
		"many tasks in a step": {
			step(`{"phase": "idle", "tasks": [{"task_type": "a", "count": 2}]}`),
			`scenario, line 3, clusters["c1"].timeline[0].tasks[0].count: unknown field: ` +
				`use one of created, error, state, task_id, task_type, updated`,
		},
		"an unknown field of a cluster's override": {
			step(`{"phase": "idle", "cluster": {"id": "a"}}`),
			`scenario, line 3, clusters["c1"].timeline[0].cluster.id: unknown field: ` +
				`use one of cluster_id, current_version, next_version, state`,
		},
		"too long a history": {
			with("\"history\": [\n{\"task_type\": \"a\", \"count\": 10001}]"),
			`scenario, line 3, clusters["c1"].history[0].count: 10001 is not a number of tasks: give 1 to 10000`,
		},
		"too many tasks in all": {
			with(`"history": [{"task_type": "a", "count": 10000}, {"task_type": "a"}]`),
			`scenario, line 2, clusters["c1"].history: it has 10001 tasks in all: give at most 10000`,
		},
		"many tasks of one id": {
			with(`"history": [{"task_type": "a", "count": 2, "task_id": "b"}]`),
			`scenario, line 2, clusters["c1"].history[0].task_id: 2 tasks cannot have the same id: leave it out, or the count`,
		},
		"an unknown order": {
			with("\"listing\": {\n\"order\": \"newest\"}"),
			`scenario, line 3, clusters["c1"].listing.order: "newest" is not known: use newest_first, oldest_first or shuffled, or leave it out`,
		},
		"an unknown way to write times": {
			with(`"listing": {"times": "rfc3339"}`),
			`scenario, line 2, clusters["c1"].listing.times: "rfc3339" is not known: use offset, fraction, utc, seconds or milliseconds, or leave it out`,
		},
		"an unknown spelling": {
			with(`"listing": {"spelling": "third"}`),
			`scenario, line 2, clusters["c1"].listing.spelling: "third" is not known: use first, second or mixed, or leave it out`,
		},
		"an unknown letter case": {
			with(`"listing": {"case": "camel"}`),
			`scenario, line 2, clusters["c1"].listing.case: "camel" is not known: use lower, upper, title or mixed, or leave it out`,
		},
		"pages larger than any": {
			with(`"listing": {"page_size": 101}`),
			`scenario, line 2, clusters["c1"].listing.page_size: 101 is not a size of a page: give 1 to 100, or leave it out`,
		},
		"fewer than no tasks missing": {
			with(`"listing": {"cut_short": -1}`),
			`scenario, line 2, clusters["c1"].listing.cut_short: -1 is not a number of tasks: give 1 or more, or leave it out`,
		},
		"a list from the future": {
			with(`"listing": {"lag": "-1s"}`),
			`scenario, line 2, clusters["c1"].listing.lag: -1s is not a length: give a positive duration, or leave it out`,
		},
		"a list that lags in two ways": {
			with(`"listing": {"lag": "1s", "lag_polls": 1}`),
			`scenario, line 2, clusters["c1"].listing: it has both lag and lag_polls: leave one of them out`,
		},
		"an operation that is withdrawn and does not exist": {
			"{" + key + ",\n\"withdrawn\": [\n\"DescribeClusters\"]}",
			`scenario, line 3, withdrawn[0].operation: "DescribeClusters" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks or DescribeClusterDetail`,
		},
		"an operation that is withdrawn twice": {
			"{" + key + `, "withdrawn": ["GetUpgradeStatus", {"operation": "GetUpgradeStatus", "after": "1s"}]}`,
			`scenario, line 1, withdrawn[1]: duplicate operation GetUpgradeStatus: leave one of them out`,
		},
		"a withdrawal at two moments": {
			"{" + key + `, "withdrawn": [{"operation": "GetUpgradeStatus", "after": "1s", "after_requests": 1}]}`,
			`scenario, line 1, withdrawn[0]: it has both after and after_requests: leave one of them out`,
		},
		"a withdrawal that succeeds": {
			"{" + key + `, "withdrawn": [{"operation": "GetUpgradeStatus", "status": 200}]}`,
			`scenario, line 1, withdrawn[0].status: 200 is not the status of an error: give 400 to 599, or leave it out`,
		},
		"a withdrawal that is no name": {
			"{" + key + `, "withdrawn": [1]}`, `scenario, line 1, withdrawn[0]: it is a number: write an object, {...}`,
		},
		"an operation that is forbidden and does not exist": {
			"{" + key + `, "forbidden": ["a"]}`,
			`scenario, line 1, forbidden[0].operation: "a" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks or DescribeClusterDetail`,
		},
		"an operation that is forbidden for an unknown cluster": {
			"{" + key + `, "forbidden": [{"operation": "GetUpgradeStatus", "cluster": "c9"}]}`,
			`scenario, line 1, forbidden[0].cluster: there is no cluster "c9": give the id of one, or leave it out to mean all`,
		},
		"an operation that is forbidden to an unknown key": {
			"{" + key + `, "forbidden": [{"operation": "GetUpgradeStatus", "access_key": "nobody"}]}`,
			`scenario, line 1, forbidden[0].access_key: there is no key "nobody": give the id of one, or leave it out to mean all`,
		},
		"a fault of an operation that does not exist": {
			"{" + key + `, "faults": [{"kind": "reset", "operation": "GetStatus"}]}`,
			`scenario, line 1, faults[0].operation: "GetStatus" is not an operation of the simulator: ` +
				`use GetUpgradeStatus, DescribeClusterTasks or DescribeClusterDetail`,
		},
		"a fault of a connection for an operation": {
			"{" + key + `, "faults": [{"kind": "refused", "operation": "GetUpgradeStatus"}]}`,
			`scenario, line 1, faults[0].operation: a connection is made before any operation is requested: leave it out`,
		},
		"a step with two lengths": {
			step(`{"phase": "idle", "for": "1s", "polls": 1}`),
			`scenario, line 3, clusters["c1"].timeline[0]: it has for and polls: ` +
				`a step lasts a time or a number of polls, so leave one of them out`,
		},
		"a step that stays although others follow": {
			step("{\"phase\": \"idle\"},\n{\"phase\": \"idle\"}"),
			`scenario, line 3, clusters["c1"].timeline[0]: it would stay for ever, and steps follow: ` +
				`give it for or polls, or make it the last one`,
		},
		"a length that is no duration": {
			step(`{"phase": "idle", "for": "soon"}`),
			`scenario, line 3, clusters["c1"].timeline[0].for: it is "soon": write a duration, such as "500ms", "30s" or "1h30m"`,
		},
		"a length that is no string": {
			step(`{"phase": "idle", "for": [30]}`),
			`scenario, line 3, clusters["c1"].timeline[0].for: it is an array: write a duration, such as "500ms", "30s" or "1h30m"`,
		},
		"a length below zero": {
			step(`{"phase": "idle", "for": "-1s"}`),
			`scenario, line 3, clusters["c1"].timeline[0].for: -1s is not a length: give a positive duration`,
		},
		"no polls at all": {
			step(`{"phase": "idle", "polls": 0}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: it is 0: write a whole number, 1 or more`,
		},
		"half a poll": {
			step(`{"phase": "idle", "polls": 0.5}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: it is 0.5: write a whole number, 1 or more`,
		},
		"fewer than no polls": {
			step(`{"phase": "idle", "polls": -1}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: -1 is not a number of polls: give 1 or more`,
		},
		"a very long number": {
			step(`{"phase": "idle", "polls": ` + strings.Repeat("1", 41) + `}`),
			`scenario, line 3, clusters["c1"].timeline[0].polls: it is a number: write a whole number, 1 or more`,
		},
		"a status that ends nothing": {
			step("{\"http\": {\n\"status\": 100}}"),
			`scenario, line 4, clusters["c1"].timeline[0].http.status: 100 is not the status of a response: give 200 to 599`,
		},
		"a body where none can be": {
			step(`{"http": {"status": 204, "body": "x"}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.body: a response with status 204 has no body: leave it out`,
		},
		"a content type with a line break": {
			step(`{"http": {"content_type": "a\nb"}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.content_type: "a\nb" cannot stand in a header: ` +
				`take out line breaks and the like`,
		},
		"a header's name with a blank": {
			step(`{"http": {"headers": {"a b": "c"}}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.headers["a b"]: "a b" is not the name of a header: ` +
				`use letters, digits and -`,
		},
		"a header's value with a line break": {
			step(`{"http": {"headers": {"a": "b\r\nc"}}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.headers["a"]: "b\r\nc" cannot stand in a header: ` +
				`take out line breaks and the like`,
		},
		"a header that is no string": {
			step(`{"http": {"headers": {"a": 1}}}`),
			`scenario, line 3, clusters["c1"].timeline[0].http.headers["a"]: it is a number: write a string, or leave the field out`,
		},
		"more than 4 MiB": {
			strings.Repeat(" ", maxScenario) + "{}", "scenario: it is larger than 4 MiB: split it into several simulators",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(test.scenario))
			if err == nil || err.Error() != test.want {
				t.Errorf("\ngot  %v\nwant %s", err, test.want)
			}
			if problem := (*document.Error)(nil); !errors.As(err, &problem) {
				t.Errorf("%v is a %T, not a *document.Error", err, err)
			}
		})
	}
}

func TestReadScenarioPassesOnWhatTheReaderSays(t *testing.T) {
	_, err := Read(iotest.ErrReader(io.ErrUnexpectedEOF))
	if !errors.Is(err, io.ErrUnexpectedEOF) || err.Error() != "reading the scenario: unexpected EOF" {
		t.Error(err)
	}
}

func TestAScenarioMadeInGoIsCheckedAsWell(t *testing.T) {
	keys := []AccessKey{{ID: "a", Secret: "b"}}
	for name, test := range map[string]struct {
		scenario Scenario
		want     string
	}{
		"an answer that is not JSON": {
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
