package provider

import (
	"context"
	"errors"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// readFleet reads all clusters side by side, or waits for them, under one deadline. Every cluster that cannot be read, or that
// ends in a phase which is not allowed, is in an error: the first does not hide the rest.
func (m *readModel) readFleet(ctx context.Context, r *upgrade.Reader, t target, timeout limit, ids []string, watch pollWatcher) ([]*upgrade.Reading, diag.Diagnostics) {
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	var text fleetText
	var diags diag.Diagnostics
	readings, findings := m.readAll(ctx, r, t, timeout, ids, &text, watch)
	fleet := &reads{targets: targetsOf(t, ids), readings: readings, findings: findings}
	fleet.again = func(i int) (*upgrade.Reading, *finding) {
		reading, found := m.readCluster(ctx, nil, r, fleet.targets[i], timeout, watch)
		return text.keep(reading), found
	}
	plans := m.checkPlans(ctx, r, t, timeout, fleet)
	if errors.Is(ctx.Err(), context.Canceled) {
		diags.Append(interruptDiagnostic(t, len(ids)))
	}
	if plans != nil && !errors.Is(ctx.Err(), context.Canceled) {
		diags.Append(plans.error())
	}
	for _, f := range grouped(findings) {
		f.others(readings, findings)
		diags = append(diags, f.error()) // Not Append, which compares each with all before it.
	}
	if text.tooMuch() {
		diags = append(diags, diag.NewAttributeErrorDiagnostic(path.Root("cluster_ids"), summary.ResponsesTooLarge(len(ids)), text.detail()))
	}
	return readings, diags
}

// targetsOf returns the targets of clusters.
func targetsOf(t target, ids []string) []target {
	targets := make([]target, len(ids))
	for i, id := range ids {
		targets[i] = t.of(id)
	}
	return targets
}

// readAll reads all clusters at once: the client bounds the requests in flight, and one that fails keeps no other back. A
// finding that no waiting changes ends the waits of the rest, after a first poll each: what they would find makes no difference.
func (m *readModel) readAll(ctx context.Context, r *upgrade.Reader, t target, timeout limit, ids []string, text *fleetText, watch pollWatcher) ([]*upgrade.Reading, []*finding) {
	readings := make([]*upgrade.Reading, len(ids))
	findings := make([]*finding, len(ids))
	stop, failed := context.WithCancel(context.Background())
	defer failed()
	watch = giveBackMemory(len(ids), watch)
	var group sync.WaitGroup
	for i, id := range ids {
		group.Go(func() {
			reading, found := m.readCluster(ctx, stop, r, t.of(id), timeout, watch)
			if found != nil && found.permanent {
				failed()
			}
			if found == nil || !errors.Is(ctx.Err(), context.Canceled) { // To say once that the read was interrupted is enough.
				readings[i], findings[i] = text.keep(reading), found
			}
		})
	}
	group.Wait()
	return readings, findings
}
