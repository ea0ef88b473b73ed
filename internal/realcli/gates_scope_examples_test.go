package realcli

import (
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

func playSucceeded(t *testing.T, s *stage) {
	s.must(t, savePlan...)
	s.stops(t, gateClosed("idle"), applyPlan...) // A cluster that was never upgraded.
	s.must(t, savePlan...)
	s.is(t, story.Failed)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.must(t, savePlan...)
	s.is(t, story.Succeeded)
	s.goes(t, "1 added", applyPlan...)
}

func playNodePools(t *testing.T, s *stage) {
	s.hurried(t)
	s.must(t, savePlan...)
	s.is(t, story.Failed)
	result, output := s.try(t, applyPlan...)
	if result == goesThrough || !strings.Contains(unwrap(output), gateClosed("failed")) {
		t.Errorf("%s\n%s", result, output)
	}
	s.holdsTouched(t, "create workers-k in cn-hangzhou")
	s.must(t, savePlan...)
	s.plays(t, scenario.Step{Phase: story.Running, Polls: 2}, scenario.Step{Phase: story.Succeeded})
	s.goes(t, "1 added", applyPlan...)
	s.holdsTouched(t, "create workers-k in cn-hangzhou", createdWorkers)
}

func playNodePoolUpgrades(t *testing.T, s *stage) {
	s.hurried(t)
	s.setTimeline(t, nodePool)
	s.must(t, savePlan...)
	s.setTimeline(t, `[{"phase": "idle", "tasks": [{"task_type": "nodepool_upgrade", "state": "failed"}]}]`)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.must(t, savePlan...)
	s.setTimeline(t, `[
		{"polls": 2, "phase": "idle", "tasks": [{"task_type": "nodepool_upgrade", "state": "running"}]},
		{"phase": "idle", "tasks": [{"task_type": "nodepool_upgrade", "state": "success"}]}
	]`)
	requests := len(s.simulator.Requests())
	s.goes(t, "1 added", applyPlan...)
	if polls := len(s.simulator.Requests()) - requests; polls < 2*3 { // Each poll requests the tasks and the cluster.
		t.Errorf("the gate opened after %d requests, before the node pool was upgraded", polls)
	}
	s.holdsTouched(t, createdWorkers)
}

func playAddons(t *testing.T, s *stage) {
	s.hurried(t)
	s.setTimeline(t, addon)
	s.must(t, savePlan...)
	s.setTimeline(t, `[{"phase": "succeeded", "tasks": [{"task_type": "cluster_addon_upgrade", "state": "paused"}]}]`)
	s.stops(t, summary.UpgradePaused(summary.Cluster(clusterID)), applyPlan...)
	s.must(t, savePlan...)
	s.setTimeline(t, `[
		{"polls": 1, "phase": "idle", "tasks": [{"task_type": "cluster_addon_upgrade", "state": "running"}]},
		{"phase": "idle", "tasks": [{"task_type": "cluster_addon_upgrade", "state": "success"}]}
	]`)
	s.goes(t, "1 added", applyPlan...)
	s.holdsTouched(t, "create csi-plugin in cn-hangzhou")
}

// playVersion begins with the success of the upgrade before, which ends no wait.
func playVersion(t *testing.T, s *stage) {
	s.hurried(t)
	s.must(t, savePlan...)
	const before, after = `"cluster": {"current_version": "1.32.7-aliyun.1"}`, `"cluster": {"current_version": "1.33.3-aliyun.1"}`
	s.setTimeline(t, `[{"polls": 2, "phase": "succeeded", `+before+`}, {"phase": "failed", `+before+`}]`)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.must(t, savePlan...)
	s.setTimeline(t, `[
		{"polls": 2, "phase": "succeeded", `+before+`},
		{"polls": 2, "phase": "running", `+before+`},
		{"phase": "succeeded", `+after+`}
	]`)
	requests := len(s.simulator.Requests())
	s.goes(t, "1 added", applyPlan...)
	if got := len(s.simulator.Requests()) - requests; got < 2*5 { // Each poll requests the upgrade's status and the cluster.
		t.Errorf("the gate opened after %d requests, before the upgrade", got)
	}
	s.holdsTouched(t, createdWorkers)
}
