package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

func TestPlansAreListedByTheirStart(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, `
		"c1": {"plans": [{"plan_id": "P-2", "start": "2099-01-02T03:04:05Z"}, {"plan_id": "P-1", "type": "KUBELET_UPGRADE", "start": "2098-01-02T03:04:05Z", "lasts": "2h"}],
		       "timeline": [{"phase": "idle"}]},
		"c2": {"plans": [{"plan_id": "P-0", "start": "-5m", "state": "Executing"}, {"plan_id": "P-over", "start": "-50m", "state": "Failed"}], "timeline": [{"phase": "idle"}]}`)
	const address = "data.ackupgrade_plans.region"
	block := func(arguments string) string {
		return providerBlock(endpoint) + fmt.Sprintf("\ndata \"ackupgrade_plans\" \"region\" {\n  %s\n}\n", arguments)
	}
	ids := func(ids ...string) statecheck.StateCheck {
		checks := make([]knownvalue.Check, len(ids))
		for i, id := range ids {
			checks[i] = knownvalue.ObjectPartial(map[string]knownvalue.Check{"id": knownvalue.StringExact(id)})
		}
		return statecheck.ExpectKnownValue(address, tfjsonpath.New("plans"), knownvalue.ListExact(checks))
	}
	text := knownvalue.StringExact
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{Config: block(""), ConfigStateChecks: []statecheck.StateCheck{
				ids("P-0", "P-1", "P-2"),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), text("cn-hangzhou: 3 of 4 plans")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("complete"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("plans").AtSliceIndex(1), knownvalue.ObjectExact(map[string]knownvalue.Check{
					"id": text("P-1"), "cluster_id": text("c1"), "type": text("KUBELET_UPGRADE"), "state": text("Scheduled"),
					"start_time": text("2098-01-02T03:04:05Z"), "end_time": text("2098-01-02T05:04:05Z"), "task_id": text(""),
				})),
			}},
			{Config: block(`cluster_ids = ["c1"]`), ConfigStateChecks: []statecheck.StateCheck{ids("P-1", "P-2")}},
			{Config: block(`cluster_ids = []`), ConfigStateChecks: []statecheck.StateCheck{ids()}},
			{Config: block(`types = ["kubelet_upgrade"]`), ConfigStateChecks: []statecheck.StateCheck{ids("P-1")}},
			{Config: block(`states = ["Failed"]`), ConfigStateChecks: []statecheck.StateCheck{ids("P-over")}},
			{Config: block(`states = []`), ExpectError: mentions("states is empty")},
			{Config: block(`cluster_ids = ["c 1"]`), ExpectError: mentions("must be the ID of an ACK cluster")},
			{
				PreConfig: func() {
					if err := simulator.SetForbidden(gateway.Forbidden{Operation: "ListOperationPlansForRegion"}); err != nil {
						t.Fatal(err)
					}
				},
				Config:      block(""),
				ExpectError: mentions("cs:ListOperationPlansForRegion on the resource *: it cannot be limited to one cluster"),
			},
		},
	})
}

func TestAnIncompleteListOfPlansIsAWarning(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, `"c1": {"plans": [{"start": "-99h", "state": "Executed", "count": 120}], "timeline": [{"phase": "idle"}]}`)
	var m plansModel
	diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", defaultReadTimeout})
	if len(diags) != 1 || diags.HasError() || diags[0].Summary() != summary.PlanListIncomplete("cn-hangzhou") || !strings.Contains(diags[0].Detail(), "latest 100 plans") {
		t.Errorf("got %v", diags)
	}
	if m.Complete.ValueBool() || m.Plans.IsNull() || len(m.Plans.Elements()) != 0 {
		t.Errorf("complete %s, %s", m.Complete, m.Plans)
	}
}
