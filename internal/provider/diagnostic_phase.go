package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// wrongPhase says that a read ended in a phase that the configuration does not allow.
func wrongPhase(t target, r *upgrade.Reading, required []string) *finding {
	slices.Sort(required)
	phase := r.Phase
	return &finding{target: t, facts: answerFacts(r), permanent: phase.Terminal(), problem: problem{
		summary: fmt.Sprintf("%s: the phase of %s is %s", t.gate(), t.name(), phase),
		cause:   fmt.Sprintf("%s. require_phases asks for %s.", r.Summary(), strings.Join(required, " or ")),
		remedy:  phaseAdvice(t, phase),
	}}
}

func phaseAdvice(t target, phase upgrade.Phase) string {
	work := t.workNoun()
	switch phase {
	case upgrade.PhaseRunning:
		return "Run this again when " + work + " has ended, or set wait_for_terminal = true to wait for it."
	case upgrade.PhasePaused:
		return "Resume or cancel " + work + " in the ACK console, then run this again."
	case upgrade.PhaseFailed:
		if t.noun == nounTask {
			return "Fix the cause of the failure and start the task again. The new task has another id: change task_id. Then run this again."
		}
		return "Fix the cause of the failure and repeat " + work + ". Then run this again."
	case upgrade.PhaseIdle:
		return "No upgrade is under way, and none is known to have succeeded: start it, or allow idle too."
	case upgrade.PhaseSucceeded:
		return capitalized(work) + " succeeded: allow succeeded too if that is fine."
	case upgrade.PhaseUnknown:
		return "Look at " + work + " in the ACK console. An unknown status keeps the gate closed. If nothing is under way, please report the response below as a bug of this provider: " + bugs
	}
	return ""
}

// wrongVersion says that no upgrade is under way, and that the cluster runs another version than is required.
func wrongVersion(t target, r *upgrade.Reading, required *upgrade.Constraint) *finding {
	return &finding{target: t, facts: answerFacts(r), problem: problem{
		summary: fmt.Sprintf("%s does not run Kubernetes %s", t.title(), required),
		cause: fmt.Sprintf("No upgrade is under way (phase %s), and the cluster runs %s. require_version asks for %s.",
			r.Phase, versionOf(r), required),
		remedy: "Upgrade the cluster, or correct require_version. To wait for an upgrade that is about to begin, set wait_for_terminal = true.",
	}}
}
