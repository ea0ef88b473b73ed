package realcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// waitExample initializes a stage with the example of the managed resource, which polls every second here.
func waitExample(t *testing.T) (s *stage, text string) {
	t.Helper()
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "gates", "wait_resource", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	const arguments = "triggers   = local.workers"
	text = strings.Replace(string(example), arguments, "poll_interval = \"1s\"\n"+arguments, 1)
	s = newStage(t)
	s.write(t, "main.tf", text)
	s.must(t, "init", "-no-color")
	return s, text
}

// polls returns how many requests a run makes.
func (s *stage) polls(t *testing.T, run func()) int {
	t.Helper()
	before := len(s.simulator.Requests())
	run()
	return len(s.simulator.Requests()) - before
}

// One life of the resource: it refuses saved plans while the upgrade has failed or is paused, waits, is quiet, waits again, and is
// destroyed.
func TestTheWaitResourceFromCreateToDestroy(t *testing.T) {
	t.Parallel()
	s, text := waitExample(t)

	s.is(t, story.Running)
	if n := s.polls(t, func() { s.goes(t, "2 to add, 0 to change, 0 to destroy", savePlan...) }); n != 0 {
		t.Errorf("a plan made %d requests", n)
	}
	s.is(t, story.Failed)
	s.stops(t, gateClosed("failed"), applyPlan...)
	if list, _ := s.Run(t.Context(), "state", "list"); strings.Contains(list, "ackupgrade_wait") { // Fails when there is no state.
		t.Errorf("after a wait that failed there is: %s", list)
	}
	s.must(t, savePlan...) // There is a state now, so the plan before is stale.
	s.is(t, story.Paused)
	s.stops(t, summary.UpgradePaused(summary.Cluster(clusterID)), applyPlan...)
	s.holdsTouched(t)

	s.goes(t, "2 to add, 0 to change, 0 to destroy", savePlan...) // Nothing is tainted.
	s.plays(t, scenario.Step{Phase: story.Running, Polls: 2}, scenario.Step{Phase: story.Succeeded})
	if n := s.polls(t, func() { s.goes(t, "Resources: 2 added", applyPlan...) }); n < 3 {
		t.Errorf("it waited for %d polls", n)
	}
	s.holdsTouched(t, createdWorkers)
	state := s.must(t, "show", "-json")
	for _, secret := range []string{"testak", "testsk"} {
		if strings.Contains(state, secret) {
			t.Errorf("%s is in the state", secret)
		}
	}
	if want := `"phase":"succeeded"`; !strings.Contains(state, want) {
		t.Errorf("%s is not in the state: %s", want, state)
	}

	// Nothing is requested and nothing is planned, in any phase of the cluster.
	s.is(t, story.Running)
	if n := s.polls(t, func() {
		s.goes(t, "No changes", driftPlan...)
		s.goes(t, "0 added, 0 changed, 0 destroyed", applyNow...)
		s.must(t, "apply", "-refresh-only", "-auto-approve", "-no-color")
	}); n != 0 {
		t.Errorf("it made %d requests although nothing changed", n)
	}

	// How to wait is no reason to wait again. What to wait for is, and so are triggers.
	s.write(t, "main.tf", strings.Replace(text, `poll_interval = "1s"`, `poll_interval = "2s"`, 1))
	if n := s.polls(t, func() { s.goes(t, "0 added, 1 changed, 0 destroyed", applyNow...) }); n != 0 {
		t.Errorf("a change of poll_interval made %d requests", n)
	}
	s.goes(t, "No changes", driftPlan...)
	changed := strings.Replace(text, `node_pool_name = "workers"`, `node_pool_name = "renamed"`, 1)
	s.write(t, "main.tf", changed)
	s.must(t, savePlan...)
	s.is(t, story.Failed)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.holdsTouched(t, createdWorkers)
	s.goes(t, "0 to add, 2 to change, 0 to destroy", planNow...) // The same update again.
	s.is(t, story.Succeeded)
	s.goes(t, "0 added, 2 changed, 0 destroyed", applyNow...)
	s.holdsTouched(t, createdWorkers, "update renamed in cn-hangzhou")
	s.write(t, "main.tf", strings.Replace(changed, `cluster_id = "`+clusterID+`"`, `cluster_ids = ["`+clusterID+`", "`+strings.Replace(clusterID, "c1", "c2", 1)+`"]`, 1))
	if n := s.polls(t, func() { s.goes(t, "[id=2 clusters: ", applyNow...) }); n != 2 {
		t.Errorf("a change of the clusters made %d requests", n)
	}
	s.goes(t, "No changes", driftPlan...)

	// Only the state is destroyed, with any phase of the cluster and any credentials.
	s.is(t, story.Running)
	s.env = append(s.env, "ALICLOUD_SECRET_KEY=wrong")
	if n := s.polls(t, func() { s.goes(t, "2 destroyed", "destroy", "-auto-approve", "-no-color") }); n != 0 {
		t.Errorf("a destroy made %d requests", n)
	}
}

// A value that is unknown in the plan is checked in the apply.
func TestWhatIsWrongWithAWaitIsSaid(t *testing.T) {
	t.Parallel()
	s, text := waitExample(t)
	s.goes(t, "2 to add", planNow...)
	const id = `cluster_id = "` + clusterID + `"`
	const later = "\nresource \"terraform_data\" \"later\" {\n  input = %s\n}\n"
	for _, test := range []struct {
		id, rest, shows string
		run             []string
	}{
		{id + "\n  cluster_ids = [\"c1\"]", "", "Exactly one of these attributes must be configured: [cluster_id,cluster_ids]", planNow},
		{"", "", "Exactly one of these attributes must be configured: [cluster_id,cluster_ids]", planNow},
		{id + "\n  require_phases = [\"running\"]", "", summary.NoTerminalPhase, planNow},
		{id + "\n  require_version = \"new\"", "", "must be a version constraint", planNow},
		{id + "\n  require_version = terraform_data.later.output", `"new"`, "must be a version constraint", applyNow},
		{"cluster_id = terraform_data.later.output", `"no/cluster"`, "must be the ID of an ACK cluster", applyNow},
		{id + "\n  cluster_ids = terraform_data.later.output", `["c1"]`, "Exactly one of these attributes must be configured: [cluster_id,cluster_ids]", applyNow},
		{"cluster_ids = terraform_data.later.output", `tolist([])`, "must contain at least 1 elements", applyNow},
	} {
		changed := strings.Replace(text, id, test.id, 1)
		if test.rest != "" {
			changed += strings.Replace(later, "%s", test.rest, 1)
		}
		s.write(t, "main.tf", changed)
		result, output := s.try(t, test.run...)
		if result != stopped || !strings.Contains(unwrap(output), test.shows) {
			t.Errorf("%q: %s, %q is not shown in:\n%s", test.id, result, test.shows, output)
		}
	}
	if n := len(s.simulator.Requests()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	s.write(t, "main.tf", text)
	s.stops(t, "ackupgrade_wait cannot be imported", "import", "-no-color", "ackupgrade_wait.gate", clusterID)
}
