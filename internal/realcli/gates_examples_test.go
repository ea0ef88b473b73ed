package realcli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

const createdWorkers = "create workers in cn-hangzhou"

// gateClosed is the error of a gate that the phase of the one cluster has closed.
func gateClosed(phase upgrade.Phase) string {
	return summary.GateClosed(summary.Cluster(clusterID), phase)
}

var (
	planNow   = []string{"plan", "-no-color"}
	savePlan  = []string{"plan", "-no-color", "-out=plan.bin"}
	applyPlan = []string{"apply", "-no-color", "plan.bin"}
	driftPlan = []string{"plan", "-no-color", "-lock=false", "-detailed-exitcode"}
)

// gateExamples has every folder of examples/gates, and what is done with it.
var gateExamples = map[string]func(*testing.T, *stage){
	"recommended":       playRecommended,
	"depends_on":        playDependsOn,
	"depends_on_module": playDependsOnModule,
	"regions":           playRegions,
	"check":             playCheck,
	"module":            playModule,
	"fleet_module":      playFleetModule,
	"shared_gate":       playSharedGate,
	"testable_gate":     playTestableGate,
	"pipeline":          playPipeline,
	"succeeded":         playSucceeded,
	"node_pools":        playNodePools,
	"older_cli":         playOlderCLI,
	"wait_resource":     playWaitResource,

	"node_pool_upgrades": playNodePoolUpgrades,
	"addons":             playAddons,
	"version":            playVersion,

	"destroy":                 playDestroy,
	"provider_without_region": playProviderWithoutRegion,
	"second_gate":             playSecondGate,
	"fleet_by_tag":            playFleetByTag,
	"waves_by_version":        playWavesByVersion,
	"quiet":                   playQuiet,
}

func TestEveryGateOfTheGuideRuns(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "examples", "gates")
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(gateExamples) {
		t.Errorf("%d examples, and %d of them are run", len(entries), len(gateExamples))
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			t.Parallel()
			play, ok := gateExamples[entry.Name()]
			if !ok {
				t.Fatal("it is run nowhere: add it to gateExamples")
			}
			s := newStage(t)
			if err := os.CopyFS(s.dir, os.DirFS(filepath.Join(root, entry.Name()))); err != nil {
				t.Fatal(err)
			}
			s.must(t, "init", "-no-color")
			s.must(t, "validate", "-no-color")
			play(t, s)
		})
	}
}

// goes holds that a run goes through and shows a text.
func (s *stage) goes(t *testing.T, shows string, args ...string) {
	t.Helper()
	s.comesTo(t, goesThrough, shows, args...)
}

// stops holds that a run fails, shows why, and touches nothing.
func (s *stage) stops(t *testing.T, shows string, args ...string) {
	t.Helper()
	s.comesTo(t, stopped, shows, args...)
}

func (s *stage) comesTo(t *testing.T, want outcome, shows string, args ...string) {
	t.Helper()
	result, output := s.try(t, args...)
	if result != want || !strings.Contains(unwrap(output), shows) {
		t.Errorf("%s %s: %s, want %s; to be shown: %q\n%s", cli.Command(), strings.Join(args, " "), result, want, shows, output)
		return
	}
	t.Logf("$ %s %s\n%s", cli.Command(), strings.Join(args, " "), output)
}

// holdsTouched holds what the guarded provider has done so far.
func (s *stage) holdsTouched(t *testing.T, want ...string) {
	t.Helper()
	if got := s.touched(t); !slices.Equal(got, want) {
		t.Errorf("%q was touched, want %q", got, want)
	}
}

// hurried polls every second, so that a test need not wait for long.
func (s *stage) hurried(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(s.dir, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	const waits = "wait_for_terminal = true\n"
	if !strings.Contains(string(text), waits) {
		t.Fatal("it does not wait")
	}
	s.write(t, "main.tf", strings.Replace(string(text), waits, waits+"poll_interval = \"1s\"\n", 1))
}

// setTimeline gives the cluster another timeline, in the form of a scenario's.
func (s *stage) setTimeline(t *testing.T, timeline string) {
	t.Helper()
	plan, err := scenario.Parse([]byte(`{"access_keys": [{"id": "a", "secret": "b"}], "clusters": {"c": {"timeline": ` + timeline + `}}}`))
	if err != nil {
		t.Fatal(err)
	}
	s.plays(t, plan.Clusters["c"].Timeline...)
}

func playRecommended(t *testing.T, s *stage) {
	s.hurried(t)
	s.is(t, story.Running)
	s.goes(t, "Warning: "+summary.WouldWait(summary.Cluster(clusterID), upgrade.PhaseRunning), planNow...) // That of a pull request.

	s.is(t, story.Idle)
	s.must(t, savePlan...)
	s.is(t, story.Failed)
	s.stops(t, gateClosed("failed"), applyPlan...)
	s.must(t, savePlan...)
	s.is(t, story.Paused)
	s.stops(t, summary.UpgradePaused(summary.Cluster(clusterID)), applyPlan...)
	s.holdsTouched(t)

	s.must(t, savePlan...)
	s.plays(t, scenario.Step{Phase: story.Running, For: 3 * time.Second}, scenario.Step{Phase: story.Succeeded})
	began := time.Now()
	s.goes(t, "Resources: 1 added", applyPlan...)
	if took := time.Since(began); took < 3*time.Second {
		t.Errorf("the apply ended after %s, before the upgrade", took)
	}
	s.holdsTouched(t, createdWorkers)

	s.is(t, story.Running)
	s.goes(t, "No changes", driftPlan...)

	requests := len(s.simulator.Requests())
	s.must(t, append(savePlan, "-var=gated=false", "-replace=alicloud_cs_kubernetes_node_pool.workers")...) // The bypass is decided when planning.
	s.goes(t, "1 added, 0 changed, 1 destroyed", applyPlan...)
	if got := len(s.simulator.Requests()); got != requests {
		t.Errorf("the gate was read %d times although it was bypassed", got-requests)
	}
	s.holdsTouched(t, createdWorkers, "delete workers in cn-hangzhou", createdWorkers)
}

func playDependsOn(t *testing.T, s *stage) {
	s.must(t, savePlan...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	s.is(t, story.Idle)
	s.goes(t, "1 added", applyNow...)

	s.must(t, append(savePlan, "-replace=alicloud_cs_kubernetes_node_pool.workers")...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	if list := s.must(t, "state", "list"); strings.TrimSpace(list) != "alicloud_cs_kubernetes_node_pool.workers" {
		t.Errorf("after the replacement was stopped there is: %s", list)
	}
	s.goes(t, "No changes", driftPlan...)
}

func playDependsOnModule(t *testing.T, s *stage) {
	s.must(t, savePlan...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	if list, _ := s.Run(t.Context(), "state", "list"); strings.Contains(list, "node_pool") { // Fails when there is no state.
		t.Errorf("the gate was closed, and there is: %s", list)
	}
	s.is(t, story.Idle)
	s.goes(t, "2 added", applyNow...)
}

func playRegions(t *testing.T, s *stage) {
	const shanghai = "c2f0a4f6e3a1b4c8e9d7f6a5b4c3d2e1f"
	if err := s.simulator.SetTimeline(shanghai, []scenario.Step{{Phase: story.Idle}}); err != nil {
		t.Fatal(err)
	}
	s.must(t, savePlan...)
	if err := s.simulator.SetTimeline(shanghai, []scenario.Step{{Phase: story.Running}}); err != nil {
		t.Fatal(err)
	}
	result, output := s.try(t, applyPlan...)
	if want := summary.GateClosed(summary.Cluster(shanghai), upgrade.PhaseRunning); result == goesThrough || !strings.Contains(unwrap(output), want) {
		t.Errorf("%s, %q is not shown in:\n%s", result, want, output)
	}
	s.holdsTouched(t, createdWorkers) // Hangzhou does not wait for Shanghai.
	if err := s.simulator.SetTimeline(shanghai, []scenario.Step{{Phase: story.Succeeded}}); err != nil {
		t.Fatal(err)
	}
	s.goes(t, "1 added", applyNow...)
	s.holdsTouched(t, createdWorkers, "create workers in cn-shanghai")
}

func playCheck(t *testing.T, s *stage) {
	s.is(t, story.Running)
	s.goes(t, isRunning, planNow...)
	_, output := s.try(t, applyNow...)
	for _, want := range []string{"Warning: Check block assertion failed", isRunning, "Apply complete! Resources: 1 added"} {
		if !strings.Contains(unwrap(output), want) {
			t.Errorf("%q is not shown in:\n%s", want, output)
		}
	}
}

func playModule(t *testing.T, s *stage) {
	s.goes(t, "Success! 2 passed, 0 failed.", "test", "-no-color")
	if requests := s.simulator.Requests(); len(requests) != 0 {
		t.Errorf("the mocked provider sent %d requests", len(requests))
	}
	s.is(t, story.Running)
	s.stops(t, isRunning, append(driftPlan, "-var=cluster_id="+clusterID)...)
}

// passesAgainstTheSimulator runs the example's tests as the guide says to.
func (s *stage) passesAgainstTheSimulator(t *testing.T, want string, flags ...string) {
	t.Helper()
	simulator := filepath.Join(t.TempDir(), "acksim")
	if output, err := exec.CommandContext(t.Context(), "go", "build", "-o", simulator, "../acksim/cmd/acksim").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	test := s.Command(t.Context(), "test", "-no-color")
	command := exec.CommandContext(t.Context(), simulator, slices.Concat([]string{"-tls"}, flags, []string{"--"}, test.Args)...)
	command.Dir, command.Env = test.Dir, test.Env
	if output, err := command.CombinedOutput(); err != nil || !strings.Contains(string(output), want) {
		t.Errorf("%v\n%s", err, output)
	}
}

func playTestableGate(t *testing.T, s *stage) {
	s.passesAgainstTheSimulator(t, "Success! 2 passed, 0 failed.")
	s.holdsTouched(t, createdWorkers, "delete workers in cn-hangzhou")
	cluster := "-var=cluster_id=" + clusterID
	s.must(t, append(savePlan, cluster)...)
	s.is(t, story.Running)
	s.goes(t, "1 to add", append(planNow, cluster)...)
	s.stops(t, "Upgrade gate closed.", applyPlan...)
}

func playSharedGate(t *testing.T, s *stage) {
	s.passesAgainstTheSimulator(t, "Success! 1 passed, 0 failed.")
	s.holdsTouched(t, createdWorkers, "delete workers in cn-hangzhou") // What a test creates, it deletes in the end.
	s.must(t, savePlan...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	s.is(t, story.Idle)
	s.goes(t, "1 added", applyNow...)
}

// playPipeline plays the jobs on machines of their own: what they share is the repository, the state, and the plan that the first
// hands to the second.
func playPipeline(t *testing.T, s *stage) {
	job := func(from *stage, name string) (string, int) {
		command := exec.CommandContext(t.Context(), "sh", "pipeline.sh", name)
		command.Dir = from.dir
		command.Env = append(from.Command(t.Context()).Env, "TF="+cli.Path)
		output, err := command.CombinedOutput()
		var exit *exec.ExitError
		if err != nil && !errors.As(err, &exit) {
			t.Fatal(err)
		}
		t.Logf("$ TF=%s sh pipeline.sh %s\n%s", cli.Command(), name, output)
		return string(output), command.ProcessState.ExitCode()
	}
	s.is(t, story.Running)
	if output, code := job(s, "plan"); code != 0 {
		t.Fatalf("plan: %d\n%s", code, output)
	}
	if err := os.RemoveAll(filepath.Join(s.dir, ".terraform")); err != nil { // Another machine.
		t.Fatal(err)
	}
	s.is(t, story.Failed)
	if output, code := job(s, "apply"); code != 1 || !strings.Contains(unwrap(output), gateClosed("failed")) {
		t.Errorf("apply: %d\n%s", code, output)
	}
	s.holdsTouched(t)
	if output, code := job(s, "plan"); code != 0 {
		t.Fatalf("plan: %d\n%s", code, output)
	}
	s.is(t, story.Succeeded)
	if output, code := job(s, "apply"); code != 0 {
		t.Errorf("apply: %d\n%s", code, output)
	}
	s.holdsTouched(t, createdWorkers)
	s.is(t, story.Running)
	if output, code := job(s, "drift"); code != 0 || !strings.Contains(output, "No changes") {
		t.Errorf("drift: %d\n%s", code, output)
	}
	if output, code := job(s, "now"); code != 64 {
		t.Errorf("now: %d\n%s", code, output)
	}
}

func playOlderCLI(t *testing.T, s *stage) {
	s.must(t, savePlan...)
	s.is(t, story.Running)
	if _, output := s.try(t, applyPlan...); !strings.Contains(unwrap(output), "Resource precondition failed") || !strings.Contains(unwrap(output), isRunning) {
		t.Errorf("the reason is not shown in:\n%s", output)
	}
	if list := s.must(t, "state", "list"); strings.Contains(list, "node_pool") {
		t.Errorf("the gate was closed, and there is: %s", list)
	}
	s.is(t, story.Idle)
	s.must(t, applyNow...)
	s.is(t, story.Running)
	s.goes(t, "1 to change", planNow...) // Every plan has a change: what it costs.
}

// playWaitResource plays the example without changes: TestTheWaitResourceFromCreateToDestroy plays the rest.
func playWaitResource(t *testing.T, s *stage) {
	s.is(t, story.Running)
	s.must(t, savePlan...)
	s.is(t, story.Succeeded)
	s.goes(t, "2 added", applyPlan...)
	s.holdsTouched(t, createdWorkers)
	s.is(t, story.Running)
	s.goes(t, "No changes", driftPlan...)
}
