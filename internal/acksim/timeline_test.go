package acksim

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTimeline(t *testing.T) {
	type poll struct {
		after time.Duration // Since the poll before.
		want  Phase
	}
	for name, test := range map[string]struct {
		steps []Step
		polls []poll
	}{
		"a last step without a length stays": {
			[]Step{{Phase: PhaseIdle}},
			[]poll{{0, PhaseIdle}, {1000 * time.Hour, PhaseIdle}},
		},
		"a last step with a length stays too": {
			[]Step{{For: time.Second, Phase: PhaseRunning}, {Polls: 1, Phase: PhaseFailed}},
			[]poll{{0, PhaseRunning}, {time.Second, PhaseFailed}, {0, PhaseFailed}, {time.Hour, PhaseFailed}},
		},
		"polls are counted": {
			[]Step{{Polls: 2, Phase: PhaseRunning}, {Polls: 1, Phase: PhasePaused}, {Phase: PhaseSucceeded}},
			[]poll{{0, PhaseRunning}, {time.Hour, PhaseRunning}, {0, PhasePaused}, {0, PhaseSucceeded}},
		},
		"time begins with the first poll, not with the simulator": {
			[]Step{{For: 10 * time.Second, Phase: PhaseRunning}, {Phase: PhaseSucceeded}},
			[]poll{{time.Hour, PhaseRunning}, {9 * time.Second, PhaseRunning}, {time.Second, PhaseSucceeded}},
		},
		"steps end on time, seen or not": {
			[]Step{
				{For: 10 * time.Second, Phase: PhaseRunning},
				{For: 10 * time.Second, Phase: PhasePaused},
				{For: 10 * time.Second, Phase: PhaseRunning},
				{Phase: PhaseSucceeded},
			},
			[]poll{{0, PhaseRunning}, {25 * time.Second, PhaseRunning}, {5*time.Second - 1, PhaseRunning}, {1, PhaseSucceeded}},
		},
		"a step behind counted polls begins with the poll that reaches it": {
			[]Step{{Polls: 1, Phase: PhaseIdle}, {For: 10 * time.Second, Phase: PhaseRunning}, {Phase: PhaseSucceeded}},
			[]poll{{0, PhaseIdle}, {time.Hour, PhaseRunning}, {9 * time.Second, PhaseRunning}, {time.Second, PhaseSucceeded}},
		},
		"a step that counts polls waits for them": {
			[]Step{{For: 10 * time.Second, Phase: PhaseIdle}, {Polls: 2, Phase: PhaseRunning}, {Phase: PhaseSucceeded}},
			[]poll{{0, PhaseIdle}, {time.Hour, PhaseRunning}, {time.Hour, PhaseRunning}, {0, PhaseSucceeded}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, scenario(test.steps...))
				for i, poll := range test.polls {
					time.Sleep(poll.after)
					if got := phase(t, s); got != poll.want {
						t.Errorf("poll %d: %s, want %s", i+1, got, poll.want)
					}
				}
			})
		})
	}
}

func TestATimelineBeginsOnlyWithARequestThatPasses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, scenario(Step{Polls: 1, Phase: PhaseRunning}, Step{Phase: PhaseSucceeded}))
		wrong := longLived
		wrong.AccessKeySecret = "another"
		for range 3 {
			serve(s, sign(t, unsigned(t.Context(), clusterID), wrong, newRequestID()))
		}
		if got := phase(t, s); got != PhaseRunning {
			t.Errorf("the first request that passes is answered %s", got)
		}
	})
}
