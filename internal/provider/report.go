package provider

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// reportTimeout bounds a read that does not enforce, retries included: a plan must not wait.
const reportTimeout = 10 * time.Second

// notEnforced ends each warning of a read that does not enforce.
const notEnforced = "\n\nThis read does not fail, because enforce is false."

// enforced reports whether the read enforces what it requires.
func (m *readModel) enforced() bool { return m.Enforce.IsNull() || m.Enforce.ValueBool() }

// report reads each cluster once, waits for nothing and requires nothing. What would be an error is a warning that says what an
// enforced read would do, and a cluster that cannot be read has the phase unknown. Only an interrupt is an error: then no result
// is needed. What kept the read from beginning is in diags.
func (m *readModel) report(ctx context.Context, r *upgrade.Reader, t target, diags diag.Diagnostics, ids []string) ([]*upgrade.Reading, diag.Diagnostics) {
	readings := make([]*upgrade.Reading, len(ids))
	findings := make([]*finding, len(ids))
	if diags.HasError() {
		for i, id := range ids {
			readings[i] = notRead(id, diags.Errors()[0].Summary(), m.source())
		}
		return readings, wouldStop(diags, len(ids), ids[0])
	}
	ctx, cancel := context.WithTimeout(ctx, reportTimeout)
	defer cancel()
	var text fleetText
	var group sync.WaitGroup
	for i, id := range ids {
		group.Go(func() {
			reading, found := m.forecast(ctx, r, t.of(id))
			readings[i], findings[i] = text.keep(reading), found
		})
	}
	group.Wait()
	plans := m.forecastPlans(ctx, r, t, &reads{targets: targetsOf(t, ids), readings: readings, findings: findings})
	if errors.Is(ctx.Err(), context.Canceled) {
		return readings, append(diags, interruptDiagnostic(t, len(ids)))
	}
	if plans != nil {
		diags = append(diags, plans.warning())
	}
	for _, f := range grouped(findings) {
		diags = append(diags, f.warning())
	}
	if text.tooMuch() {
		diags = append(diags, diag.NewWarningDiagnostic(summary.WouldFail(summary.ResponsesTooLarge(len(ids))), text.detail()))
	}
	return readings, diags
}

// forecast reads a cluster once, and says what an enforced read would do.
func (m *readModel) forecast(ctx context.Context, r *upgrade.Reader, t target) (*upgrade.Reading, *finding) {
	reading, err := r.Read(ctx, m.query(t.id))
	wait := m.WaitForTerminal.ValueBool()
	if err != nil {
		f := unreadable(t, limit{duration: reportTimeout}, m.version(), err)
		reading = notRead(t.id, f.summary, m.source())
		if wait && ack.Transient(err) {
			return reading, f.ahead(summary.WouldRetry(t.name(), f.summary))
		}
		return reading, f.stopped()
	}
	over := reading.Phase.Terminal() && !reading.OnOtherVersion(m.version())
	switch {
	case wait && reading.Phase == upgrade.PhasePaused && !m.WaitThroughPause.ValueBool():
		f := &finding{problem: explainPause(t), target: t, facts: readingFacts(reading)}
		return reading, f.stopped()
	case wait && !over:
		f := &finding{problem: waitAhead(t, reading, m.version()), target: t, facts: readingFacts(reading)}
		return reading, f.ahead(f.summary)
	}
	if f := m.check(t, reading); f != nil {
		return reading, f.stopped()
	}
	return reading, nil
}

// stopped makes the finding the warning that an apply would fail with it. Most summaries name the cluster.
func (f *finding) stopped() *finding {
	if !strings.Contains(f.summary, f.target.id) {
		return f.ahead(summary.WouldFailFor(f.target.name(), f.summary))
	}
	return f.ahead(summary.WouldFail(f.summary))
}

// ahead gives a finding the summary of a warning.
func (f *finding) ahead(summary string) *finding {
	f.summary = summary
	f.remedy += notEnforced
	return f
}

// waitAhead says what an enforced read would wait for.
func waitAhead(t target, r *upgrade.Reading, version *upgrade.Constraint) problem {
	what := problem{
		summary: summary.WouldWait(t.name(), r.Phase),
		cause:   r.Summary() + ".",
		remedy:  "Apply after the upgrade has ended, or let the apply wait for it.",
	}
	if r.OnOtherVersion(version) {
		what.summary = summary.WouldWaitForVersion(t.name(), version)
		what.cause = fmt.Sprintf("No upgrade is under way (phase %s), and the cluster runs %s.", r.Phase, versionOf(r))
		what.remedy = "Start the upgrade, or correct require_version."
	}
	return what
}

// notRead is the reading of a cluster that could not be read.
func notRead(clusterID, why string, source upgrade.Source) *upgrade.Reading {
	return &upgrade.Reading{ClusterID: clusterID, Source: source, Phase: upgrade.PhaseUnknown, Response: why}
}

// wouldStop turns what keeps any read from beginning into warnings.
func wouldStop(diags diag.Diagnostics, clusters int, first string) (warnings diag.Diagnostics) {
	of := "cluster " + first
	if clusters > 1 {
		of = fmt.Sprintf("%s and %d more clusters", of, clusters-1)
	}
	for _, d := range diags {
		if d.Severity() == diag.SeverityError {
			d = diag.NewWarningDiagnostic(summary.WouldFailFor(of, d.Summary()), d.Detail()+notEnforced)
		}
		warnings = append(warnings, d)
	}
	return warnings
}
