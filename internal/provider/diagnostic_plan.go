package provider

import (
	"fmt"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// howToSeePlans says how to look at a plan.
const howToSeePlans = "The data source ackupgrade_plans lists the plans of the region."

// planned says that a plan keeps the gate closed. Findings of one kind are one error, however different their times are.
func planned(t target, plans *upgrade.Plans, o upgrade.Objection, q upgrade.Quiet) *finding {
	f := &finding{target: t, facts: planFacts(plans, o.Plan)}
	within := display.Duration(q.Before)
	switch o.Kind {
	case upgrade.PlanIsExecuting:
		f.kind = "a plan that is executed"
		f.problem = problem{
			summary: summary.PlanExecuting(t.name()),
			cause:   fmt.Sprintf("%s is being executed. The state of the cluster may not show it yet.", planName(o.Plan)),
			remedy:  "Run this again when the upgrade has ended, or set wait_for_terminal = true to wait for it. " + howToSeePlans,
		}
	case upgrade.PlanBegins:
		f.kind = "a plan that begins"
		at := o.Plan.Start.At
		begins := "is expected to begin"
		if at.Before(q.Now) {
			begins = "was expected to begin"
		}
		f.problem = problem{
			summary: summary.PlanBegins(t.name(), at.Sub(q.Now)),
			cause:   fmt.Sprintf("%s %s at %s. quiet_before is %s.", planName(o.Plan), begins, o.Plan.Start, within),
			remedy:  "Run this again when the upgrade has ended. Or cancel the plan in the ACK console, or set a shorter quiet_before. " + howToSeePlans,
		}
	case upgrade.PlanUnclear:
		f.kind = "a plan that is unclear"
		f.problem = problem{
			summary: summary.PlanUnclear(t.name()),
			cause:   fmt.Sprintf("%s may begin within %s, or may be under way: %s.", planName(o.Plan), within, o.Unclear),
			remedy: "Check the plan in the ACK console. An unknown status keeps the gate closed. " + howToSeePlans +
				" If no upgrade is planned, please report the plan below as a bug of this provider: " + bugs,
		}
	case upgrade.PlansCut:
		f.kind = "a list of plans that is cut"
		f.problem = problem{
			summary: summary.PlanListCut(t.name()),
			cause: fmt.Sprintf("The API lists the latest %d plans of a region, and the list of region %s has %d. It may omit the plan of this cluster.",
				ack.MaxOperationPlans, t.region, len(plans.List)),
			remedy: "Check the maintenance window of the cluster in the ACK console. To continue without this check, remove quiet_before.",
		}
	}
	return f
}

// planName names a plan at the beginning of a sentence.
func planName(plan *ack.OperationPlan) string {
	name := "A plan"
	if plan.ID != nil {
		name = "Plan " + display.Line(*plan.ID, maxPlanWord)
	}
	if plan.Type != nil {
		name += " (" + display.Line(*plan.Type, maxPlanWord) + ")"
	}
	return name
}

// maxPlanWord is how many characters of a plan's id and words are shown.
const maxPlanWord = 64

func planFacts(plans *upgrade.Plans, plan *ack.OperationPlan) []fact {
	if plan == nil {
		return []fact{{factRequestID, plans.RequestID}}
	}
	text := func(word *string) string {
		if word == nil {
			return ""
		}
		return display.Line(*word, maxPlanWord)
	}
	timeOf := func(at ack.PlanTime) string { return display.Line(at.String(), maxPlanWord) }
	return []fact{
		{"Plan", text(plan.ID)},
		{"Type", text(plan.Type)},
		{"State", text(plan.State)},
		{"Expected start", timeOf(plan.Start)},
		{"Expected end", timeOf(plan.End)},
		{"Task", text(plan.TaskID)},
		{factRequestID, plans.RequestID},
	}
}

// aboutPlans adds to a finding about the list of plans why it was requested.
func (f *finding) aboutPlans() *finding {
	f.cause += " quiet_before is set, so the read needs the list of plans."
	f.remedy += " To continue without this check, remove quiet_before."
	return f
}

// plannedStart returns planned_start.
func plannedStart(at time.Time) *string {
	if at.IsZero() {
		return nil
	}
	text := at.UTC().Format(time.RFC3339)
	return &text
}
