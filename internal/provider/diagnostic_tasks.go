package provider

import (
	"fmt"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// explainIncompleteList explains a list of tasks that could not be read to its end.
func explainIncompleteList(t target, e *upgrade.IncompleteListError) problem {
	return problem{
		summary: "Incomplete list of tasks for " + t.name(),
		cause:   fmt.Sprintf("%s. A part of the list is not reported, because tasks could be missing from it.", capitalized(e.Reason)),
		remedy: fmt.Sprintf("Run this again: the list may have changed while it was read. If it fails again, set a lower limit, and remove kinds if it is set: "+
			"the newest tasks can be known without the end of the list. %s were read.", count(e.Read, "task")),
	}
}

// explainMissingTask explains a task that the API does not know.
func explainMissingTask(t target) problem {
	what := problem{
		summary: t.title() + " not found",
		cause:   "The ACK API knows no task with this id in region " + t.region + ", for the account that the credentials belong to, or no longer.",
		remedy:  "Check the id: ackupgrade_tasks lists the tasks of a cluster. Check whose account the credentials below belong to.",
	}
	if t.endpointFrom == "" { // Else the region decides nothing.
		what.remedy += " A task in another region needs region in this block, or in the provider block."
	}
	return what
}

// explainLargeList explains a list whose texts are too large for a result.
func explainLargeList(t target, l *upgrade.TaskList) problem {
	return problem{
		summary: "The list of tasks for " + t.name() + " is too large",
		cause:   fmt.Sprintf("The texts of %s, such as error_message, have %d MiB in all. At most %d MiB can be read.", count(len(l.Tasks), "task"), l.Size()>>20, maxFleetText>>20),
		remedy:  "Set a lower limit.",
	}
}
