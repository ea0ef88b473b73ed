package provider

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

const statusAddress = "data.ackupgrade_status.this"

// statusBlock returns a data source about cluster c1, with more arguments as given.
func statusBlock(arguments ...string) string {
	return "\ndata \"ackupgrade_status\" \"this\" {\n  cluster_id = \"c1\"\n  " + strings.Join(arguments, "\n  ") + "\n}\n"
}

// mentions matches a text however the CLI wraps its lines.
func mentions(text string) *regexp.Regexp {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = regexp.QuoteMeta(word)
	}
	return regexp.MustCompile(strings.Join(words, `[\s│]+`))
}

func TestStatusReturnsTheResponse(t *testing.T) {
	for name, test := range map[string]struct {
		status string
		source string // Empty is none given.
		want   map[string]knownvalue.Check
	}{
		"all fields": {
			`{"error_message":"subject to actual return","precheck_report_id":"be4c8eb72de94d459ea7ace7c811d119","status":"running",
			  "upgrade_step":"prechecking","upgrade_task":{"status":"Running","message":"batch 1","retries":2},"more":[1]}`,
			"",
			map[string]knownvalue.Check{
				"id":                 knownvalue.StringExact("c1"),
				"cluster_id":         knownvalue.StringExact("c1"),
				"region":             knownvalue.StringExact("cn-hangzhou"),
				"error_message":      knownvalue.StringExact("subject to actual return"),
				"precheck_report_id": knownvalue.StringExact("be4c8eb72de94d459ea7ace7c811d119"),
				"status":             knownvalue.StringExact("running"),
				"upgrade_step":       knownvalue.StringExact("prechecking"),
				"upgrade_task": knownvalue.ObjectExact(map[string]knownvalue.Check{
					"status": knownvalue.StringExact("Running"), "message": knownvalue.StringExact("batch 1"),
				}),
				"phase":           knownvalue.StringExact("running"),
				"terminal":        knownvalue.Bool(false),
				"source":          knownvalue.StringExact("upgrade_status"),
				"cluster_state":   knownvalue.Null(),
				"current_version": knownvalue.Null(),
				"task_id":         knownvalue.Null(),
				"summary":         knownvalue.StringExact("Cluster c1: the upgrade is running, step prechecking: subject to actual return"),
			},
		},
		"nothing": {`{}`, "upgrade_status", map[string]knownvalue.Check{
			"error_message":      knownvalue.Null(),
			"precheck_report_id": knownvalue.Null(),
			"status":             knownvalue.Null(),
			"upgrade_step":       knownvalue.Null(),
			"upgrade_task":       knownvalue.Null(),
			"phase":              knownvalue.StringExact("unknown"),
			"terminal":           knownvalue.Bool(false),
			"summary":            knownvalue.StringExact("Cluster c1: the state of the upgrade is unknown (status none, step none, task none)"),
		}},
		"empty strings and an empty task": {`{"status":"","upgrade_step":"not_start","upgrade_task":{}}`, "auto", map[string]knownvalue.Check{
			"status":       knownvalue.StringExact(""),
			"upgrade_step": knownvalue.StringExact("not_start"),
			"upgrade_task": knownvalue.ObjectExact(map[string]knownvalue.Check{"status": knownvalue.Null(), "message": knownvalue.Null()}),
			"phase":        knownvalue.StringExact("idle"),
			"terminal":     knownvalue.Bool(true),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "unknown", "responses": {"GetUpgradeStatus": `+test.status+`}}]}`)
			var arguments []string
			if test.source != "" {
				arguments = []string{fmt.Sprintf("source = %q", test.source)}
			}
			var checks []statecheck.StateCheck
			for attribute, want := range test.want {
				checks = append(checks, statecheck.ExpectKnownValue(statusAddress, tfjsonpath.New(attribute), want))
			}
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps:                    []resource.TestStep{{Config: providerBlock(endpoint) + statusBlock(arguments...), ConfigStateChecks: checks}},
			})
		})
	}
}

func TestStatusWaitsForTheEndOfTheUpgrade(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `"c1": {"timeline": [{"polls": 2, "phase": "running"}, {"polls": 1, "phase": "paused"}, {"phase": "succeeded"}]}`)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: providerBlock(endpoint) +
				statusBlock(`wait_for_terminal = true`, `wait_through_pause = true`, `poll_interval = "1s"`, `require_phases = ["succeeded"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(statusAddress, tfjsonpath.New("phase"), knownvalue.StringExact("succeeded")),
			},
		}},
	})
	requests := simulator.Requests()
	for i, want := range []string{"running", "running", "paused", "succeeded"} {
		if got := string(requests[i].Phase); got != want {
			t.Errorf("poll %d was %s, want %s", i+1, got, want)
		}
	}
	for _, r := range requests {
		if r.UserAgent == "" || !strings.HasPrefix(r.UserAgent, "terraform-provider-ackupgrade/test ") {
			t.Errorf("user agent %q", r.UserAgent)
		}
	}
}

func TestStatusFails(t *testing.T) {
	const clusters = `"c1": {"timeline": [{"phase": "failed", "message": "node is NotReady"}]}, "c2": {"timeline": [{"phase": "paused"}]}, "c3": {"timeline": [{"phase": "running"}]}`
	for name, test := range map[string]struct{ config, want string }{
		"in a phase that is not allowed": {
			statusBlock(`require_phases = ["idle", "succeeded"]`),
			summary.GateClosed(summary.Cluster("c1"), upgrade.PhaseFailed),
		},
		"in a pause, while waiting": {
			strings.Replace(statusBlock(`wait_for_terminal = true`), "c1", "c2", 1),
			summary.UpgradePaused(summary.Cluster("c2")),
		},
		"at its deadline": {
			strings.Replace(statusBlock(`wait_for_terminal = true`, `timeouts { read = "1s" }`), "c1", "c3", 1),
			"The upgrade did not end within timeouts.read = 1s.",
		},
		"for an empty set of phases":           {statusBlock(`require_phases = []`), "require_phases is empty"},
		"for a phase that is null":             {statusBlock(`require_phases = [null]`), summary.ContainsNull("require_phases")},
		"for a phase that is none":             {statusBlock(`require_phases = ["success"]`), `require_phases contains "success", which is not a phase`},
		"for an interval that is none":         {statusBlock(`poll_interval = "soon"`), `Attribute poll_interval must be a duration from 1s to 10m, a number with the unit s, m or h, such as "30s" or "1h30m", got: soon`},
		"for an interval too short":            {statusBlock(`poll_interval = "10ms"`), "must be a duration from 1s to 10m"},
		"for an interval too long":             {statusBlock(`poll_interval = "11m"`), "must be a duration from 1s to 10m"},
		"for a timeout below zero":             {statusBlock(`timeouts { read = "-1h" }`), "Attribute timeouts.read must be a duration of at least 1s"},
		"for a source that is none":            {statusBlock(`source = "task"`), `Attribute source must be "auto", "upgrade_status" or "tasks" (did you mean "tasks"?), got: task`},
		"for an empty scope":                   {statusBlock(`scope = []`), "scope is empty"},
		"for a scope that is none":             {statusBlock(`scope = ["node_pool"]`), `Did you mean "node_pools"?`},
		"for a scope that the source lacks":    {statusBlock(`source = "upgrade_status"`, `scope = ["control_plane", "node_pools"]`), summary.ScopeConflict},
		"for phases that no wait ends in":      {statusBlock(`wait_for_terminal = true`, `require_phases = ["running", "paused"]`), summary.PhasesConflict},
		"for a version that is none":           {statusBlock(`require_version = "newest"`), `Attribute require_version must be a version constraint, such as ">= 1.33", "~> 1.32.0" or "= 1.33.3-aliyun.1", got: newest`},
		"for an empty version":                 {statusBlock(`require_version = ""`), "Attribute require_version must be a version constraint"},
		"for an empty cluster id":              {strings.Replace(statusBlock(), "c1", "", 1), "Attribute cluster_id must be the ID of an ACK cluster"},
		"for a cluster id with a slash":        {strings.Replace(statusBlock(), "c1", "c1/x", 1), "Attribute cluster_id must be the ID of an ACK cluster"},
		"for a region that is none":            {statusBlock(`region = "Hangzhou!"`), "Attribute region must be the ID of a region"},
		"for an unknown cluster":               {strings.Replace(statusBlock(), "c1", "c9", 1), summary.ClusterNotFound(summary.Cluster("c9"))},
		"for a timeout with another name":      {statusBlock("timeouts {", `raed = "5s"`, "}"), `An argument named "raed" is not expected here.`},
		"for a timeout of the other form":      {statusBlock("timeouts {", `open = "5s"`, "}"), `An argument named "open" is not expected here.`},
		"for an attribute that does not exist": {statusBlock(`wait = true`), `An argument named "wait" is not expected here.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, endpoint := simulate(t, clusters)
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(),
				Steps:                    []resource.TestStep{{Config: providerBlock(endpoint) + test.config, ExpectError: mentions(test.want)}},
			})
		})
	}
}

func TestStatusIsDeferredForValuesKnownOnlyAfterApply(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "idle"}]}`)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{
				Config: providerBlock(endpoint) + `
resource "terraform_data" "cluster" {
  input = "c1"
}

data "ackupgrade_status" "this" {
  cluster_id = terraform_data.cluster.output
}
`,
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(statusAddress, tfjsonpath.New("phase"), knownvalue.StringExact("idle")),
				},
			},
		},
	})
	if len(simulator.Requests()) == 0 {
		t.Error("it was never read")
	}
}

func TestSettingsThatAreKnownOnlyAfterApply(t *testing.T) {
	unknown := func(t *testing.T) string {
		t.Helper()
		_, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "idle"}]}`)
		return strings.Replace(providerBlock(endpoint), `"testsk"`, "terraform_data.secret.output", 1) + `
resource "terraform_data" "secret" {
  input = "testsk"
}
`
	}
	t.Run("fail a read at plan, and say which it is", func(t *testing.T) {
		t.Parallel()
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: factories(),
			Steps: []resource.TestStep{{
				Config:      unknown(t) + statusBlock(),
				ExpectError: mentions(summary.UnknownSetting("secret_key")),
			}},
		})
	})
	t.Run("are there for a read that waits for the resource they come from", func(t *testing.T) {
		t.Parallel()
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: factories(),
			Steps: []resource.TestStep{{
				Config: unknown(t) + statusBlock(`depends_on = [terraform_data.secret]`),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(statusAddress, tfjsonpath.New("phase"), knownvalue.StringExact("idle")),
				},
			}},
		})
	})
}

func TestProviderFails(t *testing.T) {
	with := func(settings string) string { return "provider \"ackupgrade\" {\n" + settings + "\n}\n" }
	const pair = "access_key = \"testak\"\nsecret_key = \"testsk\"\n"
	for name, test := range map[string]struct {
		config string
		env    []string
		want   string
	}{
		"without credentials":                    {with(""), nil, summary.NoValidCredentials},
		"with half an access key":                {with(`access_key = "testak"`), nil, summary.Missing("secret_key")},
		"with a region that is none":             {with(pair + `region = "cn hangzhou"`), nil, "Attribute region must be the ID of a region"},
		"with a protocol that is none":           {with(pair + `protocol = "http"`), nil, `Attribute protocol must be "HTTPS" or "HTTP", got: http`},
		"with a time-out below zero":             {with(pair + `client_read_timeout = -1`), nil, "Attribute client_read_timeout must be between 1 and 3600000, or 0 for the default, got: -1"},
		"with a scheme in an endpoint":           {with(pair + "endpoints {\ncs = \"https://cs.cn-hangzhou.aliyuncs.com\"\n}"), nil, "must be a host or host:port"},
		"with two blocks of endpoints":           {with(pair + "endpoints {}\nendpoints {}"), nil, "Attribute endpoints list must contain at most 1 elements, got: 2"},
		"with a line end in the user agent":      {with(pair + `configuration_source = "a\nb"`), nil, "must be at most 1024 printable ASCII characters"},
		"with a bad region in the environment":   {with(pair), []string{"ALIBABA_CLOUD_REGION", "cn hangzhou"}, `The value "cn hangzhou" of the environment variable ALIBABA_CLOUD_REGION must be the ID of a region`},
		"with a bad time-out in the environment": {with(pair), []string{"CLIENT_READ_TIMEOUT", "1m"}, `The value "1m" of the environment variable CLIENT_READ_TIMEOUT must be a number of milliseconds from 1 to 3600000, or 0 for the default.`},
		"with a bad endpoint in the environment": {with(pair), []string{"CS_ENDPOINT", "http://x"}, `The value "http://x" of the environment variable CS_ENDPOINT must be a host or host:port`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				ProtoV6ProviderFactories: factories(test.env...),
				Steps:                    []resource.TestStep{{Config: test.config + statusBlock(), ExpectError: mentions(test.want)}},
			})
		})
	}
}

// What the provider block says of the network reaches the network.
func TestSettingsAreUsedInRequests(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "idle"}]}`)
	settings := `configuration_source = "module/x"`
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories("ALICLOUD_SOURCE_IP", "192.0.2.7"),
		Steps:                    []resource.TestStep{{Config: strings.Replace(providerBlock(endpoint), "  protocol", "  "+settings+"\n  protocol", 1) + statusBlock()}},
	})
	for _, r := range simulator.Requests() {
		if !strings.HasSuffix(r.UserAgent, " module/x") || r.Status != 200 {
			t.Errorf("response %d %s, user agent %q", r.Status, r.Code, r.UserAgent)
		}
	}
}

func TestAServerThatDoesNotRespondIsATimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	settings := "client_read_timeout = 200\n  client_connect_timeout = 900\n  max_retry_timeout = 1"
	block := strings.Replace(providerBlock(server.Listener.Addr().String()), "  protocol", "  "+settings+"\n  protocol", 1)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps:                    []resource.TestStep{{Config: block + statusBlock(), ExpectError: mentions(summary.NoResponse(summary.Cluster("c1")))}},
	})
}
