package provider

import (
	"net"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// connectTo returns connections to a simulator.
func connectTo(t *testing.T, endpoint string, change ...func(*providerModel)) *connections {
	t.Helper()
	m := providerModel{
		AccessKey: types.StringValue("testak"), SecretKey: types.StringValue("testsk"), Region: types.StringValue("cn-hangzhou"),
		Protocol: types.StringValue("HTTP"), Endpoints: endpoints(types.StringValue(endpoint)),
	}
	for _, c := range change {
		c(&m)
	}
	s, diags := resolveSettings(t.Context(), m, Machine{Getenv: environ()})
	if diags.HasError() {
		t.Fatal(diags)
	}
	return newConnections(s)
}

func phasesOf(phases ...string) types.Set {
	var values []attr.Value
	for _, p := range phases {
		values = append(values, types.StringValue(p))
	}
	return types.SetValueMust(types.StringType, values)
}

const reported = `
	"idle": {"timeline": [{"phase": "idle"}]},
	"running": {"timeline": [{"phase": "running"}]},
	"paused": {"timeline": [{"phase": "paused"}]},
	"failed": {"timeline": [{"phase": "failed", "message": "node is NotReady"}]},
	"succeeded": {"timeline": [{"phase": "succeeded"}]},
	"forbidden": {"timeline": [{"http": {"status": 403, "content_type": "application/json", "body": "{\"code\":\"Forbidden.RAM\"}"}}]}`

// What an enforced read would do is a warning, whose summary is enough by itself; id, region and phase always have values.
func TestAReadThatDoesNotEnforceOnlyWarns(t *testing.T) {
	gate := phasesOf("idle", "succeeded")
	for name, test := range map[string]struct {
		cluster string
		read    readModel
		phase   string
		warning string
	}{
		"nothing to say":              {"idle", readModel{waitArguments: waitArguments{RequirePhases: gate}}, "idle", ""},
		"nothing to wait for":         {"succeeded", readModel{WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{RequirePhases: gate}}, "succeeded", ""},
		"it would wait":               {"running", readModel{WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{RequirePhases: gate}}, "running", summary.WouldWait(summary.Cluster("running"), upgrade.PhaseRunning)},
		"it would be stopped":         {"running", readModel{waitArguments: waitArguments{RequirePhases: gate}}, "running", summary.WouldFail(summary.GateClosed(summary.Cluster("running"), upgrade.PhaseRunning))},
		"it would be stopped at once": {"failed", readModel{WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{RequirePhases: gate}}, "failed", summary.WouldFail(summary.GateClosed(summary.Cluster("failed"), upgrade.PhaseFailed))},
		"a pause ends its wait":       {"paused", readModel{WaitForTerminal: types.BoolValue(true)}, "paused", summary.WouldFail(summary.UpgradePaused(summary.Cluster("paused")))},
		"a pause is waited out":       {"paused", readModel{WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{WaitThroughPause: types.BoolValue(true)}}, "paused", summary.WouldWait(summary.Cluster("paused"), upgrade.PhasePaused)},
		"another version":             {"succeeded", readModel{waitArguments: waitArguments{RequireVersion: types.StringValue(">= 9.9")}}, "succeeded", "An apply now would fail: Cluster succeeded does not run Kubernetes >= 9.9"},
		"a version to wait for":       {"succeeded", readModel{WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{RequireVersion: types.StringValue(">= 9.9")}}, "succeeded", "An apply now would wait for cluster succeeded to run Kubernetes >= 9.9"},
		"a cluster that is deleted":   {"nobody", readModel{}, "unknown", summary.WouldFail(summary.ClusterNotFound(summary.Cluster("nobody")))},
		"a cluster that is forbidden": {"forbidden", readModel{waitArguments: waitArguments{Source: types.StringValue("upgrade_status")}}, "unknown", summary.WouldFail(summary.NotAllowed(summary.Cluster("forbidden")))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, endpoint := simulate(t, reported)
			test.read.Enforce = types.BoolValue(false)
			m := statusModel{ClusterID: types.StringValue(test.cluster), readModel: test.read}
			diags := m.read(t.Context(), connectTo(t, endpoint), testLimit)
			holdToWarning(t, diags, test.warning)
			if m.ID.ValueString() != test.cluster || m.Region.ValueString() != "cn-hangzhou" || m.Phase.ValueString() != test.phase {
				t.Errorf("id %s, region %s, phase %s, want %s", m.ID, m.Region, m.Phase, test.phase)
			}
			if test.phase == "unknown" && !strings.Contains(m.Summary.ValueString(), strings.TrimPrefix(test.warning, "An apply now would fail: ")) {
				t.Errorf("the summary is %s", m.Summary)
			}
		})
	}
}

func holdToWarning(t *testing.T, diags diag.Diagnostics, summary string) {
	t.Helper()
	switch {
	case diags.HasError():
		t.Errorf("it fails: %v", diags)
	case summary == "" && len(diags) > 0:
		t.Errorf("it warns: %v", diags)
	case summary != "" && (len(diags) != 1 || diags[0].Summary() != summary):
		t.Errorf("want %q, got %v", summary, diags)
	case summary != "" && !strings.Contains(diags[0].Detail(), "This read does not fail, because enforce is false."):
		t.Errorf("got %s", diags[0].Detail())
	}
}

func TestAFleetThatDoesNotEnforceGroupsItsWarnings(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, reported+`, "running2": {"timeline": [{"phase": "running"}]}`)
	var ids []attr.Value
	for _, id := range []string{"idle", "running", "nobody", "running2"} {
		ids = append(ids, types.StringValue(id))
	}
	m := statusesModel{ClusterIDs: types.ListValueMust(types.StringType, ids), readModel: readModel{
		Enforce: types.BoolValue(false), WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{RequirePhases: phasesOf("idle")},
	}}
	diags := m.read(t.Context(), connectTo(t, endpoint), testLimit)
	var summaries []string
	for _, d := range diags {
		summaries = append(summaries, d.Summary())
	}
	want := "An apply now would wait for the upgrade of cluster running (phase running) (and 1 more cluster)|An apply now would fail: Cluster nobody not found"
	if got := strings.Join(summaries, "|"); got != want || diags.HasError() {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if m.ID.ValueString() != "4 clusters: 1 idle, 2 running, 1 unknown" || len(m.Statuses.Elements()) != 4 {
		t.Errorf("%s, %d statuses", m.ID, len(m.Statuses.Elements()))
	}
}

func TestAReadThatDoesNotEnforceEndsInTimeDespiteNetworkErrors(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() }) // It accepts nothing, and says nothing.
	m := statusModel{ClusterID: types.StringValue("c1"), readModel: readModel{Enforce: types.BoolValue(false)}}
	// Without its own limit, the read would take an hour, longer than the timeout of the tests.
	diags := m.read(t.Context(), connectTo(t, listener.Addr().String()), testLimit)
	holdToWarning(t, diags, summary.WouldFail(summary.ReadTimeout(summary.Cluster("c1"))))
}

func TestAnUnknownSettingIsAWarningIfEnforceIsFalse(t *testing.T) {
	t.Parallel()
	c := connectTo(t, "127.0.0.1:1", func(m *providerModel) { m.SecretKey = types.StringUnknown() })
	m := statusModel{ClusterID: types.StringValue("c1"), readModel: readModel{Enforce: types.BoolValue(false), waitArguments: waitArguments{Region: types.StringValue("cn-beijing")}}}
	diags := m.read(t.Context(), c, testLimit)
	holdToWarning(t, diags.Errors(), "")
	if len(diags) != 1 || diags[0].Summary() != summary.WouldFailFor(summary.Cluster("c1"), summary.UnknownSetting("secret_key")) {
		t.Errorf("got %v", diags)
	}
	if m.Region.ValueString() != "cn-beijing" || m.Phase.ValueString() != "unknown" {
		t.Errorf("region %s, phase %s", m.Region, m.Phase)
	}
}
