package acksim

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

func TestAPollOfSeveralOperationsCountsAsOnePoll(t *testing.T) {
	steps := []scenario.Step{
		{Polls: 2, Phase: story.Running},
		{Polls: 1, Phase: story.Finishing},
		{For: time.Minute, Phase: story.Paused},
		{Polls: 1, Phase: story.Unknown},
		{Phase: story.Succeeded},
	}
	want := []story.Phase{story.Running, story.Running, story.Finishing, story.Paused, story.Paused, story.Unknown, story.Succeeded}
	for name, poll := range map[string][]string{
		"one operation":                    {action},
		"two operations":                   {tasks, detail},
		"three, in another order":          {detail, action, tasks},
		"a list that is read page by page": {tasks, tasks + "?page_number=2", detail, tasks + "?page_number=3"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, playing(steps...))
				for i, phase := range want {
					for _, request := range poll {
						name, query, _ := strings.Cut(request, "?")
						if w := requestOperation(t, s, name, query); w.Code != http.StatusOK {
							t.Fatalf("%d: %s", w.Code, w.Body)
						}
						all := s.Requests()
						if got := all[len(all)-1].Phase; got != phase {
							t.Errorf("poll %d, %s: %s, want %s", i+1, request, got, phase)
						}
					}
					time.Sleep(30 * time.Second)
				}
			})
		})
	}
}
