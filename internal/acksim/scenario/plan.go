package scenario

import (
	"fmt"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// planFields are the fields of a plan.
var planFields = []document.Field[story.PlanSpec]{
	document.Value("plan_id", "generated if absent", document.Text, func(p *story.PlanSpec) *string { return &p.ID }),
	document.Value("type", "such as KUBELET_UPGRADE ("+story.ControlPlanePlan+")", document.Text, func(p *story.PlanSpec) *string { return &p.Type }),
	whenPlanned("start", `when it is expected to begin: a time, or a duration from the timeline's beginning, such as "20m"`,
		func(p *story.PlanSpec) *story.When { return &p.Start }).Required(),
	document.Value("late", "how much later than expected it begins, a duration", document.Duration, func(p *story.PlanSpec) *time.Duration { return &p.Late }).Not("state"),
	document.Value("lasts", "how long its upgrade takes, a duration (30m)", document.Duration, func(p *story.PlanSpec) *time.Duration { return &p.Lasts }),
	document.Value("fails", "true if its upgrade fails", document.Boolean, func(p *story.PlanSpec) *bool { return &p.Fails }).Not("state"),
	document.Value("state", "a permanent state, such as Canceled, or any other word: no upgrade begins then", document.Text,
		func(p *story.PlanSpec) *string { return &p.State }),
	whenPlanned("created", "when it was created, likewise (a day before the timeline)", func(p *story.PlanSpec) *story.When { return &p.Created }),
	document.Value("count", "the number of such plans, all with a state", document.Number, func(p *story.PlanSpec) *int { return &p.Count }),
}

// whenPlanned is a field that holds a time of a plan.
func whenPlanned(name, help string, place func(*story.PlanSpec) *story.When) document.Field[story.PlanSpec] {
	return document.Nested(name, help, func(_ document.Reader, p *story.PlanSpec) document.Read {
		w := place(p)
		return document.Expires(&w.After, &w.At)
	})
}

// checkPlans reports the first thing that is wrong with plans. Its errors name the field that holds them.
func checkPlans(field string, plans []story.PlanSpec) error {
	ids := make(map[string]bool)
	for i, p := range plans {
		at := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case p.Start == story.When{}:
			return document.Errorf(at+".start", `a plan needs a start: give a duration such as "20m", or a time`)
		case p.Start.After < 0 && p.State == "":
			return document.Errorf(at, `it began before the timeline: add a state, such as "Executed", or let it begin later`)
		case p.Late < 0:
			return document.Errorf(at+".late", "%s is not a length: give a positive duration, or leave it out", p.Late)
		case p.Lasts < 0:
			return document.Errorf(at+".lasts", "%s is not a length: give a positive duration, or leave it out", p.Lasts)
		case p.State != "" && (p.Fails || p.Late != 0):
			return document.Errorf(at, "a plan with a state begins nothing: leave out fails and late, or the state")
		case p.Count < 0 || p.Count > story.MaxPlans:
			return document.Errorf(at+".count", "%d is not a number of plans: give 1 to %d, or leave it out", p.Count, story.MaxPlans)
		case p.Count > 1 && p.State == "":
			return document.Errorf(at+".count", "%d upgrades of one cluster cannot begin at the same time: add a state, or leave it out", p.Count)
		case p.Count > 1 && p.ID != "":
			return document.Errorf(at+".plan_id", "%d plans cannot have the same id: leave it out, or the count", p.Count)
		case p.ID != "" && ids[p.ID]:
			return document.Errorf(at+".plan_id", "duplicate plan_id %q: leave one of them out", p.ID)
		}
		ids[p.ID] = true
	}
	return nil
}
