package realcli

import (
	"bytes"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// fleetOf gives a simulator so many clusters, and returns their ids and a fleet read of them.
func fleetOf(t *testing.T, simulator *acksim.Simulator, clusters int, timeline func(i int) []scenario.Step, arguments string) ([]string, func(endpoint string) string) {
	t.Helper()
	ids := make([]string, clusters)
	quoted := make([]string, clusters)
	for i := range ids {
		ids[i] = fmt.Sprintf("c-%05d", i)
		quoted[i] = fmt.Sprintf("%q", ids[i])
		if steps := timeline(i); steps != nil {
			if err := simulator.SetTimeline(ids[i], steps); err != nil {
				t.Fatal(err)
			}
		}
	}
	return ids, func(endpoint string) string {
		head, _, _ := strings.Cut(configuration(endpoint, ""), "data \"ackupgrade_status\"")
		return head + fmt.Sprintf("data \"ackupgrade_statuses\" \"fleet\" {\n  cluster_ids = [%s]\n  %s\n}\n", strings.Join(quoted, ", "), arguments)
	}
}

// measured is what a run of the CLI took, and the most memory that a provider process had resident meanwhile.
type measured struct {
	output string
	wall   time.Duration
	memory int64 // bytes; zero where there is no /proc
}

// measure runs a plan and looks at the provider process all the while.
func measure(t *testing.T, w *Workspace) measured {
	t.Helper()
	m, err := measureRun(t, w)
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, m.output)
	}
	return m
}

// measureRun does the same, and returns the error of the run.
func measureRun(t *testing.T, w *Workspace) (measured, error) {
	t.Helper()
	var output bytes.Buffer
	command := w.Command(t.Context(), "plan", "-no-color")
	command.Stdout, command.Stderr = &output, &output
	started := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	m := measured{}
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			m.output, m.wall = output.String(), time.Since(started)
			return m, err
		case <-tick.C:
			m.memory = max(m.memory, peakMemory(command.Process.Pid))
		}
	}
}

// peakMemory is the highest resident memory, so far, of any provider process that the CLI of the given process id has started.
func peakMemory(cli int) (peak int64) {
	for _, p := range providerProcesses(cli) {
		kilobytes, err := strconv.ParseInt(strings.TrimSuffix(p.status["VmHWM"], " kB"), 10, 64)
		if err == nil {
			peak = max(peak, kilobytes<<10)
		}
	}
	return peak
}

// simulateSlowly starts a simulator without clusters that takes its time for each response, with a key that has a token.
func simulateSlowly(t *testing.T, delay time.Duration, token string) (*acksim.Simulator, *acksim.Server) {
	t.Helper()
	simulator, err := acksim.New(&scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk", SecurityToken: token}}})
	if err != nil {
		t.Fatal(err)
	}
	slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if delay > 0 {
			timer := time.NewTimer(delay)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-r.Context().Done():
			}
		}
		simulator.ServeHTTP(w, r)
	})
	server, err := acksim.Start(t.Context(), slow, acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return simulator, server
}

func TestAFleetIsReadFastAndInLittleMemory(t *testing.T) {
	succeeded := func(int) []scenario.Step { return []scenario.Step{{Phase: story.Succeeded}} }
	for _, test := range []struct {
		clusters int
		delay    time.Duration // of each response
		memory   int64
	}{
		{1000, 100 * time.Millisecond, 64 << 20},
		{10000, 0, 320 << 20},
	} {
		t.Run(fmt.Sprintf("%d clusters, %s per response", test.clusters, test.delay), func(t *testing.T) {
			// A session's token is long, and all of it is signed.
			token := strings.Repeat("CAIS+/==", 112)
			simulator, server := simulateSlowly(t, test.delay, token)
			_, text := fleetOf(t, simulator, test.clusters, succeeded, "")
			m := measure(t, workspace(t, text(server.Endpoint()), "ALICLOUD_SECURITY_TOKEN="+token))
			requests := simulator.Requests()
			reading := requests[len(requests)-1].Time.Sub(requests[0].Time)
			t.Logf("%s %s: %d clusters, %s per response: plan %s, first to last request %s, %d requests, provider's peak memory %.1f MiB",
				cli.Name, cli.Version, test.clusters, test.delay, m.wall.Round(time.Millisecond), reading.Round(time.Millisecond), len(requests), float64(m.memory)/(1<<20))
			if len(requests) != test.clusters {
				t.Errorf("%d requests", len(requests))
			}
			if m.memory > test.memory || m.memory == 0 && runtime.GOOS == "linux" {
				t.Errorf("peak memory %d MiB, at most %d are allowed", m.memory>>20, test.memory>>20)
			}
			if want := fmt.Sprintf("[id=%d clusters: %[1]d succeeded]", test.clusters); !strings.Contains(m.output, want) {
				t.Errorf("%q is not shown in:\n%.1000s", want, m.output)
			}
		})
	}
}

func TestAFleetIsWaitedForUntilTheLast(t *testing.T) {
	t.Parallel()
	const clusters = 50
	simulator, server := simulate(t, idle, acksim.Options{})
	_, text := fleetOf(t, simulator, clusters, func(i int) []scenario.Step {
		return []scenario.Step{{For: 2*time.Second + time.Duration(i)*100*time.Millisecond, Phase: story.Running}, {Phase: story.Succeeded}}
	}, "wait_for_terminal = true\n  poll_interval = \"1s\"")
	m := measure(t, workspace(t, text(server.Endpoint())))
	requests := simulator.Requests()
	took := requests[len(requests)-1].Time.Sub(requests[0].Time)
	const last = 2*time.Second + (clusters-1)*100*time.Millisecond
	if took < last {
		t.Errorf("the last upgrade ended after %s, the wait after %s", last, took)
	}
	first := map[string]bool{}
	for _, r := range requests[:clusters] {
		first[r.ClusterID] = true
	}
	if len(first) != clusters { // Side by side, every cluster is polled before any is polled again.
		t.Errorf("the first %d polls are of %d clusters", clusters, len(first))
	}
	t.Logf("%s %s: %d upgrades, the last of %s: waited %s, %d requests\n%s", cli.Name, cli.Version, clusters, last, took, len(requests), m.output)
}

func TestEveryFailureOfAFleetIsShown(t *testing.T) {
	t.Parallel()
	const clusters = 200
	simulator, server := simulate(t, idle, acksim.Options{})
	forbidden := &response.Raw{Status: 403, ContentType: "application/json", Body: `{"code":"Forbidden.RAM","message":"not authorized","requestId":"R-1"}`}
	kinds := []struct {
		steps []scenario.Step
		shows func(subject string) string
	}{
		{nil, summary.ClusterNotFound},
		{[]scenario.Step{{HTTP: forbidden}}, summary.NotAllowed},
		{[]scenario.Step{{HTTP: &response.Raw{Status: 200, ContentType: "text/html", Body: "<html>"}}}, summary.InvalidResponse},
		{[]scenario.Step{{Phase: story.Failed, Message: "node is NotReady"}}, func(subject string) string { return summary.GateClosed(subject, upgrade.PhaseFailed) }},
		{[]scenario.Step{{Phase: story.Running}}, func(subject string) string { return summary.GateClosed(subject, upgrade.PhaseRunning) }},
	}
	ids, text := fleetOf(t, simulator, clusters, func(i int) []scenario.Step {
		if i%10 == 0 {
			return kinds[i/10%len(kinds)].steps
		}
		return []scenario.Step{{Phase: story.Succeeded}}
	}, `require_phases = ["succeeded"]`)
	output, err := workspace(t, text(server.Endpoint())).Run(t.Context(), "plan", "-no-color")
	if err == nil {
		t.Fatalf("it went through:\n%s", output)
	}
	shown := unwrap(output)
	for i, kind := range kinds { // Of each, there are four.
		if want := "Error: " + kind.shows(summary.Cluster(ids[10*i])) + " (and 3 more clusters)"; !strings.Contains(shown, want) {
			t.Errorf("not shown: %s", want)
		}
		for more := range 4 {
			if id := ids[10*(i+5*more)]; !strings.Contains(shown, id) {
				t.Errorf("%s is not named", id)
			}
		}
	}
	if n := strings.Count(output, "Error: "); n != len(kinds) {
		t.Errorf("%d errors, want %d", n, len(kinds))
	}
	if want := "Others: 180 clusters: 180 succeeded"; !strings.Contains(shown, want) {
		t.Errorf("not shown: %s", want)
	}
	t.Log(output)
}

// One cause is one error, however many clusters it stops.
func TestOneCauseIsOneErrorForAFleet(t *testing.T) {
	t.Parallel()
	const clusters = 150
	c := simulateCloud(t, idle)
	var ids []string
	for i := range clusters {
		ids = append(ids, fmt.Sprintf("c-%05d", i))
	}
	text, _, _ := strings.Cut(c.configuration("  assume_role {\n    role_arn = \""+middleRole+"\"\n  }", ""), "data \"ackupgrade_status\"")
	text += "data \"ackupgrade_statuses\" \"all\" {\n  cluster_ids = [\"" + strings.Join(ids, `", "`) + "\"]\n}\n"
	w := c.workspace(t, text, "ALICLOUD_CREDENTIALS_URI=http://"+c.plain+"/credentials")
	output, err := w.Run(t.Context(), "plan", "-no-color")
	shown := unwrap(output)
	if errors := strings.Count(output, "\nError: "); err == nil || errors != 1 || strings.Count(output, "\n") > 60 {
		t.Fatalf("%v, %d errors\n%s", err, errors, output)
	}
	for _, want := range []string{"(and 149 more clusters)", "c-00000, c-00001", "and 140 more", middleRole} {
		if !strings.Contains(shown, want) {
			t.Errorf("%q is not shown in:\n%s", want, output)
		}
	}
	if n := len(c.Requests()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	t.Log(output)
}
