package provider

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

const (
	minQuiet = time.Minute
	maxQuiet = 168 * time.Hour
)

// quietAttribute is quiet_before.
func quietAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "How long no upgrade may be planned to begin: a duration such as `1h`, from `1m` to `168h`. The read fails if an upgrade in `scope` is planned to begin within " +
			"this time, or if its plan is being executed. It requests `ListOperationPlansForRegion`, once for all clusters of the read, and needs the RAM action " +
			"`cs:ListOperationPlansForRegion`, which cannot be limited to one cluster. With `wait_for_terminal`, the plans are checked at the end of the wait, and a plan that is being " +
			"executed prolongs the wait. Upgrades that somebody starts in the console or by API make no plan. Default: plans are not checked.",
		Validators: []validator.String{durationBetween(minQuiet, maxQuiet)},
	}
}

// quiet returns quiet_before; zero where plans do not matter.
func (m *waitArguments) quiet() time.Duration {
	d, err := time.ParseDuration(m.QuietBefore.ValueString())
	if err != nil { // The schema's validator has seen to that.
		return 0
	}
	return d
}

// reads are the reads of some clusters: each has a reading, a finding or both.
type reads struct {
	targets  []target
	readings []*upgrade.Reading
	findings []*finding
	// again reads the cluster at an index once more.
	again func(i int) (*upgrade.Reading, *finding)
}

// openAt returns the indexes of the clusters that nothing has been found in.
func (c *reads) openAt() (open []int) {
	for i, r := range c.readings {
		if r != nil && c.findings[i] == nil {
			open = append(open, i)
		}
	}
	return open
}

// found returns in how many clusters something has been found.
func (c *reads) found() (n int) {
	for _, f := range c.findings {
		if f != nil {
			n++
		}
	}
	return n
}

// checkPlans checks the plans of the clusters that were read without a finding. It requests them after the reads, so that it sees a plan
// that has begun meanwhile. A plan that keeps the gate closed is a finding of its cluster. It returns a finding about the list of
// plans itself, for all clusters.
//
// A wait continues while a plan is being executed: the upgrade is under way, whether the cluster shows it or not.
func (m *readModel) checkPlans(ctx context.Context, r *upgrade.Reader, t target, timeout limit, clusters *reads) *finding {
	wait := m.WaitForTerminal.ValueBool()
	for {
		open := clusters.openAt()
		if m.quiet() == 0 || len(open) == 0 || errors.Is(ctx.Err(), context.Canceled) {
			return nil
		}
		plans, err := r.Plans(ctx, t.region)
		switch {
		case err != nil && wait && ack.Transient(err) && m.pause(ctx):
			continue
		case err != nil:
			return unreadable(t.ofPlans(), timeout, nil, err).aboutPlans()
		}
		executing := m.heed(plans, clusters, open)
		if !wait || len(executing) == 0 || clusters.found() > len(executing) || !m.pause(ctx) {
			return nil // A wait changes nothing where something else has been found.
		}
		tflog.Info(ctx, "Waiting for plans that are being executed", map[string]any{"clusters": len(executing)})
		clusters.readAgain(executing)
	}
}

// heed takes in what is planned for the clusters at these indexes, and returns those whose plans are being executed.
func (m *readModel) heed(plans *upgrade.Plans, clusters *reads, open []int) (executing []int) {
	q := upgrade.Quiet{Before: m.quiet(), Scopes: m.scopes(), Now: time.Now()}
	for _, i := range open {
		outlook := plans.Outlook(clusters.targets[i].id, q)
		clusters.readings[i].PlannedStart = outlook.Start
		if o := outlook.Objection; o != nil {
			clusters.findings[i] = planned(clusters.targets[i], plans, *o, q)
			if o.Kind == upgrade.PlanIsExecuting {
				executing = append(executing, i)
			}
		}
	}
	return executing
}

// readAgain reads the clusters at these indexes again, side by side.
func (c *reads) readAgain(indexes []int) {
	var group sync.WaitGroup
	for _, i := range indexes {
		group.Go(func() { c.readings[i], c.findings[i] = c.again(i) })
	}
	group.Wait()
}

// pause waits for poll_interval, or for as long as leaves time for one more request, and reports whether there is time for it.
func (m *readModel) pause(ctx context.Context) bool {
	delay := m.interval()
	if deadline, ok := ctx.Deadline(); ok {
		delay = min(delay, time.Until(deadline.Add(-ack.LastTry)))
	}
	return delay > 0 && ack.Sleep(ctx, delay)
}

// forecastPlans does what checkPlans does, for a read that reports only.
func (m *readModel) forecastPlans(ctx context.Context, r *upgrade.Reader, t target, clusters *reads) *finding {
	read := false
	for _, reading := range clusters.readings {
		read = read || reading.Phase != upgrade.PhaseUnknown || reading.RequestID != ""
	}
	if m.quiet() == 0 || !read {
		return nil
	}
	plans, err := r.Plans(ctx, t.region)
	if err != nil {
		return unreadable(t.ofPlans(), limit{duration: reportTimeout}, nil, err).aboutPlans().stopped()
	}
	q := upgrade.Quiet{Before: m.quiet(), Scopes: m.scopes(), Now: time.Now()}
	for i, reading := range clusters.readings {
		outlook := plans.Outlook(clusters.targets[i].id, q)
		reading.PlannedStart = outlook.Start
		if o := outlook.Objection; o != nil && clusters.findings[i] == nil {
			f := planned(clusters.targets[i], plans, *o, q)
			if o.Kind == upgrade.PlanIsExecuting && m.WaitForTerminal.ValueBool() {
				clusters.findings[i] = f.ahead("An apply now would wait for " + clusters.targets[i].name() + ": its plan is being executed")
				continue
			}
			clusters.findings[i] = f.stopped()
		}
	}
	return nil
}

// scopes returns scope; none where it is not set.
func (m *waitArguments) scopes() []upgrade.Scope {
	var scopes []upgrade.Scope
	for _, scope := range stringsOf(m.Scope) {
		scopes = append(scopes, upgrade.Scope(scope))
	}
	return scopes
}
