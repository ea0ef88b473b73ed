package realcli

import (
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

func TestAPlanAsksExactlyAsOftenAsTheWaitSays(t *testing.T) {
	t.Parallel()
	const polls = 10
	simulator, server := simulate(t, `[{"polls": 9, "phase": "running"}, {"phase": "succeeded"}]`, acksim.Options{})
	w := workspace(t, configuration(server.Endpoint(), "wait_for_terminal = true\n  poll_interval = \"1s\""))
	output, err := w.Run(t.Context(), "plan", "-no-color")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	requests := simulator.Requests()
	if len(requests) != polls {
		t.Errorf("%d requests, want %d", len(requests), polls)
	}
	const defaultPause = 27 * time.Second // The default interval less its jitter.
	shortest := time.Hour
	for i := 1; i < len(requests); i++ {
		pause := requests[i].Time.Sub(requests[i-1].Time)
		shortest = min(shortest, pause)
		if pause < 850*time.Millisecond { // A tenth of jitter; a busy machine is late, never early.
			t.Errorf("poll %d came %s after the one before", i+1, pause)
		}
	}
	if shortest > defaultPause { // Of all pauses: a busy machine is late, but not each time.
		t.Errorf("no pause is shorter than %s", shortest)
	}
	t.Logf("%s %s: %d polls, the shortest pause %s\n%s", cli.Name, cli.Version, len(requests), shortest, output)
}

func TestAClusterThatIsKnownOnlyAfterApplyIsReadByApply(t *testing.T) {
	t.Parallel()
	simulator, server := simulate(t, idle, acksim.Options{})
	text := strings.Replace(configuration(server.Endpoint(), ""), `"`+clusterID+`"`, "terraform_data.cluster.output", 1) + `
resource "terraform_data" "cluster" {
  input = "` + clusterID + `"
}

output "phase" {
  value = data.ackupgrade_status.this.phase
}
`
	w := workspace(t, text)
	output, err := w.Run(t.Context(), "plan", "-no-color", "-out=plan.bin")
	if err != nil || len(simulator.Requests()) != 0 {
		t.Fatalf("plan: %v, after %d requests\n%s", err, len(simulator.Requests()), output)
	}
	if want := "(config refers to values not yet known)"; !strings.Contains(output, want) {
		t.Errorf("%q is not shown in:\n%s", want, output)
	}
	applied, err := w.Run(t.Context(), "apply", "-no-color", "plan.bin")
	if err != nil || len(simulator.Requests()) != 1 || !strings.Contains(applied, `phase = "idle"`) {
		t.Errorf("apply: %v, after %d requests\n%s", err, len(simulator.Requests()), applied)
	}
	t.Logf("%s\n%s", output, applied)
}

func TestAWaitLogsEachPollAndEachChangeOfPhase(t *testing.T) {
	t.Parallel()
	_, server := simulate(t, `[{"polls": 2, "phase": "running"}, {"phase": "succeeded"}]`, acksim.Options{})
	w := workspace(t, configuration(server.Endpoint(), "wait_for_terminal = true\n  poll_interval = \"1s\""), "TF_LOG_PROVIDER=TRACE")
	output, err := w.Run(t.Context(), "plan", "-no-color")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	for line, want := range map[string]int{
		"[DEBUG] provider.terraform-provider-ackupgrade_v0.1.0: Polled the upgrade status":                                                                               3,
		"[INFO]  provider.terraform-provider-ackupgrade_v0.1.0: Cluster " + clusterID + ": the upgrade is running, step upgrading: upgrading the control plane (waited ": 1,
		"[INFO]  provider.terraform-provider-ackupgrade_v0.1.0: Cluster " + clusterID + ": the last upgrade succeeded, step success: the upgrade is complete (waited ":   1,
	} {
		if got := strings.Count(output, line); got != want {
			t.Errorf("%q stands there %d times, want %d", line, got, want)
		}
	}
	if strings.Contains(output, "testsk") {
		t.Error("the secret is in the log")
	}
}
