package acksim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// The operations about a region.
const (
	clusterLister = "DescribeClustersForRegion"
	planLister    = "ListOperationPlansForRegion"
)

// regionList is a page of clusters, as a client reads it.
type regionList struct {
	PageInfo struct {
		PageNumber int `json:"page_number"`
		PageSize   int `json:"page_size"`
		TotalCount int `json:"total_count"`
	} `json:"page_info"`
	Clusters []struct {
		ClusterID      string `json:"cluster_id"`
		State          string
		CurrentVersion string `json:"current_version"`
		RegionID       string `json:"region_id"`
		Tags           []struct{ Key, Value string }
	}
}

func (l regionList) ids() []string {
	ids := make([]string, len(l.Clusters))
	for i, c := range l.Clusters {
		ids[i] = c.ClusterID
	}
	return ids
}

// fleetOf returns a simulator of so many clusters, c-1 and so on, with this list.
func fleetOf(t *testing.T, clusters int, l operation.ClusterList) *Simulator {
	t.Helper()
	plan := playing(scenario.Step{Phase: story.Idle})
	plan.ClusterList = l
	plan.Clusters = map[string]scenario.Cluster{"c": {Count: clusters, Name: "shop", Tags: map[string]string{"env": "prod"}, Timeline: []scenario.Step{{Phase: story.Succeeded}}}}
	return start(t, plan)
}

func clustersOn(t *testing.T, s *Simulator, page, size int) regionList {
	t.Helper()
	return decode[regionList](t, requestOperation(t, s, clusterLister, fmt.Sprintf("page_number=%d&page_size=%d", page, size)))
}

func TestACountMakesThatManyClusters(t *testing.T) {
	s := fleetOf(t, 1000, operation.ClusterList{})
	var ids []string
	for page := 1; page <= 10; page++ {
		list := clustersOn(t, s, page, 100)
		if list.PageInfo.TotalCount != 1000 || list.PageInfo.PageSize != 100 || list.PageInfo.PageNumber != page {
			t.Fatalf("%+v", list.PageInfo)
		}
		ids = append(ids, list.ids()...)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != 1000 || ids[0] != "c-0001" || ids[999] != "c-1000" {
		t.Errorf("%d clusters, %v ...", len(ids), ids[:2])
	}
	r := unsignedFor(t, detail, "")
	r.URL.Path = "/clusters/c-0417"
	if w := serve(s, sign(t, r, longLived, gateway.NewRequestID())); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"name":"shop-0417"`) {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestAListOfClustersIsWrittenAsTheScenarioSays(t *testing.T) {
	reversed := fleetOf(t, 9, operation.ClusterList{Order: operation.ByIDReversed})
	if got := clustersOn(t, reversed, 1, 3).ids(); !slices.Equal(got, []string{"c-9", "c-8", "c-7"}) {
		t.Errorf("reversed: %v", got)
	}
	small := clustersOn(t, fleetOf(t, 9, operation.ClusterList{PageSize: 4, CutShort: 2}), 2, 100)
	if len(small.Clusters) != 3 || small.PageInfo.PageSize != 4 || small.PageInfo.TotalCount != 9 {
		t.Errorf("small pages, cut short: %+v", small)
	}
	for total, want := range map[operation.Total]int{operation.TotalOfPage: 5, operation.TotalOfNone: 0, operation.TotalOfMore: 10, operation.TotalOfList: 9} {
		if got := clustersOn(t, fleetOf(t, 9, operation.ClusterList{Total: total}), 1, 5).PageInfo.TotalCount; got != want {
			t.Errorf("%s: %d, want %d", total, got, want)
		}
	}
	shuffled := fleetOf(t, 30, operation.ClusterList{Order: operation.ClustersShuffled})
	if first, again := clustersOn(t, shuffled, 1, 30).ids(), clustersOn(t, shuffled, 1, 30).ids(); slices.IsSorted(first) || !slices.Equal(first, again) {
		t.Errorf("shuffled: %v, %v", first, again)
	}
}

func TestAListOfClustersMovesWhileItIsRead(t *testing.T) {
	down := fleetOf(t, 4, operation.ClusterList{Moves: operation.MoveDown, MovesCount: 1})
	got := [][]string{clustersOn(t, down, 1, 2).ids(), clustersOn(t, down, 2, 2).ids(), clustersOn(t, down, 3, 2).ids()}
	if want := [][]string{{"c-1", "c-2"}, {"c-2", "c-3"}, {"c-4"}}; !cmp.Equal(got, want) {
		t.Errorf("down: %v", got)
	}
	up := fleetOf(t, 4, operation.ClusterList{Moves: operation.MoveUp, MovesCount: 1})
	got = [][]string{clustersOn(t, up, 1, 2).ids(), clustersOn(t, up, 2, 2).ids()}
	if want := [][]string{{"c-1", "c-2"}, {"c-4"}}; !cmp.Equal(got, want) {
		t.Errorf("up: %v", got)
	}
	r := unsignedFor(t, detail, "")
	r.URL.Path = "/clusters/c-1"
	if w := serve(up, sign(t, r, longLived, gateway.NewRequestID())); w.Code != http.StatusNotFound {
		t.Errorf("a cluster that was deleted: %d", w.Code)
	}
}

func TestAListHasTheClustersOfItsRegionAndItsOwner(t *testing.T) {
	plan := playing(scenario.Step{Phase: story.Idle})
	at := func(region string, visibleTo ...string) scenario.Cluster {
		return scenario.Cluster{Region: region, VisibleTo: visibleTo, Timeline: []scenario.Step{{Phase: story.Idle}}}
	}
	plan.AccessKeys = append(plan.AccessKeys, scenario.AccessKey{ID: "otherak", Secret: "othersk"})
	plan.Clusters = map[string]scenario.Cluster{
		"c-any": at(""), "c-hangzhou": at("cn-hangzhou"), "c-beijing": at("cn-beijing"), "c-other": at("cn-hangzhou", "otherak"), "c-mine": at("cn-hangzhou", "testak"),
	}
	s := start(t, plan)
	if got := clustersOn(t, s, 1, 100).ids(); !slices.Equal(got, []string{"c-any", "c-hangzhou", "c-mine"}) {
		t.Errorf("%v", got)
	}
	r := unsignedFor(t, clusterLister, "")
	r.URL.Path = "/regions/cn-beijing/clusters"
	if got := decode[regionList](t, serve(s, sign(t, r, longLived, gateway.NewRequestID()))).ids(); !slices.Equal(got, []string{"c-any", "c-beijing"}) {
		t.Errorf("cn-beijing: %v", got)
	}
}

// planned is a plan, as a client reads it.
type planned struct {
	PlanID    string `json:"plan_id"`
	ClusterID string `json:"cluster_id"`
	Type      string
	State     string
	StartTime string `json:"start_time"`
	TaskID    string `json:"task_id"`
}

func plansOf(t *testing.T, s *Simulator) []planned {
	t.Helper()
	return decode[struct{ Plans []planned }](t, requestOperation(t, s, planLister, "")).Plans
}

func TestAPlanStartsOnTimeAndBecomesAnUpgrade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		plan := playing(scenario.Step{Phase: story.Idle})
		c := plan.Clusters[clusterID]
		c.Plans = []story.PlanSpec{
			{Start: story.When{After: 20 * time.Minute}, Lasts: 10 * time.Minute},
			{Type: "KUBELET_UPGRADE", Start: story.When{After: 40 * time.Minute}, Late: time.Minute, Lasts: 5 * time.Minute},
			{Type: "CLUSTER_UPGRADE_ADDON", Start: story.When{After: 40 * time.Minute}, Fails: true, Lasts: 5 * time.Minute},
		}
		plan.Clusters[clusterID] = c
		s := start(t, plan)
		type moment struct {
			plans          []string // Their states.
			status         string
			state, version string
			tasks          []string
		}
		look := func() (m moment) {
			list := page(t, s, "page_size=100")
			all := plansOf(t, s)
			for _, p := range all {
				m.plans = append(m.plans, p.State)
				if (p.TaskID != "") != (p.State != "Scheduled") {
					t.Errorf("%+v", p)
				}
			}
			for _, task := range list.Tasks {
				m.tasks = append(m.tasks, task.TaskType+" "+task.State)
				if !slices.ContainsFunc(all, func(p planned) bool { return p.TaskID == task.TaskID }) {
					t.Errorf("the task %s is that of no plan: %+v", task.TaskID, all)
				}
			}
			now := decode[clusterNow](t, requestOperation(t, s, detail, ""))
			m.state, m.version = now.State, now.CurrentVersion
			m.status = decode[struct{ Status string }](t, requestOperation(t, s, action, "")).Status
			listed := clustersOn(t, s, 1, 100).Clusters[0]
			if listed.State != m.state || listed.CurrentVersion != m.version {
				t.Errorf("listed as %+v, and %+v", listed, now)
			}
			return m
		}
		const older, newer = "1.32.1-aliyun.1", "1.33.1-aliyun.1"
		for _, step := range []struct {
			after time.Duration
			want  moment
		}{
			{0, moment{[]string{"Scheduled", "Scheduled", "Scheduled"}, "", "running", older, nil}},
			{20*time.Minute - 1, moment{[]string{"Scheduled", "Scheduled", "Scheduled"}, "", "running", older, nil}},
			{1, moment{[]string{"Executing", "Scheduled", "Scheduled"}, "running", "upgrading", older, []string{"cluster_upgrade running"}}},
			{10 * time.Minute, moment{[]string{"Executed", "Scheduled", "Scheduled"}, "success", "running", newer, []string{"cluster_upgrade success"}}},
			{10 * time.Minute, moment{[]string{"Executed", "Scheduled", "Executing"}, "success", "running", newer, []string{"cluster_addon_upgrade running", "cluster_upgrade success"}}},
			{
				time.Minute,
				moment{[]string{"Executed", "Executing", "Executing"}, "success", "running", newer, []string{"nodepool_upgrade running", "cluster_addon_upgrade running", "cluster_upgrade success"}},
			},
			{
				time.Hour,
				moment{[]string{"Executed", "Executed", "Failed"}, "success", "running", newer, []string{"nodepool_upgrade success", "cluster_addon_upgrade failed", "cluster_upgrade success"}},
			},
		} {
			time.Sleep(step.after)
			if diff := cmp.Diff(step.want, look(), cmp.AllowUnexported(moment{})); diff != "" {
				t.Errorf("%s later: -want +got:\n%s", step.after, diff)
			}
		}
	})
}

func TestAListRequestCountsAsNoPoll(t *testing.T) {
	s := start(t, playing(scenario.Step{Polls: 1, Phase: story.Running}, scenario.Step{Phase: story.Succeeded}))
	for range 3 {
		if got := clustersOn(t, s, 1, 100).Clusters[0].State; got != "upgrading" {
			t.Errorf("state %s", got)
		}
		plansOf(t, s)
	}
	if got := decode[clusterNow](t, requestOperation(t, s, detail, "")); got.State != "upgrading" {
		t.Errorf("%+v", got)
	}
}

func TestAListOfPlansEndsAfterAHundred(t *testing.T) {
	plan := playing(scenario.Step{Phase: story.Idle})
	c := plan.Clusters[clusterID]
	c.Plans = []story.PlanSpec{
		{ID: "P-old", Start: story.When{After: time.Hour}, Created: story.When{After: -72 * time.Hour}},
		{State: "Executed", Start: story.When{After: -time.Hour}, Count: 100},
	}
	plan.Clusters[clusterID] = c
	all := plansOf(t, start(t, plan))
	if len(all) != 100 || slices.ContainsFunc(all, func(p planned) bool { return p.PlanID == "P-old" }) {
		t.Errorf("%d plans", len(all))
	}
	ids := make(map[string]bool)
	for _, p := range all {
		ids[p.PlanID] = true
	}
	if len(ids) != 100 {
		t.Errorf("%d ids", len(ids))
	}
}

// The lists are those of the account: they can be forbidden, withdrawn and affected by faults like any other operation.
func TestListsOfARegionAreRejectedLikeOtherOperations(t *testing.T) {
	for _, name := range []string{clusterLister, planLister} {
		s := start(t, playing(scenario.Step{Phase: story.Idle}))
		if err := s.SetForbidden(gateway.Forbidden{Operation: name}); err != nil {
			t.Fatal(err)
		}
		if w := requestOperation(t, s, name, ""); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), `"AuthAction":"cs:`+name+`"`) {
			t.Errorf("forbidden: %d: %s", w.Code, w.Body)
		}
		if err := s.Withdraw(name); err != nil {
			t.Fatal(err)
		}
		if w := requestOperation(t, s, name, ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "InvalidAction.NotFound") {
			t.Errorf("withdrawn: %d: %s", w.Code, w.Body)
		}
		last := s.Requests()[1]
		if last.Operation != name || last.ClusterID != "" || last.Step != 0 {
			t.Errorf("%+v", last)
		}
	}
	w := requestOperation(t, start(t, playing(scenario.Step{Phase: story.Idle})), clusterLister, "page_number=0")
	if w.Code != http.StatusBadRequest || !json.Valid(w.Body.Bytes()) {
		t.Errorf("no page: %d: %s", w.Code, w.Body)
	}
}
