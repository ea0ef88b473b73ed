package provider

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// planners are clusters with plans, by what is planned. Times count from the first request for the cluster.
const planners = `
	"none": {"timeline": [{"phase": "succeeded"}]},
	"soon": {"plans": [{"plan_id": "P-soon", "start": "20m"}], "timeline": [{"phase": "idle"}]},
	"later": {"plans": [{"plan_id": "P-later", "start": "5h"}], "timeline": [{"phase": "idle"}]},
	"late": {"plans": [{"plan_id": "P-late", "start": "1ns", "late": "5h"}], "timeline": [{"phase": "idle"}]},
	"executing": {"plans": [{"plan_id": "P-now", "start": "-5m", "state": "Executing"}], "timeline": [{"phase": "succeeded"}]},
	"over": {"plans": [{"start": "-50m", "state": "Executed"}, {"start": "10m", "state": "Canceled"}], "timeline": [{"phase": "succeeded"}]},
	"odd": {"plans": [{"plan_id": "P-odd", "start": "100h", "state": "Validating"}], "timeline": [{"phase": "idle"}]},
	"pool": {"plans": [{"plan_id": "P-pool", "type": "KUBELET_UPGRADE", "start": "20m"}], "timeline": [{"phase": "idle"}]},
	"addon": {"plans": [{"plan_id": "P-addon", "type": "CLUSTER_UPGRADE_ADDON", "start": "20m"}], "timeline": [{"phase": "idle"}]},
	"other": {"plans": [{"plan_id": "P-other", "type": "SOMETHING_NEW", "start": "20m"}], "timeline": [{"phase": "idle"}]},
	"failed": {"plans": [{"plan_id": "P-failed", "start": "20m"}], "timeline": [{"phase": "failed"}]}`

func quietFor(duration string, change ...func(*readModel)) readModel {
	m := readModel{waitArguments: waitArguments{QuietBefore: types.StringValue(duration)}}
	for _, c := range change {
		c(&m)
	}
	return m
}

func listed(simulator *acksim.Simulator) (n int) {
	for _, r := range simulator.Requests() {
		if r.Operation == "ListOperationPlansForRegion" {
			n++
		}
	}
	return n
}

func TestAReadFailsBeforeAPlannedUpgrade(t *testing.T) {
	scope := func(scopes ...string) func(*readModel) { return func(m *readModel) { m.Scope = phasesOf(scopes...) } }
	for name, test := range map[string]struct {
		cluster string
		read    readModel
		summary string // Of the error; empty where there is none.
		detail  string
		planned bool // Whether planned_start is set.
	}{
		"nothing planned":           {"none", quietFor("1h"), "", "", false},
		"an upgrade soon":           {"soon", quietFor("1h"), summary.PlanBeginsPrefix(summary.Cluster("soon")) + "is planned to begin in ", "Plan P-soon (CLUSTER_UPGRADE_MASTER) is expected to begin at 20", false},
		"the same, and it is later": {"soon", quietFor("10m"), "", "", true},
		"tomorrow":                  {"later", quietFor("1h"), "", "", true},
		"a week":                    {"later", quietFor("168h"), summary.PlanBeginsPrefix(summary.Cluster("later")) + "is planned to begin in ", "quiet_before is 168h", false},
		"an upgrade that is late":   {"late", quietFor("1m"), summary.PlanBeginsPrefix(summary.Cluster("late")) + "was planned to begin ", "was expected to begin at 20", false},
		"an upgrade under way":      {"executing", quietFor("1m"), summary.PlanExecuting(summary.Cluster("executing")), "Plan P-now (CLUSTER_UPGRADE_MASTER) is being executed", false},
		"plans that are over":       {"over", quietFor("168h"), "", "", false},
		"an unknown state":          {"odd", quietFor("1m"), summary.PlanUnclear(summary.Cluster("odd")), `its state is "Validating"`, false},
		"a node pool, out of scope": {"pool", quietFor("1h"), "", "", false},
		"a node pool":               {"pool", quietFor("1h", scope("node_pools")), summary.PlanBeginsPrefix(summary.Cluster("pool")) + "is planned", "Plan P-pool (KUBELET_UPGRADE)", false},
		"an add-on, out of scope":   {"addon", quietFor("1h", scope("control_plane", "node_pools")), "", "", false},
		"an add-on":                 {"addon", quietFor("1h", scope("addons")), summary.PlanBeginsPrefix(summary.Cluster("addon")) + "is planned", "Plan P-addon (CLUSTER_UPGRADE_ADDON)", false},
		"an unknown type":           {"other", quietFor("1h", scope("addons")), summary.PlanBeginsPrefix(summary.Cluster("other")) + "is planned", "Plan P-other (SOMETHING_NEW)", false},
		"another reason first":      {"failed", quietFor("1h", func(m *readModel) { m.RequirePhases = phasesOf("idle") }), "cluster failed", "require_phases", false},
		"plans do not matter":       {"soon", readModel{}, "", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, endpoint := simulate(t, planners)
			one := statusModel{ClusterID: types.StringValue(test.cluster), readModel: test.read}
			diags := one.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
			holdPlanned(t, diags, test.summary, test.detail)
			if test.summary == "" && !one.PlannedStart.IsNull() != test.planned {
				t.Errorf("planned_start %s", one.PlannedStart)
			}
			if want := map[bool]int{false: 0, true: 1}[!test.read.QuietBefore.IsNull() && test.cluster != "failed"]; listed(simulator) != want {
				t.Errorf("%d lists of plans, want %d", listed(simulator), want)
			}
			many := statusesModel{ClusterIDs: idsOf("none", test.cluster), readModel: test.read}
			if test.cluster == "failed" {
				return
			}
			diags = many.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
			holdPlanned(t, diags, test.summary, test.detail)
		})
	}
}

func holdPlanned(t *testing.T, diags diag.Diagnostics, summary, detail string) {
	t.Helper()
	if summary == "" {
		if len(diags) != 0 {
			t.Errorf("got %v", diags)
		}
		return
	}
	if len(diags) != 1 || !strings.Contains(diags[0].Summary(), summary) || !strings.Contains(diags[0].Detail(), detail) || diags[0].Severity() != diag.SeverityError {
		t.Errorf("got %v", diags)
	}
	if strings.Contains(summary, "gate closed: a") && !strings.Contains(diags[0].Detail(), "ackupgrade_plans") {
		t.Errorf("it does not say how to look at the plan: %s", diags[0].Detail())
	}
}

func idsOf(ids ...string) types.List {
	values := make([]attr.Value, len(ids))
	for i, id := range ids {
		values[i] = types.StringValue(id)
	}
	return types.ListValueMust(types.StringType, values)
}

func TestAFleetReadsThePlansOnceAndGroupsTheFindings(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `
		"fine": {"count": 60, "timeline": [{"phase": "succeeded"}]},
		"soon": {"count": 15, "plans": [{"start": "20m"}], "timeline": [{"phase": "idle"}]},
		"busy": {"count": 12, "plans": [{"start": "-5m", "state": "Executing"}], "timeline": [{"phase": "idle"}]}`)
	var ids []string
	for kind, n := range map[string]int{"fine": 60, "soon": 15, "busy": 12} {
		for i := range n {
			ids = append(ids, fmt.Sprintf("%s-%02d", kind, i+1))
		}
	}
	m := statusesModel{ClusterIDs: idsOf(ids...), readModel: quietFor("1h")}
	diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
	if len(diags) != 2 || listed(simulator) != 1 {
		t.Fatalf("%d lists of plans: %v", listed(simulator), diags)
	}
	for i, want := range [][]string{{"is planned to begin in", "(and 14 more clusters)"}, {"is being executed (and 11 more clusters)", ""}} {
		at := i
		if !strings.Contains(diags[i].Summary(), want[0]) {
			at = 1 - i
		}
		if !strings.Contains(diags[at].Summary(), want[0]) || !strings.Contains(diags[at].Summary(), want[1]) || !strings.Contains(diags[at].Detail(), "60 clusters: 60 succeeded") {
			t.Errorf("got %v", diags[at])
		}
	}
}

// The gate needs the list of plans. Without it, it stays closed, and says what is missing.
func TestWithoutTheListOfPlansTheGateStaysClosed(t *testing.T) {
	forbid := func(s *acksim.Simulator) error {
		return s.SetForbidden(gateway.Forbidden{Operation: "ListOperationPlansForRegion"})
	}
	withdraw := func(s *acksim.Simulator) error { return s.Withdraw("ListOperationPlansForRegion") }
	for name, test := range map[string]struct {
		change  func(*acksim.Simulator) error
		summary string
		detail  []string
	}{
		"no permission": {forbid, "Not allowed to read the plans of region cn-hangzhou", []string{
			"cs:ListOperationPlansForRegion on the resource *", "it cannot be limited to one cluster", "quiet_before", "remove quiet_before",
		}},
		"not served": {withdraw, "ListOperationPlansForRegion", []string{"quiet_before"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, endpoint := simulate(t, planners)
			if err := test.change(simulator); err != nil {
				t.Fatal(err)
			}
			for _, enforce := range []bool{true, false} {
				read := quietFor("1h", func(m *readModel) { m.Enforce = types.BoolValue(enforce) })
				one := statusModel{ClusterID: types.StringValue("none"), readModel: read}
				many := statusesModel{ClusterIDs: idsOf("none", "soon", "later"), readModel: read}
				for _, diags := range []diag.Diagnostics{
					one.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour}),
					many.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour}),
				} {
					if len(diags) != 1 || !strings.Contains(diags[0].Summary(), test.summary) || diags.HasError() != enforce {
						t.Fatalf("enforce %t: got %v", enforce, diags)
					}
					for _, want := range test.detail {
						if !strings.Contains(diags[0].Detail(), want) {
							t.Errorf("%q is not in: %s", want, diags[0].Detail())
						}
					}
				}
				if !enforce && (one.Phase.ValueString() != "succeeded" || many.Statuses.Elements()["none"] == nil) {
					t.Errorf("phase %s", one.Phase)
				}
			}
		})
	}
}

// A list of 100 plans may lack that of a cluster. A plan that is in it is named all the same.
func TestAnIncompleteListOfPlansKeepsTheGateClosed(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, planners+`, "many": {"plans": [{"start": "-99h", "created": "-1m", "state": "Executed", "count": 99}], "timeline": [{"phase": "idle"}]},
		"newest": {"plans": [{"start": "20m", "created": "-1s"}], "timeline": [{"phase": "idle"}]}`)
	m := statusesModel{ClusterIDs: idsOf("none", "later", "newest"), readModel: quietFor("1h")}
	diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
	if len(diags) != 2 || !strings.Contains(diags[0].Summary(), "the list of plans may lack an upgrade of cluster none (and 1 more cluster)") ||
		!strings.Contains(diags[0].Detail(), "The API lists the latest 100 plans of a region, and the list of region cn-hangzhou has 100") ||
		!strings.Contains(diags[1].Summary(), "an upgrade of cluster newest is planned to begin in") {
		t.Errorf("got %v", diags)
	}
}

func TestAReadThatDoesNotEnforceWarnsOfPlans(t *testing.T) {
	t.Parallel()
	report := func(m *readModel) { m.Enforce = types.BoolValue(false) }
	waits := func(m *readModel) { m.WaitForTerminal = types.BoolValue(true) }
	for cluster, test := range map[string]struct {
		read    readModel
		warning string
	}{
		"none":      {quietFor("1h", report), ""},
		"soon":      {quietFor("1h", report), summary.PlanBeginsPrefix(summary.Cluster("soon")) + "is planned to begin in"},
		"executing": {quietFor("1h", report, waits), "An apply now would wait for"},
		"odd":       {quietFor("1h", report), "unknown status of a planned upgrade of cluster odd"},
	} {
		t.Run(cluster, func(t *testing.T) {
			t.Parallel()
			_, endpoint := simulate(t, planners)
			m := statusModel{ClusterID: types.StringValue(cluster), readModel: test.read}
			diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
			switch {
			case test.warning == "" && len(diags) == 0:
			case len(diags) != 1 || diags.HasError() || !strings.Contains(diags[0].Summary(), test.warning) || !strings.Contains(diags[0].Summary(), "An apply now would"):
				t.Errorf("got %v", diags)
			}
			if planned := cluster == "soon" || cluster == "odd"; m.PlannedStart.IsNull() == planned {
				t.Errorf("planned_start %s", m.PlannedStart)
			}
		})
	}
}

// A wait reads the plans at its end, and continues while one is being executed, until its deadline.
func TestAWaitGoesOnWhileAPlanIsBeingExecuted(t *testing.T) {
	t.Parallel()
	waiting := func(m *readModel) {
		m.WaitForTerminal, m.PollInterval = types.BoolValue(true), types.StringValue("1s")
	}
	for name, test := range map[string]struct {
		clusters []string
		timeout  time.Duration
		summary  string
		detail   string
	}{
		"to its end":                {[]string{"busy", "none"}, time.Hour, "", ""},
		"to the deadline":           {[]string{"executing", "none"}, 13 * time.Second, summary.PlanExecuting(summary.Cluster("executing")), "1 cluster: 1 succeeded"},
		"not where another one has": {[]string{"executing", "soon"}, time.Hour, "Upgrade gate closed: ", "P-"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, endpoint := simulate(t, planners+`, "busy": {"plans": [{"start": "-5m", "state": "Executing"}], "timeline": [{"phase": "succeeded"}]}`)
			var lists atomic.Int32
			simulator.OnRequest(func(r acksim.Request) {
				if r.Operation == "ListOperationPlansForRegion" && lists.Add(1) == 2 {
					over := scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Succeeded}}}
					if err := simulator.SetCluster("busy", over); err != nil {
						t.Error(err)
					}
				}
			})
			many := statusesModel{ClusterIDs: idsOf(test.clusters...), readModel: quietFor("1h", waiting)}
			diags := many.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", test.timeout})
			if test.summary == "" {
				if len(diags) != 0 || lists.Load() != 3 {
					t.Errorf("%d lists of plans, %v", lists.Load(), diags)
				}
				return
			}
			for _, d := range diags {
				if !strings.Contains(d.Summary(), test.summary) || !strings.Contains(d.Detail(), test.detail) {
					t.Errorf("got %v", d)
				}
			}
			if len(diags) == 0 {
				t.Error("no error")
			}
		})
	}
}
