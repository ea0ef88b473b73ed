package realcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// newerTerraform returns a Terraform that has actions.
func newerTerraform(t *testing.T) CLI {
	t.Helper()
	newer, ok, err := FindNewer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !ok {
		t.Skipf("%s is not set: install Terraform 1.14 or newer from releases.hashicorp.com, and set it to the path of the executable. It cannot be built from its Go module", NewerVariable)
	}
	for _, f := range Features {
		if f.Name == "actions" && !newer.Has(f) {
			t.Fatalf("%s is %s %s, which has no actions", NewerVariable, newer.Name, newer.Version)
		}
	}
	return newer
}

// The action's example.
func TestTheActionInANewerTerraform(t *testing.T) {
	t.Parallel()
	newer := newerTerraform(t)
	example, err := os.ReadFile(filepath.Join("..", "..", "examples", "actions", "ackupgrade_wait", "action.tf"))
	if err != nil {
		t.Fatal(err)
	}
	const id = "    cluster_id = \"" + clusterID + "\"\n"
	text := strings.Replace(string(example), id, id+"    poll_interval = \"1s\"\n", 1)
	s := newStageFor(t, newer)
	s.write(t, "main.tf", text)
	s.must(t, "init", "-no-color")
	s.is(t, story.Running)
	s.goes(t, "1 to add", savePlan...)
	s.is(t, story.Failed)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.must(t, savePlan...)
	s.plays(t, scenario.Step{Phase: story.Running, Polls: 2}, scenario.Step{Phase: story.Succeeded})
	s.goes(t, "Cluster "+clusterID+": the upgrade is running", applyPlan...)
	s.holdsTouched(t, createdWorkers)
	s.is(t, story.Running)
	s.goes(t, "No changes", driftPlan...)
	s.is(t, story.Succeeded)
	s.goes(t, "Cluster "+clusterID+": the last upgrade succeeded", "apply", "-auto-approve", "-no-color", "-invoke=action.ackupgrade_wait.gate")
}
