package scenario

import (
	"maps"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// Example is a scenario with one of most things, as the help shows it.
const Example = `{
  "access_keys": [{"id": "testak", "secret": "testsk"}, {"id": "otherak", "secret": "othersk"}],
  "region": "cn-hangzhou",
  "rate_limit": {"requests_per_second": 20, "headers": true},
  "withdrawn": [{"operation": "GetUpgradeStatus", "after": "10m"}],
  "forbidden": [{"operation": "DescribeClusterTasks", "cluster": "c-idle"}],
  "faults": [
    {"kind": "throttled", "count": 3, "time_left": "2s", "cluster": "c-upgrade"},
    {"kind": "reset", "probability": 0.05, "operation": "DescribeClusterDetail"}
  ],
  "roles": [{"arn": "acs:ram::1234567890123456:role/deploy", "trusts": ["testak", "oidc"]}],
  "oidc": {"provider_arn": "acs:ram::1234567890123456:oidc-provider/ci",
           "tokens": [{"token": "made-up", "expires": "1h"}]},
  "metadata": {"role": "instance"},
  "credentials_uri": {"path": "/credentials"},
  "clusters": {
    "c-idle": {
      "history": [{"task_type": "nodepool_scaleout", "count": 250}],
      "listing": {"order": "shuffled", "times": "milliseconds", "case": "mixed"},
      "timeline": [{"phase": "idle"}]
    },
    "c-beijing": {
      "region": "cn-beijing",
      "visible_to": ["otherak", "acs:ram::1234567890123456:role/deploy"],
      "timeline": [{"phase": "idle"}]
    },
    "c-fleet": {
      "count": 1000, "tags": {"env": "prod"}, "timeline": [{"phase": "succeeded"}]
    },
    "c-planned": {
      "plans": [{"type": "CLUSTER_UPGRADE_MASTER", "start": "20m", "lasts": "15m"}],
      "timeline": [{"phase": "idle"}]
    },
    "c-upgrade": {"timeline": [
      {"polls": 3, "phase": "running", "message": "upgrading the masters"},
      {"for": "20s", "phase": "running", "responses": {"GetUpgradeStatus": {"status": "running"}}},
      {"for": "20s", "phase": "running",
       "tasks": [{"task_type": "nodepool_upgrade", "state": "running"}]},
      {"polls": 1, "http": {"status": 502, "content_type": "text/html", "body": "<h1>no</h1>"}},
      {"for": "1m", "phase": "finishing", "cluster": {"state": "updating"}},
      {"phase": "succeeded"}
    ]}
  }
}
`

// section is a part of the help: what it is about, and its rows. Its title is the name of the field that it describes, if it
// is one of a field.
type section struct {
	title, about string
	rows         []document.Row
}

// Help describes the scenario file to its authors. It is made from the tables that files are read with.
func Help() string {
	var b strings.Builder
	b.WriteString("A scenario is a JSON file. An unknown field is an error.\n\n" + Example)
	for _, s := range slices.Concat(sections(), readySections()) {
		b.WriteString("\n" + document.Paragraph(strings.TrimSpace(s.title+": "+s.about)) + document.Describe(s.rows))
	}
	return b.String()
}

// sections returns all that a scenario file can hold.
func sections() []section {
	var operations []document.Row
	for _, o := range operation.All() {
		operations = append(operations, document.Row{Name: o.Action, Help: o.Help + ": " + o.Method + " " + o.Path + ", RAM action " + o.RAM})
	}
	return []section{
		{"Operations", "all report the same state of a cluster:", operations},
		{"Scenario", "it has access_keys, and may have:", document.Rows(scenarioFields)},
		{"access_keys", "each has an id and a secret, and may have:", document.Rows(accessKeyFields)},
		{"clusters", "each has a timeline, and may have:", document.Rows(clusterFields)},
		{"region", regionHelp, nil},
		{"timeline", "the state of the cluster, step by step. It begins with the first request for the cluster that passes " +
			"all checks, and its last step stays. Requests for different operations make one poll; the next one begins when an " +
			"operation is requested again. A request for a further page of a list counts nothing. A step has phase or http, and may have:", document.Rows(stepFields)},
		{"phase", "one of", phaseRows()},
		{"cluster", "in a step: these replace the values of the phase:", document.Rows(overrideFields)},
		{"tasks", "in a step: each has a task_type. A task stays in the list, with the values of the last step that names it:", document.Rows(taskFields)},
		{"error", "of a task:", document.Rows(taskErrorFields)},
		{"target", "of a task:", document.Rows(taskTargetFields)},
		{"task_result", "of a task: each part has", document.Rows(taskPartFields)},
		{"history", "each has a task_type. The newest task is a day older than the timeline:", document.Rows(historyFields)},
		{"listing", "the form of the list of tasks, where the API leaves it open:", document.Rows(operation.ListingFields)},
		{"plans", "the times are expected ones. A plan is Scheduled until it begins, then Executing, and Executed or Failed in the end. It begins an " +
			"upgrade: of the control plane, so that the cluster is in the phase running and then succeeded or failed, as in a timeline; or of a node pool " +
			"or an add-on, as a task. A plan has a start, and may have:", document.Rows(planFields)},
		{"cluster_list", "the form of the list of a region's clusters, where the API leaves it open:", document.Rows(operation.ClusterListFields)},
		{"rate_limit", "the request quota:", document.Rows(gateway.RateLimitFields)},
		{
			"withdrawn", "an operation is rejected as unknown, from the beginning or",
			document.Rows(gateway.WithdrawalFields(operation.Names())),
		},
		{
			"forbidden", "an operation is rejected as by a RAM policy, with status 403:",
			document.Rows(gateway.ForbiddenFields(operation.Names())),
		},
		{"faults", "they apply to requests that pass all checks; a wrong signature is rejected as always. If several match, the first applies. Each has a kind, and may have:", fault.Common()},
		{"kind", "of a fault, with the further fields that go with it. refused and those below it apply to connections, so they " +
			"name no cluster and no operation:", fault.KindRows()},
		{"Further fields of faults", "each goes with the kinds that name it:", fault.Options()},
		{"http", "a response that is not from ACK, such as a proxy's:", document.Rows(response.RawFields)},
		{"roles", "each has an arn, and may have:", document.Rows(roleFields)},
		{"oidc", "an identity provider:", document.Rows(oidcFields)},
		{"tokens", "of oidc: each has a token, and may have:", document.Rows(oidcTokenFields)},
		{"metadata", "of an ECS instance:", document.Rows(metadataFields)},
		{"credentials_uri", "a service that issues sessions:", document.Rows(credentialsURIFields)},
	}
}

// readySections returns what the scenarios are that come with the simulator.
func readySections() []section {
	return []section{
		{"Ready scenarios", "-scenario NAME plays one, -print-scenario prints it:", ReadyRows()},
		{"Clusters of the scenario " + DefaultName, "", defaultClusters()},
	}
}

// defaultClusters returns what the default scenario says about its clusters.
func defaultClusters() []document.Row {
	s, err := Parse([]byte(Default()))
	if err != nil {
		return nil // A test holds that there is no error.
	}
	var rows []document.Row
	for _, id := range slices.Sorted(maps.Keys(s.Clusters)) {
		rows = append(rows, document.Row{Name: id, Help: s.Clusters[id].About})
	}
	return rows
}
