package provider

import (
	"fmt"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// explainIncompleteList explains a list of tasks that could not be read to its end.
func explainIncompleteList(t target, e *upgrade.IncompleteListError) problem {
	return problem{
		summary: summary.IncompleteTaskList(t.name()),
		cause:   fmt.Sprintf("%s. The provider does not return an incomplete list.", capitalized(e.Reason)),
		remedy: fmt.Sprintf("Run this again. The list may have changed while it was read. If it fails again, set a lower limit, and remove kinds if it is set: "+
			"the newest tasks can be known without the end of the list. Tasks read: %d.", e.Read),
	}
}

// explainMissingTask explains a task that the API does not have.
func explainMissingTask(t target) problem {
	what := problem{
		summary: summary.TaskNotFound(t.name()),
		cause:   "The ACK API has no task with this ID in region " + t.region + ", for the account of the credentials. Or the task is too old.",
		remedy:  "Check the ID: ackupgrade_tasks lists the tasks of a cluster. Check the account of the credentials below.",
	}
	if t.endpointFrom == "" { // Else the region decides nothing.
		what.remedy += " For a task in another region, set region in this block or in the provider block."
	}
	return what
}

// explainLargeList explains a list whose texts are too large for a result.
func explainLargeList(t target, l *upgrade.TaskList) problem {
	return problem{
		summary: summary.TaskListTooLarge(t.name()),
		cause:   fmt.Sprintf("The texts of %s, such as error_message, have %d MiB in all. At most %d MiB can be read.", count(len(l.Tasks), "task"), l.Size()>>20, maxFleetText>>20),
		remedy:  "Set a lower limit.",
	}
}
