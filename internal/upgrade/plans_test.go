package upgrade

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

var noon = time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC)

// planAt is a plan of the cluster c1 with the given expected start, relative to noon.
func planAt(kind, state string, after time.Duration) ack.OperationPlan {
	at := noon.Add(after)
	return ack.OperationPlan{ID: ptr("P-1"), ClusterID: ptr("c1"), Type: word(kind), State: word(state), Start: ack.PlanTime{Text: ptr(at.Format(time.RFC3339)), At: at}}
}

// changed returns a copy of a plan with a change.
func changed(p ack.OperationPlan, change func(*ack.OperationPlan)) ack.OperationPlan {
	change(&p)
	return p
}

const master = "CLUSTER_UPGRADE_MASTER"

func TestAPlanKeepsTheGateClosed(t *testing.T) {
	every := Scopes()
	soon := planAt(master, "Scheduled", 20*time.Minute)
	for name, test := range map[string]struct {
		scopes  []Scope
		plan    ack.OperationPlan
		want    ObjectionKind // 0 for none.
		unclear string
		start   bool
	}{
		"soon":                            {nil, soon, PlanBegins, "", true},
		"at the end of the time":          {nil, planAt(master, "Scheduled", time.Hour), PlanBegins, "", true},
		"a moment later":                  {nil, planAt(master, "Scheduled", time.Hour+1), 0, "", true},
		"tomorrow":                        {nil, planAt(master, "Scheduled", 24*time.Hour), 0, "", true},
		"late":                            {nil, planAt(master, "Scheduled", -time.Hour), PlanBegins, "", true},
		"executing":                       {nil, planAt(master, "Executing", -time.Minute), PlanIsExecuting, "", false},
		"executing, begun in the future":  {nil, planAt(master, "Executing", 24*time.Hour), PlanIsExecuting, "", false},
		"executing, without a time":       {nil, changed(planAt(master, "Executing", 0), func(p *ack.OperationPlan) { p.Start = ack.PlanTime{} }), PlanIsExecuting, "", false},
		"executed":                        {nil, planAt(master, "Executed", 20*time.Minute), 0, "", false},
		"failed":                          {nil, planAt(master, "Failed", 20*time.Minute), 0, "", false},
		"failed in its validation":        {nil, planAt(master, "ValidatingFailed", 20*time.Minute), 0, "", false},
		"canceled":                        {nil, planAt(master, "Canceled", 20*time.Minute), 0, "", false},
		"cancelled, in capitals":          {nil, planAt(master, " CANCELLED ", 20*time.Minute), 0, "", false},
		"scheduled, in lower case":        {nil, planAt(master, "scheduled ", 20*time.Minute), PlanBegins, "", true},
		"a type in lower case":            {nil, planAt(" cluster_upgrade_master", "Scheduled", 20*time.Minute), PlanBegins, "", true},
		"the older type":                  {nil, planAt("cluster_upgrade", "Scheduled", 20*time.Minute), PlanBegins, "", true},
		"an unknown state":                {nil, planAt(master, "Validating", 24*time.Hour), PlanUnclear, `its state is "Validating"`, true},
		"a state that is near":            {nil, planAt(master, "Execute", 24*time.Hour), PlanUnclear, `its state is "Execute"`, true},
		"no state":                        {nil, planAt(master, "", 24*time.Hour), PlanUnclear, `its state is ""`, true},
		"an unknown state, long past":     {nil, planAt(master, "Stuck", -999*time.Hour), PlanUnclear, `its state is "Stuck"`, true},
		"no time":                         {nil, changed(soon, func(p *ack.OperationPlan) { p.Start = ack.PlanTime{} }), PlanUnclear, "its start_time is none", false},
		"a time without a zone":           {nil, changed(soon, func(p *ack.OperationPlan) { p.Start = ack.PlanTime{Text: ptr("2026-11-27 12:00:00")} }), PlanUnclear, `its start_time is "2026-11-27 12:00:00"`, false},
		"a field of a similar name":       {nil, changed(planAt(master, "Executed", 0), func(p *ack.OperationPlan) { p.Similar = "State" }), PlanUnclear, `it has a field with the similar name "State"`, true},
		"similar, of another cluster":     {nil, changed(planAt(master, "Executed", 0), func(p *ack.OperationPlan) { p.Similar, p.ClusterID = "clusterId", ptr("c2") }), PlanUnclear, `it has a field with the similar name "clusterId"`, true},
		"not an object":                   {nil, ack.OperationPlan{Similar: "P-1"}, PlanUnclear, `it has a field with the similar name "P-1"`, false},
		"another cluster":                 {nil, changed(soon, func(p *ack.OperationPlan) { p.ClusterID = ptr("c2") }), 0, "", false},
		"the cluster in capitals":         {nil, changed(soon, func(p *ack.OperationPlan) { p.ClusterID = ptr(" C1") }), PlanBegins, "", true},
		"no cluster":                      {nil, changed(soon, func(p *ack.OperationPlan) { p.ClusterID = nil }), PlanBegins, "", true},
		"a blank cluster":                 {nil, changed(soon, func(p *ack.OperationPlan) { p.ClusterID = ptr(" ") }), PlanBegins, "", true},
		"no cluster, and over":            {nil, changed(planAt(master, "Executed", 0), func(p *ack.OperationPlan) { p.ClusterID = nil }), 0, "", false},
		"an unknown type":                 {nil, planAt("CLUSTER_UPGRADE_MASTERS", "Scheduled", 20*time.Minute), PlanBegins, "", true},
		"an unknown type, tomorrow":       {nil, planAt("SOMETHING", "Scheduled", 24*time.Hour), 0, "", true},
		"an unknown type, other scope":    {[]Scope{ScopeAddons}, planAt("SOMETHING", "Executing", 0), PlanIsExecuting, "", false},
		"no type":                         {[]Scope{ScopeAddons}, planAt("", "Scheduled", 0), PlanBegins, "", true},
		"an add-on, control plane":        {nil, planAt("CLUSTER_UPGRADE_ADDON", "Executing", 0), 0, "", false},
		"an add-on":                       {[]Scope{ScopeAddons}, planAt("CLUSTER_UPGRADE_ADDON", "Executing", 0), PlanIsExecuting, "", false},
		"a control plane, add-ons":        {[]Scope{ScopeAddons}, planAt(master, "Executing", 0), 0, "", false},
		"a node pool, control plane":      {[]Scope{ScopeControlPlane}, planAt("KUBELET_UPGRADE", "Executing", 0), 0, "", false},
		"a node pool's kubelet":           {[]Scope{ScopeNodePools}, planAt("KUBELET_UPGRADE", "Executing", 0), PlanIsExecuting, "", false},
		"a node pool's container runtime": {[]Scope{ScopeNodePools}, planAt("CONTAINERD_UPGRADE", "Executing", 0), PlanIsExecuting, "", false},
		"a node pool's image":             {[]Scope{ScopeNodePools}, planAt("IMAGE_UPGRADE", "Executing", 0), PlanIsExecuting, "", false},
		"a node pool's vulnerabilities":   {[]Scope{ScopeNodePools}, planAt("CVE_FIX", "Executing", 0), PlanIsExecuting, "", false},
		"a node pool's configuration":     {[]Scope{ScopeNodePools}, planAt("NODEPOOL_CONFIG", "Executing", 0), PlanIsExecuting, "", false},
		"a node pool's system":            {[]Scope{ScopeNodePools}, planAt("NODEPOOL_UPDATE_OS", "Executing", 0), PlanIsExecuting, "", false},
		"every scope":                     {every, planAt("CVE_FIX", "Scheduled", 0), PlanBegins, "", true},
	} {
		t.Run(name, func(t *testing.T) {
			plans := &Plans{List: []ack.OperationPlan{test.plan}}
			got := plans.Outlook("c1", Quiet{Before: time.Hour, Scopes: test.scopes, Now: noon})
			var kind ObjectionKind
			var unclear string
			if o := got.Objection; o != nil {
				kind, unclear = o.Kind, o.Unclear
				if diff := cmp.Diff(&test.plan, o.Plan); diff != "" {
					t.Errorf("the plan: -want +got:\n%s", diff)
				}
			}
			if kind != test.want || unclear != test.unclear || !got.Start.IsZero() != test.start || test.start && !got.Start.Equal(test.plan.Start.At) {
				t.Errorf("got kind %d, %q, start %s", kind, unclear, got.Start)
			}
		})
	}
}

func TestOfSeveralPlansTheMostCertainIsNamed(t *testing.T) {
	q := Quiet{Before: time.Hour, Now: noon}
	unclear, later, soon, executing := planAt(master, "New", 0), planAt(master, "Scheduled", 40*time.Minute), planAt(master, "Scheduled", 20*time.Minute), planAt(master, "Executing", 0)
	for name, test := range map[string]struct {
		list []ack.OperationPlan
		cut  bool
		want Objection
	}{
		"the earliest":        {[]ack.OperationPlan{later, soon}, false, Objection{Kind: PlanBegins, Plan: &soon}},
		"in another order":    {[]ack.OperationPlan{soon, later}, false, Objection{Kind: PlanBegins, Plan: &soon}},
		"what is certain":     {[]ack.OperationPlan{unclear, later}, false, Objection{Kind: PlanBegins, Plan: &later}},
		"what is under way":   {[]ack.OperationPlan{unclear, soon, executing}, true, Objection{Kind: PlanIsExecuting, Plan: &executing}},
		"a plan in a cut one": {[]ack.OperationPlan{soon}, true, Objection{Kind: PlanBegins, Plan: &soon}},
		"none in a cut one":   {nil, true, Objection{Kind: PlansCut}},
	} {
		t.Run(name, func(t *testing.T) {
			got := (&Plans{List: test.list, Cut: test.cut}).Outlook("c1", q)
			if got.Objection == nil {
				t.Fatal("none")
			}
			if diff := cmp.Diff(test.want, *got.Objection); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// A plan that begins in time or is under way keeps the gate closed, in any order and with any other plans in the list. So does
// every state except for the four final ones.
func TestAPlanKeepsTheGateClosedInAnyList(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	words := []string{"", "Scheduled", "scheduled", "Executing", "EXECUTING", "Executed", "Failed", "ValidatingFailed", "Canceled", "Cancelled", "Paused", "Schedule", "done"}
	over := map[string]bool{"executed": true, "failed": true, "validatingfailed": true, "canceled": true, "cancelled": true}
	kinds := append(PlanTypes(), "", "OTHER")
	for range 20_000 {
		var plans Plans
		closed, start := false, time.Time{}
		scopes := []Scope{Scopes()[r.IntN(3)]}
		for range r.IntN(5) {
			plan := planAt(kinds[r.IntN(len(kinds))], words[r.IntN(len(words))], time.Duration(r.IntN(200)-50)*time.Minute)
			if r.IntN(4) == 0 {
				plan.ClusterID = ptr("c2")
			}
			plans.List = append(plans.List, plan)
			state, kind := "", ""
			if plan.State != nil {
				state = strings.ToLower(*plan.State)
			}
			if plan.Type != nil {
				kind = *plan.Type
			}
			scope := ScopeNodePools
			switch kind {
			case "CLUSTER_UPGRADE_MASTER":
				scope = ScopeControlPlane
			case "CLUSTER_UPGRADE_ADDON":
				scope = ScopeAddons
			case "", "OTHER":
				scope = scopes[0]
			}
			if *plan.ClusterID == "c2" || scope != scopes[0] || over[state] {
				continue
			}
			if state != "executing" && (start.IsZero() || plan.Start.At.Before(start)) {
				start = plan.Start.At
			}
			closed = closed || state != "scheduled" || !plan.Start.At.After(noon.Add(time.Hour))
		}
		got := plans.Outlook("c1", Quiet{Before: time.Hour, Scopes: scopes, Now: noon})
		if (got.Objection != nil) != closed || !got.Start.Equal(start) {
			t.Fatalf("%v: got %+v, start %s; want closed %t, start %s", plans.List, got.Objection, got.Start, closed, start)
		}
	}
}

func TestAListOfAHundredPlansIsIncomplete(t *testing.T) {
	for n, cut := range map[int]bool{0: false, 99: false, 100: true, 120: true} {
		api := &fakeAPI{plans: func(_ context.Context, region string) (*ack.OperationPlans, error) {
			if region != "cn-hangzhou" {
				return nil, fmt.Errorf("the region %s was requested", region)
			}
			return &ack.OperationPlans{Listed: true, Plans: make([]ack.OperationPlan, n), Response: ack.Response{RequestID: "R"}}, nil
		}}
		if got, err := NewReader(api).Plans(t.Context(), "cn-hangzhou"); err != nil || got.Cut != cut || len(got.List) != n || got.RequestID != "R" {
			t.Errorf("%d plans: %v, %v", n, got, err)
		}
	}
	var list *ListError
	none := &fakeAPI{plans: func(context.Context, string) (*ack.OperationPlans, error) { return &ack.OperationPlans{}, nil }}
	if _, err := NewReader(none).Plans(t.Context(), "cn-hangzhou"); !errors.As(err, &list) || list.Error() != "ListOperationPlansForRegion: the response contains no list of plans" {
		t.Errorf("no list: %v", err)
	}
}

func TestPlansAreSortedByStartTime(t *testing.T) {
	named := func(id string, p ack.OperationPlan) ack.OperationPlan {
		p.ID = ptr(id)
		return p
	}
	plans := &Plans{List: []ack.OperationPlan{
		named("untimed", changed(planAt(master, "Scheduled", 0), func(p *ack.OperationPlan) { p.Start = ack.PlanTime{Text: ptr("soon")} })),
		named("late", planAt(master, "Scheduled", 3*time.Hour)),
		named("over", planAt(master, "Executed", time.Minute)),
		named("kubelet", planAt("KUBELET_UPGRADE", "executing", time.Hour)),
		named("other", changed(planAt(master, "Scheduled", 2*time.Hour), func(p *ack.OperationPlan) { p.ClusterID = ptr("c2") })),
		named("odd", ack.OperationPlan{Similar: "State"}),
	}}
	active := []string{PlanScheduled, PlanExecuting}
	for name, test := range map[string]struct {
		filter PlanFilter
		want   string
	}{
		"all":         {PlanFilter{}, "over kubelet other late untimed odd"},
		"by state":    {PlanFilter{States: active}, "kubelet other late untimed odd"},
		"by cluster":  {PlanFilter{ClusterIDs: []string{"c2"}}, "other odd"},
		"by type":     {PlanFilter{Types: []string{"kubelet_upgrade"}}, "kubelet odd"},
		"by all":      {PlanFilter{ClusterIDs: []string{"c1"}, Types: []string{master}, States: active}, "late untimed odd"},
		"no such one": {PlanFilter{ClusterIDs: []string{"c9"}}, "odd"},
	} {
		t.Run(name, func(t *testing.T) {
			var ids []string
			for _, p := range plans.ByStart(test.filter) {
				ids = append(ids, *p.ID)
			}
			if got := strings.Join(ids, " "); got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}
