package realcli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// has puts a cluster into the simulator.
func (s *stage) has(t *testing.T, id string, c scenario.Cluster) {
	t.Helper()
	if err := s.simulator.SetCluster(id, c); err != nil {
		t.Fatal(err)
	}
}

// tagged is a cluster with a tag, in a phase.
func tagged(key, value string, phase story.Phase) scenario.Cluster {
	return scenario.Cluster{Tags: map[string]string{key: value}, Timeline: []scenario.Step{{Phase: phase}}}
}

func playFleetByTag(t *testing.T, s *stage) {
	s.has(t, "c-test", tagged("env", "test", story.Running)) // Not in the fleet.
	s.has(t, "c-shop", tagged("env", "prod", story.Succeeded))
	s.must(t, savePlan...)
	s.has(t, "c-shop", tagged("env", "prod", story.Running))
	s.stops(t, "cluster c-shop is", applyPlan...)
	s.has(t, "c-shop", tagged("env", "prod", story.Succeeded))
	s.goes(t, "[id=cn-hangzhou: 3 of 4 clusters]", planNow...)
	s.goes(t, "1 added", applyNow...)
	for _, id := range []string{"c-shop", clusterID, strings.Replace(clusterID, "c1", "c2", 1)} {
		s.has(t, id, tagged("env", "none", story.Succeeded))
	}
	s.stops(t, "Attribute cluster_ids list must contain at least 1 elements", planNow...) // A gate over nothing.
}

func playWavesByVersion(t *testing.T, s *stage) {
	s.hurried(t)
	for _, id := range []string{clusterID, strings.Replace(clusterID, "c1", "c2", 1)} {
		s.has(t, id, tagged("wave", "1", story.Succeeded)) // On 1.33 by now.
	}
	s.has(t, "c-second", tagged("wave", "2", story.Idle))
	s.has(t, "c-done", tagged("wave", "2", story.Succeeded)) // On the new version already.
	s.goes(t, `terraform_data.upgrade["c-second"]`, planNow...)
	s.has(t, clusterID, scenario.Cluster{Tags: map[string]string{"wave": "1"}, Timeline: []scenario.Step{ // Not upgraded yet.
		{Polls: 2, Phase: story.Idle}, {Polls: 2, Phase: story.Running}, {Phase: story.Succeeded},
	}})
	s.goes(t, "1 added", applyNow...)
}

func playQuiet(t *testing.T, s *stage) {
	s.hurried(t)
	s.must(t, savePlan...)
	soon := scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Idle}}, Plans: []story.PlanSpec{{ID: "P-night", Start: story.When{After: 20 * time.Minute}}}}
	s.has(t, clusterID, soon)
	s.stops(t, "Upgrade gate closed: an upgrade of cluster "+clusterID+" is planned to begin in ", applyPlan...)
	s.goes(t, "Warning: An apply now would", planNow...)
	soon.Plans[0].Start.After = 5 * time.Hour
	s.has(t, clusterID, soon)
	if err := s.simulator.SetForbidden(gateway.Forbidden{Operation: "ListOperationPlansForRegion"}); err != nil {
		t.Fatal(err)
	}
	s.stops(t, "cs:ListOperationPlansForRegion on the resource *", applyNow...)
	if err := s.simulator.SetForbidden(); err != nil {
		t.Fatal(err)
	}
	s.goes(t, "1 added", applyNow...)
}

// TestARegionOfAThousandClustersIsGatedByTag finds a fleet by its tag and reads all of it: two blocks, a request for each hundred
// clusters of the list, and one for each cluster of the fleet.
func TestARegionOfAThousandClustersIsGatedByTag(t *testing.T) {
	const clusters = 1000
	plan, err := scenario.Parse([]byte(fmt.Sprintf(`{"access_keys": [{"id": "testak", "secret": "testsk"}], "clusters": {
		"c-prod": {"count": %d, "tags": {"env": "prod"}, "timeline": [{"phase": "succeeded"}]},
		"c-test": {"count": 50, "tags": {"env": "test"}, "timeline": [{"phase": "running"}]}}}`, clusters)))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acksim.Start(t.Context(), simulator, acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	head, _, _ := strings.Cut(configuration(server.Endpoint(), ""), "data \"ackupgrade_status\"")
	w := workspace(t, head+`
data "ackupgrade_clusters" "prod" {
  tags = { env = "prod" }
}

data "ackupgrade_statuses" "prod" {
  cluster_ids    = data.ackupgrade_clusters.prod.ids
  require_phases = ["idle", "succeeded"]
  quiet_before   = "1h"
}
`)
	m := measure(t, w)
	requests := make(map[string]int)
	for _, r := range simulator.Requests() {
		requests[r.Operation]++
	}
	all := simulator.Requests()
	t.Logf("%s %s: %d clusters of %d: plan %s, first to last request %s, requests %v, provider's peak memory %.1f MiB\n%s",
		cli.Name, cli.Version, clusters, clusters+50, m.wall.Round(time.Millisecond), all[len(all)-1].Time.Sub(all[0].Time).Round(time.Millisecond), requests,
		float64(m.memory)/(1<<20), m.output)
	if requests["DescribeClustersForRegion"] != 11 || requests["ListOperationPlansForRegion"] != 1 || len(all) != 11+1+clusters {
		t.Errorf("requests %v", requests)
	}
	for _, want := range []string{"[id=cn-hangzhou: 1000 of 1050 clusters]", "[id=1000 clusters: 1000 succeeded]"} {
		if !strings.Contains(m.output, want) {
			t.Errorf("%q is not shown in:\n%.1000s", want, m.output)
		}
	}
	if m.memory > 128<<20 {
		t.Errorf("peak memory %d MiB", m.memory>>20)
	}
}
