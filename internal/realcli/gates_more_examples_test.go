package realcli

import (
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// playDestroy holds that a destroy that is said to be one meets the gate, in both CLIs.
func playDestroy(t *testing.T, s *stage) {
	s.must(t, applyNow...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), "destroy", "-auto-approve", "-no-color", "-var=destroying=true")
	s.goes(t, "No changes", driftPlan...)
	s.is(t, story.Succeeded)
	s.goes(t, "1 destroyed", "destroy", "-auto-approve", "-no-color", "-var=destroying=true")
}

// playProviderWithoutRegion checks the form for such providers: the gate's id is beside the value, and is not used.
func playProviderWithoutRegion(t *testing.T, s *stage) {
	host := "-var=host=https://192.0.2.1:6443"
	s.must(t, append(savePlan, host)...)
	s.is(t, story.Running)
	s.stops(t, gateClosed("running"), applyPlan...)
	s.is(t, story.Succeeded)
	s.must(t, append(applyNow, host)...)
	s.holdsTouched(t, "create team in https://192.0.2.1:6443")
}

// playSecondGate has an upgrade that begins after the first gate was opened: the second one meets it.
func playSecondGate(t *testing.T, s *stage) {
	s.must(t, savePlan...)
	s.plays(t, scenario.Step{Phase: story.Idle, Polls: 1}, scenario.Step{Phase: story.Running})
	s.comesTo(t, "fails, and did: create first in cn-hangzhou", gateClosed("running"), applyPlan...)
	s.is(t, story.Succeeded)
	s.goes(t, "1 added", applyNow...)
	s.holdsTouched(t, "create first in cn-hangzhou", "create second in cn-hangzhou")
}
