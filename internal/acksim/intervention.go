package acksim

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Intervention is a change of an upgrade by hand.
type Intervention string

// The interventions. A pause keeps the rest of the timeline, and Resume continues it. Fail and Finish end the upgrade, and drop the
// rest.
const (
	StartUpgrade  Intervention = "start"
	PauseUpgrade  Intervention = "pause"
	ResumeUpgrade Intervention = "resume"
	FailUpgrade   Intervention = "fail"
	FinishUpgrade Intervention = "finish"
)

// Why an intervention is refused.
var (
	ErrUnknownCluster = errors.New("unknown cluster")
	ErrNotPossible    = errors.New("not possible in this phase")
)

// Interventions returns what can be done in a phase.
func Interventions(phase story.Phase) []Intervention {
	switch phase {
	case story.Running, story.Finishing, story.Unknown:
		return []Intervention{PauseUpgrade, FailUpgrade, FinishUpgrade}
	case story.Paused:
		return []Intervention{ResumeUpgrade, FailUpgrade, FinishUpgrade}
	case "", story.Idle, story.Succeeded, story.Failed:
		return []Intervention{StartUpgrade}
	}
	return nil
}

// Intervene changes an upgrade from now on. What has happened so far stays, and all operations report the change. A timeline that
// has not begun begins. Its error is an ErrUnknownCluster or an ErrNotPossible.
func (s *Simulator) Intervene(clusterID string, by Intervention) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clusters[clusterID]
	if !ok {
		return fmt.Errorf("%w: %s", ErrUnknownCluster, clusterID)
	}
	now := time.Now()
	phase := c.phase(now)
	if possible := Interventions(phase); !slices.Contains(possible, by) {
		return fmt.Errorf("%w: cluster %s is %s, where you can %s", ErrNotPossible, clusterID, phase, document.List(possible))
	}
	switch by {
	case StartUpgrade:
		c.divert(now, []scenario.Step{{Phase: story.Running, Message: "started by hand"}})
	case PauseUpgrade:
		rest := c.rest(now)
		c.divert(now, []scenario.Step{{Phase: story.Paused, Message: "paused by hand"}})
		c.paused = rest
	case ResumeUpgrade:
		c.divert(now, c.resumed(now))
	case FailUpgrade:
		c.divert(now, []scenario.Step{{Phase: story.Failed, Message: "failed by hand"}})
	case FinishUpgrade:
		c.divert(now, []scenario.Step{{Phase: story.Succeeded, Message: "finished by hand"}})
	}
	return nil
}

// phase returns the phase of the upgrade, and begins nothing. The response of a proxy does not change the phase.
func (c *cluster) phase(now time.Time) story.Phase {
	if len(c.story.Begun(now)) == 0 {
		return c.spec.Timeline[0].Phase
	}
	return c.story.At(c.story.Look(now)).Phase // A plan may have begun an upgrade that no step names.
}

// rest returns what is left of the upgrade that a plan has begun, or else of the timeline: what is left of the step that is played, and
// the steps behind it.
func (c *cluster) rest(now time.Time) []scenario.Step {
	if left, outcome, ok := c.story.Planned(now); ok {
		return []scenario.Step{{For: left, Phase: story.Running}, {Phase: outcome}}
	}
	m := c.story.Look(now)
	behind := slices.Clone(c.spec.Timeline[m.Step+1:])
	left, some := c.story.Left(now)
	if !some && len(behind) > 0 {
		return behind
	}
	step := c.spec.Timeline[m.Step]
	step.For, step.Polls = left.For, left.Polls
	if !some {
		step.For, step.Polls = 0, 0 // The last one has no end.
	}
	return append([]scenario.Step{step}, behind...)
}

// resumed returns the steps after a pause: the rest of the timeline at a pause by hand, or the steps after the scenario's own
// pause, or an upgrade that runs until it is ended by hand.
func (c *cluster) resumed(now time.Time) []scenario.Step {
	if len(c.paused) > 0 {
		return c.paused
	}
	behind := slices.Clone(c.spec.Timeline[c.story.Look(now).Step+1:])
	behind = behind[max(0, slices.IndexFunc(behind, func(s scenario.Step) bool { return s.Phase != story.Paused })):]
	if len(behind) == 0 || behind[0].Phase == story.Paused {
		return []scenario.Step{{Phase: story.Running}}
	}
	return behind
}

// divert has other steps follow from now on.
func (c *cluster) divert(now time.Time, steps []scenario.Step) {
	m := c.story.Look(now)
	c.spec.Timeline = append(c.spec.Timeline[:m.Step+1:m.Step+1], steps...)
	c.story.Divert(now, scenario.StorySteps(steps))
	c.paused = nil
}
