package provider

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// wrongPhase is a phase that require_phases does not allow.
func wrongPhase(t target, r *upgrade.Reading, required []string) *finding {
	slices.Sort(required)
	phase := r.Phase
	return &finding{target: t, facts: readingFacts(r), permanent: phase.Terminal(), problem: problem{
		summary: summary.GateClosed(t.name(), phase),
		cause:   fmt.Sprintf("%s. require_phases allows %s.", r.Summary(), strings.Join(required, " or ")),
		remedy:  phaseAdvice(t, phase),
	}}
}

func phaseAdvice(t target, phase upgrade.Phase) string {
	work := t.workNoun()
	switch phase {
	case upgrade.PhaseRunning:
		return "Run this again when " + work + " has ended, or set wait_for_terminal = true to wait for it."
	case upgrade.PhasePaused:
		return resume(t)
	case upgrade.PhaseFailed:
		if t.noun == nounTask {
			return "Fix the cause of the failure and start the task again. The new task has another ID: change task_id. Then run this again."
		}
		return "Fix the cause of the failure and repeat " + work + ". Then run this again."
	case upgrade.PhaseIdle:
		return "Start the upgrade, or add \"idle\" to require_phases."
	case upgrade.PhaseSucceeded:
		return "Add \"succeeded\" to require_phases, if success is acceptable."
	case upgrade.PhaseUnknown:
		return "Check " + work + " in the ACK console. An unknown status keeps the gate closed. If nothing is under way, please report the response below as a bug of this provider: " + bugs
	}
	return ""
}

// wrongVersion is a cluster without an upgrade under way, on another version than require_version.
func wrongVersion(t target, r *upgrade.Reading, required *upgrade.Constraint) *finding {
	return &finding{target: t, facts: readingFacts(r), problem: problem{
		summary: summary.OtherVersion(t.name(), required),
		cause: fmt.Sprintf("No upgrade is under way (phase %s), and the cluster runs %s. require_version is %s.",
			r.Phase, versionOf(r), required),
		remedy: "Upgrade the cluster, or correct require_version. To wait for an upgrade that is about to start, set wait_for_terminal = true.",
	}}
}
