package acksim

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// seen is what the page shows of a planned upgrade, and what the list of plans says.
type seen struct {
	phase   story.Phase
	plan    string // Its state.
	planned bool   // Whether a start is shown.
}

func look(s *Simulator) seen {
	polled := poll(s)
	view, _ := s.View("c")
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clusters["c"]
	if view.Phase != polled || s.clusters["c"].overview("c", time.Now()).Phase != polled {
		return seen{phase: "the page says " + view.Phase + ", and the responses say " + polled}
	}
	return seen{polled, c.story.At(c.story.Look(time.Now())).Plans[0].State, !view.PlannedStart.IsZero()}
}

func TestThePageShowsAPlannedUpgradeThatInterventionsChange(t *testing.T) {
	after := func(wait time.Duration, by Intervention) func(*testing.T, *Simulator) {
		return func(t *testing.T, s *Simulator) {
			t.Helper()
			time.Sleep(wait)
			if by != "" {
				do(t, s, by)
			}
		}
	}
	scheduled, running := seen{story.Idle, story.PlanScheduled, true}, seen{story.Running, story.PlanExecuting, false}
	succeeded, failed := seen{story.Succeeded, story.PlanExecuted, false}, seen{story.Failed, story.PlanFailed, false}
	paused := seen{story.Paused, story.PlanExecuting, false}
	for name, test := range map[string]struct {
		fails bool
		acts  []func(*testing.T, *Simulator)
		want  []seen
	}{
		"left alone": {
			false,
			[]func(*testing.T, *Simulator){after(59*time.Second, ""), after(time.Second, ""), after(179*time.Second, ""), after(time.Second, "")},
			[]seen{scheduled, running, running, succeeded},
		},
		"failing":  {true, []func(*testing.T, *Simulator){after(time.Minute, ""), after(3*time.Minute, "")}, []seen{running, failed}},
		"failed":   {false, []func(*testing.T, *Simulator){after(2*time.Minute, FailUpgrade), after(time.Hour, "")}, []seen{failed, failed}},
		"finished": {true, []func(*testing.T, *Simulator){after(2*time.Minute, FinishUpgrade), after(time.Hour, "")}, []seen{succeeded, succeeded}},
		"paused and resumed": {
			false,
			[]func(*testing.T, *Simulator){
				after(2*time.Minute, PauseUpgrade), after(time.Hour, ""), after(0, ResumeUpgrade), after(119*time.Second, ""), after(time.Second, ""),
			},
			[]seen{paused, paused, running, running, succeeded},
		},
		"paused, resumed and failing": {
			true,
			[]func(*testing.T, *Simulator){after(2*time.Minute, PauseUpgrade), after(time.Hour, ResumeUpgrade), after(2*time.Minute, "")},
			[]seen{paused, running, failed},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				keys := []scenario.AccessKey{{ID: "testak", Secret: "testsk"}}
				s, err := New(&scenario.Scenario{AccessKeys: keys, Clusters: map[string]scenario.Cluster{"c": {
					Timeline: []scenario.Step{{Phase: story.Idle}},
					Plans:    []story.PlanSpec{{Start: story.When{After: time.Minute}, Lasts: 3 * time.Minute, Fails: test.fails}},
				}}})
				if err != nil {
					t.Fatal(err)
				}
				if view, _ := s.View("c"); view.Phase != story.Idle || !view.PlannedStart.IsZero() {
					t.Errorf("before the first request: %+v", view)
				}
				poll(s)
				var got []seen
				for _, act := range test.acts {
					act(t, s)
					got = append(got, look(s))
				}
				if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(seen{})); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}
