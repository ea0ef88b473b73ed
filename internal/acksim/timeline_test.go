package acksim

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

func TestTimeline(t *testing.T) {
	type poll struct {
		after time.Duration // Since the poll before.
		want  story.Phase
	}
	for name, test := range map[string]struct {
		steps []scenario.Step
		polls []poll
	}{
		"a last step without a length stays": {
			[]scenario.Step{{Phase: story.Idle}},
			[]poll{{0, story.Idle}, {1000 * time.Hour, story.Idle}},
		},
		"a last step with a length stays too": {
			[]scenario.Step{{For: time.Second, Phase: story.Running}, {Polls: 1, Phase: story.Failed}},
			[]poll{{0, story.Running}, {time.Second, story.Failed}, {0, story.Failed}, {time.Hour, story.Failed}},
		},
		"polls are counted": {
			[]scenario.Step{{Polls: 2, Phase: story.Running}, {Polls: 1, Phase: story.Paused}, {Phase: story.Succeeded}},
			[]poll{{0, story.Running}, {time.Hour, story.Running}, {0, story.Paused}, {0, story.Succeeded}},
		},
		"time begins with the first poll, not with the simulator": {
			[]scenario.Step{{For: 10 * time.Second, Phase: story.Running}, {Phase: story.Succeeded}},
			[]poll{{time.Hour, story.Running}, {9 * time.Second, story.Running}, {time.Second, story.Succeeded}},
		},
		"steps end on time, seen or not": {
			[]scenario.Step{
				{For: 10 * time.Second, Phase: story.Running},
				{For: 10 * time.Second, Phase: story.Paused},
				{For: 10 * time.Second, Phase: story.Running},
				{Phase: story.Succeeded},
			},
			[]poll{{0, story.Running}, {25 * time.Second, story.Running}, {5*time.Second - 1, story.Running}, {1, story.Succeeded}},
		},
		"a step behind counted polls begins with the poll that reaches it": {
			[]scenario.Step{{Polls: 1, Phase: story.Idle}, {For: 10 * time.Second, Phase: story.Running}, {Phase: story.Succeeded}},
			[]poll{{0, story.Idle}, {time.Hour, story.Running}, {9 * time.Second, story.Running}, {time.Second, story.Succeeded}},
		},
		"a step that counts polls waits for them": {
			[]scenario.Step{{For: 10 * time.Second, Phase: story.Idle}, {Polls: 2, Phase: story.Running}, {Phase: story.Succeeded}},
			[]poll{{0, story.Idle}, {time.Hour, story.Running}, {time.Hour, story.Running}, {0, story.Succeeded}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, playing(test.steps...))
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

func TestATimelineStartsOnlyWithAnAcceptedRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, playing(scenario.Step{Polls: 1, Phase: story.Running}, scenario.Step{Phase: story.Succeeded}))
		wrong := longLived
		wrong.AccessKeySecret = "another"
		for range 3 {
			serve(s, sign(t, unsigned(t.Context(), clusterID), wrong, gateway.NewRequestID()))
		}
		if got := phase(t, s); got != story.Running {
			t.Errorf("the first request that passes gets %s", got)
		}
	})
}
