package provider

import (
	"fmt"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// maxErrorText is how many characters of the error of a poll are in a line.
const maxErrorText = 300

// pollLine says in one line what a poll has shown: the cluster, the phase, the step, and how long the wait has lasted.
func pollLine(clusterID string, p upgrade.Poll, version *upgrade.Constraint) string {
	waited := fmt.Sprintf("(waited %s, %s)", display.Duration(p.Elapsed), count(p.Number, "poll"))
	if p.Err != nil {
		return fmt.Sprintf("Cluster %s: the last poll failed; continuing to wait %s: %s", clusterID, waited, display.Line(p.Err.Error(), maxErrorText))
	}
	line := p.Reading.Summary()
	if p.Reading.OnOtherVersion(version) {
		line += fmt.Sprintf(", on version %s, which is not %s", versionOf(p.Reading), version)
	}
	return line + " " + waited
}

// fleetLine says in one line how many clusters are in which phase, which are not done yet, and which have changed.
func fleetLine(a *fleetAccount) string {
	counts := make(map[upgrade.Phase]int)
	var failing, waiting []string
	for _, id := range a.ids {
		if phase, read := a.phases[id]; read {
			counts[phase]++
		}
		if a.failing[id] {
			failing = append(failing, id)
		}
		if !a.done[id] {
			waiting = append(waiting, id)
		}
	}
	var parts []string
	for _, phase := range upgrade.Phases() {
		if counts[phase] > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", counts[phase], phase))
		}
	}
	if unread := len(a.ids) - len(a.phases); unread > 0 {
		parts = append(parts, fmt.Sprintf("%d not read yet", unread))
	}
	var line strings.Builder
	fmt.Fprintf(&line, "%s: %s (waited %s).", count(len(a.ids), "cluster"), strings.Join(parts, ", "), display.Duration(a.elapsed))
	for _, list := range []struct {
		title string
		names []string
	}{{"Changed", a.changes}, {"Last poll failed", failing}, {"Not done yet", waiting}} {
		if len(list.names) > 0 {
			fmt.Fprintf(&line, " %s: %s.", list.title, firstOf(list.names))
		}
	}
	if len(waiting) == 0 {
		line.WriteString(" All done.")
	}
	return line.String()
}

// firstOf names the first few of many.
func firstOf(names []string) string {
	named := names[:min(len(names), maxNamed)]
	list := strings.Join(named, ", ")
	if more := len(names) - len(named); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	return list
}
