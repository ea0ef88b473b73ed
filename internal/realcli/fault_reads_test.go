package realcli

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// faultRead is a read that faults apply to, and what of the matrix is tried with it: all with the first read, and with the others
// what may end differently.
type faultRead struct {
	title     string
	operation ack.Operation // The operation that the faults apply to; empty is all.
	// kind is the type of the data source, and block is its content: arguments, and a condition that the result must meet.
	kind, block string
	// before is true of the cluster during the first poll of a wait, and after is true from then on. A list has no before.
	before, after scenario.Step
	sections      []faultSection
}

// faultTask is the id of the task that is read.
const faultTask = "T-pool"

func faultReads() []*faultRead {
	all := faultSections()
	throttling, server, rejections, foreign, losses := all[0], all[1], all[2], all[3], all[4]
	throttling.rows = throttling.rows[1:2]
	server.rows = []faultRow{server.rows[0], server.rows[7]}
	// Whether a foreign response is transient depends on whether the API has responded before, and the tasks and the detail are
	// requested at the same time: that would be left to chance.
	losses.rows = slices.DeleteFunc(slices.Clone(losses.rows), func(row faultRow) bool { return row.fault.Kind == fault.Oversized })
	few := []faultSection{throttling, server, rejections, foreign, fewOf(all[4], fault.Reset, fault.Silent, fault.SilentInBody, fault.Oversized, fault.CutGzip)}

	running, succeeded := scenario.Step{Polls: 1, Phase: story.Running}, scenario.Step{Phase: story.Succeeded}
	task := func(state string) []story.TaskSpec {
		return []story.TaskSpec{{ID: faultTask, Type: "nodepool_upgrade", State: state}}
	}
	return []*faultRead{
		{
			title: "With `source = \"upgrade_status\"`", kind: "ackupgrade_status", block: statusBlock("upgrade_status"),
			before: running, after: succeeded, sections: all,
		},
		{
			title: "With `source = \"tasks\"`, where faults apply to `DescribeClusterTasks`", operation: ack.DescribeClusterTasks,
			kind: "ackupgrade_status", block: statusBlock("tasks"), before: running, after: succeeded,
			sections: []faultSection{throttling, server, rejections, losses},
		},
		{
			title: "With `source = \"auto\"`, where faults apply to `GetUpgradeStatus` and not to the tasks", operation: ack.GetUpgradeStatus,
			kind: "ackupgrade_status", block: statusBlock("auto"), before: running, after: succeeded,
			sections: []faultSection{throttling, server, rejections, foreign},
		},
		{
			title: "`ackupgrade_task`, which requests `DescribeTaskInfo`", kind: "ackupgrade_task",
			block:  waitBlock(`task_id = "` + faultTask + `"`),
			before: scenario.Step{Polls: 1, Phase: story.Idle, Tasks: task("running")}, after: scenario.Step{Phase: story.Idle, Tasks: task("success")},
			sections: few,
		},
		{
			title: "`ackupgrade_clusters`, which requests `DescribeClustersForRegion`", kind: "ackupgrade_clusters",
			block: listBlock(`length(self.ids) == 1 && self.ids[0] == "` + clusterID + `"`), after: succeeded, sections: few,
		},
		{
			title: "`ackupgrade_plans`, which requests `ListOperationPlansForRegion`", kind: "ackupgrade_plans",
			block: listBlock("self.complete && length(self.plans) == 0"), after: succeeded, sections: few,
		},
	}
}

// fewOf leaves the rows of a section whose fault is of one of the kinds, in HTTP/1.1.
func fewOf(section faultSection, kinds ...fault.Kind) faultSection {
	section.rows = slices.DeleteFunc(slices.Clone(section.rows), func(row faultRow) bool { return row.tls || !slices.Contains(kinds, row.fault.Kind) })
	return section
}

func statusBlock(source string) string {
	return waitBlock(fmt.Sprintf("cluster_id = %q\n  source = %q", clusterID, source))
}

// waitBlock is the content of a data source that waits if var.wait is true.
func waitBlock(arguments string) string {
	return arguments + `
  wait_for_terminal = var.wait
  poll_interval     = "1s"
` + conditionBlock(`self.phase == "succeeded" && self.terminal`, "self.summary")
}

// listBlock is the content of a data source that lists.
func listBlock(condition string) string { return conditionBlock(condition, `"not the list"`) }

func conditionBlock(condition, message string) string {
	return fmt.Sprintf(`  timeouts { read = var.timeout }

  lifecycle {
    postcondition {
      condition     = %s
      error_message = %s
    }
  }
`, condition, message)
}

// configuration is what is planned.
func (r *faultRead) configuration() string {
	return `terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

variable "endpoint" {}
variable "protocol" {}
variable "wait" {}
variable "retry" {}
variable "timeout" {}

provider "ackupgrade" {
  region                 = "cn-hangzhou"
  protocol               = var.protocol
  client_connect_timeout = 1000
  client_read_timeout    = 500
  max_retry_timeout      = var.retry
  endpoints {
    cs = var.endpoint
  }
}

data "` + r.kind + `" "this" {
  ` + r.block + `}
`
}

// address is the address of the data source.
func (r *faultRead) address() string { return "data." + r.kind + ".this" }

// lists reports whether the read is of a list, which does not wait.
func (r *faultRead) lists() bool { return r.before.Polls == 0 }

// waits returns the values of wait_for_terminal that are tried.
func (r *faultRead) waits() []bool {
	if r.lists() {
		return []bool{false}
	}
	return []bool{false, true}
}

// header is the head of a table.
func (r *faultRead) header() string {
	columns := []string{"fault", "read, passes", "read, stays", "wait, passes", "wait, stays"}[:1+2*len(r.waits())]
	return "| " + strings.Join(columns, " | ") + " |\n" + strings.Repeat("|---", len(columns)) + "|\n"
}
