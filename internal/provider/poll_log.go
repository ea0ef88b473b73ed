package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// logAgain is after which time a wait says once more in which phase the upgrade is: runners kill what is silent for ten minutes.
const logAgain = 5 * time.Minute

// pollLog logs the polls of one wait: each change of phase at INFO, and the phase again every few minutes; each poll at DEBUG. The
// line at INFO is complete without its fields, for users who check a wait without output.
type pollLog struct {
	version *upgrade.Constraint
	last    time.Duration
}

func newPollLog(version *upgrade.Constraint) *pollLog { return &pollLog{version: version} }

func (l *pollLog) poll(ctx context.Context, p upgrade.Poll) {
	fields := map[string]any{"poll": p.Number, "elapsed": display.Duration(p.Elapsed)}
	if p.Err != nil {
		fields["error"] = p.Err.Error()
		tflog.Warn(ctx, "Poll failed; continuing to wait", fields)
		return
	}
	phase := string(p.Reading.Phase)
	fields["phase"], fields["source"], fields["request_id"] = phase, string(p.Reading.Source), p.Reading.RequestID
	tflog.Debug(ctx, "Polled the upgrade status", fields)
	if p.Changed || p.Elapsed-l.last >= logAgain {
		tflog.Info(ctx, pollLine(p.Reading.ClusterID, p, l.version), fields)
		l.last = p.Elapsed
	}
}
