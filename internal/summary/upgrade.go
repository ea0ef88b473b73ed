package summary

import (
	"fmt"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// UpgradeTimeout is a wait that reached its deadline before the upgrade ended.
func UpgradeTimeout(subject string) string {
	return "Timed out waiting for " + work(subject)
}

// VersionTimeout is a wait that reached its deadline before the cluster ran the required version.
func VersionTimeout(subject string, required *upgrade.Constraint) string {
	return fmt.Sprintf("Timed out waiting for %s to run Kubernetes %s", subject, required)
}

// OtherVersion is a cluster on another version than the required one.
func OtherVersion(subject string, required *upgrade.Constraint) string {
	return fmt.Sprintf("%s does not run Kubernetes %s", capitalized(subject), required)
}

// UpgradePaused is a wait that a pause has ended.
func UpgradePaused(subject string) string { return capitalized(work(subject)) + " is paused" }

// GateClosed is a phase that require_phases does not allow.
func GateClosed(subject string, phase upgrade.Phase) string {
	return fmt.Sprintf("%s: %s (phase %s)", gate(subject), state(subject, phase), phase)
}

// state says what a phase means for a subject.
func state(subject string, phase upgrade.Phase) string {
	switch phase {
	case upgrade.PhaseIdle:
		return "no upgrade of " + subject + " is under way"
	case upgrade.PhaseRunning:
		if isTask(subject) {
			return subject + " is running"
		}
		return subject + " is being upgraded"
	case upgrade.PhasePaused:
		return work(subject) + " is paused"
	case upgrade.PhaseSucceeded:
		return work(subject) + " succeeded"
	case upgrade.PhaseFailed:
		return work(subject) + " failed"
	case upgrade.PhaseUnknown:
	}
	return "the state of " + work(subject) + " is unknown"
}

// GateClosedPrefix is how the summary of a closed gate on upgrades begins.
const GateClosedPrefix = "Upgrade gate closed"

func gate(subject string) string {
	if isTask(subject) {
		return "Task gate closed"
	}
	return GateClosedPrefix
}

// WouldFail is the warning of a read that does not enforce, where an apply would end with the given summary.
func WouldFail(summary string) string { return "An apply now would fail: " + summary }

// WouldFailFor is WouldFail for a summary that does not name the clusters.
func WouldFailFor(clusters, summary string) string {
	return "An apply now would fail for " + clusters + ": " + summary
}

// WouldRetry is the warning where an apply would keep retrying the read.
func WouldRetry(subject, summary string) string {
	return "An apply now would keep retrying the read of " + subject + ": " + summary
}

// WouldWait is the warning where an apply would wait for the upgrade to end.
func WouldWait(subject string, phase upgrade.Phase) string {
	return fmt.Sprintf("An apply now would wait for %s (phase %s)", work(subject), phase)
}

// WouldWaitForVersion is the warning where an apply would wait for a version.
func WouldWaitForVersion(subject string, required *upgrade.Constraint) string {
	return fmt.Sprintf("An apply now would wait for %s to run Kubernetes %s", subject, required)
}
