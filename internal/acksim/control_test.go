package acksim

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

func TestAllListenersAreNotified(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	var called []string
	s.OnRequest(func(Request) { called = append(called, "first") })
	s.OnRequest(func(Request) { called = append(called, "second") })
	requestStatus(t, s, clusterID)
	if diff := cmp.Diff([]string{"first", "second"}, called); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSetClusterReplacesACluster(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Running}))
	c := scenario.Cluster{Version: "1.30.1", Tags: map[string]string{"a": "b"}, Timeline: []scenario.Step{{Phase: story.Idle}}}
	if err := s.SetCluster(clusterID, c); err != nil {
		t.Fatal(err)
	}
	c.Tags["a"], c.Timeline[0].Phase = "c", story.Failed // The simulator must not look at the caller's values again.
	w := requestOperation(t, s, detail, "")
	if got := decode[clusterNow](t, w); got.CurrentVersion != "1.30.1" || got.State != "running" || !strings.Contains(w.Body.String(), `"value":"b"`) {
		t.Errorf("%s", w.Body)
	}
	if err := s.SetTimeline(clusterID, []scenario.Step{{Phase: story.Succeeded}}); err != nil {
		t.Fatal(err)
	}
	if got := decode[clusterNow](t, requestOperation(t, s, detail, "")); got.CurrentVersion != "1.31.1" {
		t.Errorf("another timeline changes what the cluster is: %+v", got)
	}
	err := s.SetCluster("c2", scenario.Cluster{})
	want := `scenario, clusters["c2"].timeline: a timeline needs at least one step, such as {"phase": "idle"}`
	if err == nil || err.Error() != want {
		t.Errorf("\ngot  %v\nwant %s", err, want)
	}
}

// Run with -race: lists are read page by page, while they move and timelines change.
func TestParallelRequestsOfAllOperations(t *testing.T) {
	with := playing(scenario.Step{Polls: 3, Phase: story.Running}, scenario.Step{Phase: story.Succeeded})
	c := with.Clusters[clusterID]
	c.History, c.Listing = []story.TaskSpec{{Type: "nodepool_scaleout", Count: 30}}, operation.Listing{Moves: true, LagPolls: 2}
	with.Clusters[clusterID] = c
	s := start(t, with)
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 20 {
				for _, request := range []string{tasks + "?page_number=1", tasks + "?page_number=2", detail, action} {
					name, query, _ := strings.Cut(request, "?")
					if w := requestOperation(t, s, name, query); w.Code != http.StatusOK && w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
						t.Errorf("%d: %s", w.Code, w.Body)
					}
				}
				if i == 0 {
					_ = s.SetTimeline(clusterID, c.Timeline)
					_ = s.Withdraw(action)
					_ = s.SetForbidden(gateway.Forbidden{Operation: detail})
					_, _ = s.SetWithdrawn(), s.SetForbidden()
				}
			}
		})
	}
	group.Wait()
}
