package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

func reading(id string, phase upgrade.Phase) *upgrade.Reading {
	return &upgrade.Reading{ClusterID: id, Phase: phase}
}

func TestEachChangeOfPhaseAndEveryFifthPollIsALine(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var lines []string
		p := newProgress([]string{"c1"}, nil, func(line string) { lines = append(lines, line) })
		step, last := "upgrading", upgrade.Phase("")
		for i, phase := range []upgrade.Phase{
			"idle", "running", "running", "running", "running", "running", "running", "", "", "running", "running", "succeeded",
		} {
			poll := upgrade.Poll{Number: i + 1, Elapsed: time.Duration(i) * 30 * time.Second, Done: phase == "succeeded"}
			if phase == "" {
				poll.Err = errors.New("connection\nreset")
			} else {
				poll.Reading, poll.Changed, last = reading("c1", phase), phase != last, phase
				poll.Reading.UpgradeStep = &step
			}
			p.poll("c1", poll)
			synctest.Wait()
		}
		p.end(t.Context())
		want := []string{
			"Cluster c1: idle, no upgrade is under way, step upgrading (waited 0s, 1 poll)",
			"Cluster c1: the upgrade is running, step upgrading (waited 30s, 2 polls)",
			"Cluster c1: the upgrade is running, step upgrading (waited 3m, 7 polls)",
			"Cluster c1: the last poll failed; continuing to wait (waited 3m30s, 8 polls): connection reset",
			"Cluster c1: the upgrade is running, step upgrading (waited 4m30s, 10 polls)",
			"Cluster c1: the last upgrade succeeded, step upgrading (waited 5m30s, 12 polls)",
		}
		if diff := cmp.Diff(want, lines); diff != "" {
			t.Error(diff)
		}
	})
}

func TestALineNamesTheVersionThatAClusterWaitsFor(t *testing.T) {
	t.Parallel()
	version, err := upgrade.ParseConstraint(">= 1.33")
	if err != nil {
		t.Fatal(err)
	}
	runs := "1.32.7-aliyun.1"
	r := reading("c1", upgrade.PhaseIdle)
	r.CurrentVersion = &runs
	const want = "Cluster c1: idle, no upgrade is under way, on version 1.32.7-aliyun.1, which is not >= 1.33 (waited 1m, 3 polls)"
	if got := pollLine("c1", upgrade.Poll{Number: 3, Elapsed: time.Minute, Reading: r}, version); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestAFleetIsOneLineWithThePhasesAndTheUnfinishedClusters(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ids, lines []string
		for i := range 12 {
			ids = append(ids, fmt.Sprintf("c%02d", i))
		}
		p := newProgress(ids, nil, func(line string) { lines = append(lines, line) })
		poll := func(id string, phase upgrade.Phase, changed bool, elapsed time.Duration) {
			p.poll(id, upgrade.Poll{Elapsed: elapsed, Reading: reading(id, phase), Changed: changed, Done: phase == upgrade.PhaseSucceeded})
		}
		for i, id := range ids {
			if i == 11 {
				p.poll(id, upgrade.Poll{Elapsed: time.Second, Err: errors.New("connection reset")})
				continue
			}
			poll(id, upgrade.PhaseRunning, true, time.Second)
		}
		time.Sleep(2 * fleetPause)
		poll("c00", upgrade.PhaseSucceeded, true, time.Minute)
		time.Sleep(2 * fleetPause)
		for range 5 { // Nothing changes: a line after five polls of each.
			for _, id := range ids[1:11] {
				poll(id, upgrade.PhaseRunning, false, 2*time.Minute)
			}
			p.poll("c11", upgrade.Poll{Elapsed: 2 * time.Minute, Err: errors.New("connection reset")})
			p.poll("c11", upgrade.Poll{Elapsed: 2 * time.Minute, Err: errors.New("connection reset")})
		}
		time.Sleep(2 * fleetPause)
		for _, id := range ids[1:] {
			poll(id, upgrade.PhaseSucceeded, true, 3*time.Minute)
		}
		p.end(t.Context())
		got := strings.Join(lines, "\n")
		want := strings.Join([]string{
			"12 clusters: 11 running, 1 not read yet (waited 1s). Last poll failed: c11. Not done yet: c00, c01, c02, c03, c04, c05, c06, c07, c08, c09 and 2 more.",
			"12 clusters: 10 running, 1 succeeded, 1 not read yet (waited 1m). Changed: c00 succeeded. Last poll failed: c11. Not done yet: c01, c02, c03, c04, c05, c06, c07, c08, c09, c10 and 1 more.",
			"12 clusters: 10 running, 1 succeeded, 1 not read yet (waited 2m). Last poll failed: c11. Not done yet: c01, c02, c03, c04, c05, c06, c07, c08, c09, c10 and 1 more.",
		}, "\n")
		if len(lines) < 4 || got[:min(len(got), len(want))] != want {
			t.Errorf("got\n%s\nwant, to begin with\n%s", got, want)
		}
		if last := lines[len(lines)-1]; !strings.HasPrefix(last, "12 clusters: 12 succeeded (waited 3m). Changed: ") || !strings.HasSuffix(last, " All done.") {
			t.Errorf("the last line is %s", last)
		}
	})
}

// A CLI that is gone, or does not read, keeps neither the polls nor the end of a wait.
func TestUnreadProgressDoesNotBlockTheWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		reads := make(chan struct{})
		p := newProgress([]string{"c1"}, nil, func(string) { <-reads })
		for i := range 1000 {
			p.poll("c1", upgrade.Poll{Number: i + 1, Reading: reading("c1", upgrade.PhaseRunning), Changed: true})
		}
		p.end(ctx)
		if ctx.Err() == nil {
			t.Error("it ended, although nobody has read a line")
		}
		close(reads) // Else the bubble would not end.
	})
}
