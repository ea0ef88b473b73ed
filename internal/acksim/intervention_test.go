package acksim

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// handled is a simulator of one cluster, c, in a bubble.
func handled(t *testing.T, steps ...scenario.Step) *Simulator {
	t.Helper()
	s, err := New(&scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}},
		Clusters:   map[string]scenario.Cluster{"c": {Timeline: steps}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// poll polls the cluster c by each operation, and returns the step's phase.
func poll(s *Simulator) story.Phase {
	s.mu.Lock()
	defer s.mu.Unlock()
	var record Request
	for _, o := range operation.All() {
		record = Request{Time: time.Now()}
		s.clusters["c"].report(o, operation.Request{Page: operation.Page{Number: 1, Size: 10}}, &record)
	}
	return record.Phase
}

// do intervenes, which must be possible.
func do(t *testing.T, s *Simulator, by Intervention) {
	t.Helper()
	if err := s.Intervene("c", by); err != nil {
		t.Error(err)
	}
}

func TestAManualPauseKeepsTheRemainingTimeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := handled(t, scenario.Step{For: 3 * time.Minute, Phase: story.Running}, scenario.Step{For: time.Minute, Phase: story.Finishing},
			scenario.Step{Phase: story.Succeeded})
		var got []story.Phase
		look := func(wait time.Duration) {
			time.Sleep(wait)
			got = append(got, poll(s))
		}
		look(0)
		time.Sleep(time.Minute)
		do(t, s, PauseUpgrade)
		look(0)
		look(5 * time.Hour)
		if view, _ := s.View("c"); view.Message != "paused by hand" || len(view.Steps) != 5 || view.Step != 1 || view.Steps[2].For != 2*time.Minute {
			t.Errorf("paused: %+v", view)
		}
		do(t, s, ResumeUpgrade)
		look(0)
		look(119 * time.Second)
		look(time.Second) // Two minutes were left of three.
		look(59 * time.Second)
		look(time.Second)
		want := []story.Phase{
			story.Running, story.Paused, story.Paused, story.Running, story.Running, story.Finishing, story.Finishing, story.Succeeded,
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		view, _ := s.View("c")
		if view.CurrentVersion != "1.33.1-aliyun.1" || view.State != "running" || len(view.Steps) != 5 || view.Step != 4 {
			t.Errorf("%+v", view)
		}
	})
}

func TestAManualPauseKeepsTheRemainingPolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := handled(t, scenario.Step{Polls: 4, Phase: story.Running}, scenario.Step{Phase: story.Succeeded})
		poll(s)
		do(t, s, PauseUpgrade)
		for range 10 {
			if got := poll(s); got != story.Paused {
				t.Errorf("paused, and polled as %s", got)
			}
		}
		do(t, s, ResumeUpgrade)
		for i, want := range []story.Phase{story.Running, story.Running, story.Running, story.Succeeded} {
			if got := poll(s); got != want {
				t.Errorf("poll %d after the pause: %s, want %s", i+1, got, want)
			}
		}
	})
}

func TestInterventionsEndAnUpgradeAndStartTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := handled(t, scenario.Step{Phase: story.Idle})
		for i, test := range []struct {
			by             Intervention
			phase          story.Phase
			state, version string
		}{
			{StartUpgrade, story.Running, "upgrading", "1.32.1-aliyun.1"}, // Before the first request: the timeline begins.
			{FailUpgrade, story.Failed, "running", "1.32.1-aliyun.1"},
			{StartUpgrade, story.Running, "upgrading", "1.32.1-aliyun.1"},
			{PauseUpgrade, story.Paused, "upgrading", "1.32.1-aliyun.1"},
			{FinishUpgrade, story.Succeeded, "running", "1.33.1-aliyun.1"},
			{StartUpgrade, story.Running, "upgrading", "1.33.1-aliyun.1"},
			{FinishUpgrade, story.Succeeded, "running", "1.34.1-aliyun.1"},
		} {
			do(t, s, test.by)
			time.Sleep(time.Minute)
			view, _ := s.View("c")
			if poll(s) != test.phase || view.Phase != test.phase || view.State != test.state || view.CurrentVersion != test.version {
				t.Errorf("%d, %s: %+v", i, test.by, view)
			}
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		tasks := s.clusters["c"].story.At(s.clusters["c"].story.Look(time.Now())).Tasks
		var states []string
		for _, task := range tasks {
			states = append(states, task.State)
		}
		if diff := cmp.Diff([]string{"success", "success", "failed"}, states); diff != "" {
			t.Errorf("the tasks, newest first (-want +got):\n%s", diff)
		}
	})
}

func TestAPauseOfTheScenarioCanBeResumedManually(t *testing.T) {
	for name, test := range map[string]struct {
		steps []scenario.Step
		want  story.Phase
	}{
		"what follows comes early": {
			[]scenario.Step{{For: time.Hour, Phase: story.Paused}, {Phase: story.Succeeded}}, story.Succeeded,
		},
		"a second pause is passed over": {
			[]scenario.Step{{For: time.Hour, Phase: story.Paused}, {For: time.Hour, Phase: story.Paused}, {Phase: story.Failed}}, story.Failed,
		},
		"nothing follows": {[]scenario.Step{{Phase: story.Paused}}, story.Running},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := handled(t, test.steps...)
				poll(s)
				do(t, s, ResumeUpgrade)
				if got := poll(s); got != test.want {
					t.Errorf("%s, want %s", got, test.want)
				}
			})
		})
	}
}

func TestAnInvalidInterventionIsRejected(t *testing.T) {
	s := handled(t, scenario.Step{Phase: story.Idle})
	for by, want := range map[Intervention]string{
		PauseUpgrade: "not possible in this phase: cluster c is idle, where you can start",
		"explode":    "not possible in this phase: cluster c is idle, where you can start",
	} {
		if err := s.Intervene("c", by); !errors.Is(err, ErrNotPossible) || err.Error() != want {
			t.Errorf("%s: %v", by, err)
		}
	}
	if err := s.Intervene("d", StartUpgrade); !errors.Is(err, ErrUnknownCluster) || err.Error() != "unknown cluster: d" {
		t.Error(err)
	}
	if view, _ := s.View("c"); !view.Steps[0].Begun.IsZero() {
		t.Error("what was refused has begun the timeline")
	}
}

func TestAViewStartsNoTimeline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := handled(t, scenario.Step{For: time.Minute, Phase: story.Running}, scenario.Step{Phase: story.Succeeded})
		s.View("c")
		s.Overviews()
		time.Sleep(time.Hour)
		if got := poll(s); got != story.Running {
			t.Errorf("the first request meets %s", got)
		}
		time.Sleep(2 * time.Minute)
		if all := s.Overviews(); len(all) != 1 || all[0].Phase != story.Succeeded {
			t.Errorf("a step that is over by now is shown: %+v", all)
		}
	})
}
