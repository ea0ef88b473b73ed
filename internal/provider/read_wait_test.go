package provider

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// What a wait and a data source share has one definition: the same type, and the same number of checks.
func TestAWaitHasTheArgumentsOfTheDataSources(t *testing.T) {
	t.Parallel()
	wait := waitAttributes()
	for name, attribute := range readAttributes() {
		shared, ok := wait[name]
		if own := name == "wait_for_terminal" || name == "enforce"; own == ok {
			t.Errorf("%s is an argument of a wait: %t", name, ok)
			continue
		}
		if !ok {
			continue
		}
		if !shared.GetType().Equal(attribute.GetType()) || shared.IsComputed() || !shared.IsOptional() {
			t.Errorf("%s differs", name)
		}
		if text := shared.GetMarkdownDescription(); strings.Contains(text, "wait_for_terminal") || strings.Contains(text, "After the read") {
			t.Errorf("%s speaks of what there is not: %s", name, text)
		}
	}
	for _, name := range []string{"cluster_id", "cluster_ids"} {
		if attribute := wait[name]; !attribute.IsOptional() || attribute.IsRequired() {
			t.Errorf("%s is required", name)
		}
	}
	for name, attribute := range waitResultAttributes() {
		if !attribute.IsComputed() || attribute.IsOptional() || attribute.IsSensitive() {
			t.Errorf("%s is not a result", name)
		}
		if _, nested := attribute.(schema.MapNestedAttribute); nested {
			t.Errorf("%s is a nested map, which no test override fills", name)
		}
	}
}

func listOfIDs(ids ...string) types.List {
	var values []attr.Value
	for _, id := range ids {
		values = append(values, types.StringValue(id))
	}
	return types.ListValueMust(types.StringType, values)
}

func TestAWaitRequiresIdleOrSucceeded(t *testing.T) {
	none, one := types.ListNull(types.StringType), types.StringValue
	for name, test := range map[string]struct {
		id      types.String
		ids     types.List
		phases  types.Set
		summary string
		result  string
	}{
		"idle is fine":                 {id: one("idle"), ids: none},
		"success is fine":              {id: one("succeeded"), ids: none},
		"a failure is not":             {id: one("failed"), ids: none, summary: summary.GateClosed(summary.Cluster("failed"), upgrade.PhaseFailed)},
		"a failure that is allowed":    {id: one("failed"), ids: none, phases: phasesOf("failed")},
		"idle that is not allowed":     {id: one("idle"), ids: none, phases: phasesOf("succeeded"), summary: summary.GateClosed(summary.Cluster("idle"), upgrade.PhaseIdle)},
		"a pause ends it":              {id: one("paused"), ids: none, summary: "The upgrade of cluster paused is paused"},
		"a fleet":                      {ids: listOfIDs("idle", "succeeded", "idle")},
		"a fleet with a failure":       {ids: listOfIDs("idle", "failed"), summary: summary.GateClosed(summary.Cluster("failed"), upgrade.PhaseFailed)},
		"a fleet of one":               {ids: listOfIDs("succeeded")},
		"nothing to wait for":          {ids: listOfIDs(), summary: summary.NoClusterToWait},
		"both, once both are known":    {id: one("idle"), ids: listOfIDs("idle"), summary: summary.OneOfClusterIDs},
		"neither, once both are known": {ids: none, summary: summary.OneOfClusterIDs},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, endpoint := simulate(t, reported)
			m := waitResourceModel{waitModel: waitModel{ClusterID: test.id, ClusterIDs: test.ids, waitArguments: waitArguments{RequirePhases: test.phases}}}
			diags := m.fillByWait(t.Context(), connectTo(t, endpoint), limit{"timeouts.create", time.Hour})
			got := ""
			for _, d := range diags {
				got += d.Summary()
			}
			if got != test.summary {
				t.Errorf("got  %q\nwant %q", got, test.summary)
			}
		})
	}
}

func TestTheResultOfAFleet(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, reported)
	for _, test := range []struct {
		ids       types.List
		id, phase string
		statuses  int
	}{
		{listOfIDs("idle", "succeeded", "idle"), "2 clusters: 1 idle, 1 succeeded", "", 2},
		{listOfIDs("succeeded"), "1 cluster: 1 succeeded", "succeeded", 1},
	} {
		m := waitResourceModel{waitModel: waitModel{ClusterIDs: test.ids}}
		if diags := m.fillByWait(t.Context(), connectTo(t, endpoint), testLimit); diags.HasError() {
			t.Fatal(diags)
		}
		if m.ID.ValueString() != test.id || m.Summary.ValueString() != test.id || m.Phase.ValueString() != test.phase || !m.Terminal.ValueBool() ||
			len(m.Statuses.Elements()) != test.statuses {
			t.Errorf("%+v", m.waitResult)
		}
	}
}

// A change of what to wait for, or of what to require, waits again. A change of how to wait does not. A new argument must be in one
// of the two lists.
func TestWhichChangedArgumentsMakeTheResourceWaitAgain(t *testing.T) {
	t.Parallel()
	text, tested := types.StringValue("changed"), make(map[string]bool)
	for name, test := range map[string]struct {
		change func(*waitResourceModel)
		waits  bool
	}{
		"cluster_id":         {func(m *waitResourceModel) { m.ClusterID = text }, true},
		"cluster_ids":        {func(m *waitResourceModel) { m.ClusterIDs = listOfIDs("c1") }, true},
		"region":             {func(m *waitResourceModel) { m.Region = text }, true},
		"scope":              {func(m *waitResourceModel) { m.Scope = phasesOf("addons") }, true},
		"require_phases":     {func(m *waitResourceModel) { m.RequirePhases = phasesOf("idle") }, true},
		"require_version":    {func(m *waitResourceModel) { m.RequireVersion = text }, true},
		"quiet_before":       {func(m *waitResourceModel) { m.QuietBefore = text }, true},
		"poll_interval":      {func(m *waitResourceModel) { m.PollInterval = text }, false},
		"source":             {func(m *waitResourceModel) { m.Source = text }, false},
		"wait_through_pause": {func(m *waitResourceModel) { m.WaitThroughPause = types.BoolValue(true) }, false},
	} {
		before := waitResourceModel{Triggers: types.MapNull(types.StringType), waitModel: waitModel{
			ClusterIDs:    types.ListNull(types.StringType),
			waitArguments: waitArguments{Scope: types.SetNull(types.StringType), RequirePhases: types.SetNull(types.StringType)},
		}}
		after := before
		if after.waitsAfter(&before) {
			t.Fatal("nothing changes, and it waits")
		}
		test.change(&after)
		if got := after.waitsAfter(&before); got != test.waits {
			t.Errorf("a change of %s waits again: %t", name, got)
		}
		tested[name] = true
	}
	for name := range waitAttributes() {
		if !tested[name] {
			t.Errorf("%s is in neither list", name)
		}
	}
}
