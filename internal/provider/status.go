package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

const (
	defaultPollInterval = 30 * time.Second
	defaultReadTimeout  = 60 * time.Minute
)

// statusModel is what every form of the status read has in common: its arguments, and the result of one cluster.
type statusModel struct {
	ClusterID types.String `tfsdk:"cluster_id"`
	readModel
	statusResult
}

// readModel holds the arguments that say how to read.
type readModel struct {
	Region           types.String `tfsdk:"region"`
	WaitForTerminal  types.Bool   `tfsdk:"wait_for_terminal"`
	WaitThroughPause types.Bool   `tfsdk:"wait_through_pause"`
	RequirePhases    types.Set    `tfsdk:"require_phases"`
	PollInterval     types.String `tfsdk:"poll_interval"`
}

// statusResult holds what is read of one cluster.
type statusResult struct {
	ID               types.String `tfsdk:"id"`
	ErrorMessage     types.String `tfsdk:"error_message"`
	PrecheckReportID types.String `tfsdk:"precheck_report_id"`
	Status           types.String `tfsdk:"status"`
	UpgradeStep      types.String `tfsdk:"upgrade_step"`
	UpgradeTask      types.Object `tfsdk:"upgrade_task"`
	Phase            types.String `tfsdk:"phase"`
	Terminal         types.Bool   `tfsdk:"terminal"`
	Summary          types.String `tfsdk:"summary"`
}

// upgradeTaskTypes are the members of upgrade_task.
var upgradeTaskTypes = map[string]attr.Type{"status": types.StringType, "message": types.StringType}

// read fills in the model: it asks once, or waits, within the timeout.
func (m *statusModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	client, t, diags := c.client(m.Region)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	status, trouble := m.readCluster(ctx, client, t.of(m.ClusterID.ValueString()), timeout)
	if trouble != nil {
		diags.Append(trouble)
		return diags
	}
	m.Region = types.StringValue(t.region)
	m.statusResult = resultOf(m.ClusterID.ValueString(), status)
	return diags
}

// readCluster reads one cluster, or waits for it. In place of a status there is a diagnostic, that of a phase which the
// configuration does not allow included.
func (m *readModel) readCluster(ctx context.Context, client *ack.Client, t target, timeout limit) (*ack.UpgradeStatus, diag.Diagnostic) {
	status, err := m.ask(tflog.SetField(ctx, "cluster_id", t.clusterID), client, t.clusterID)
	if err != nil {
		return nil, readDiagnostic(t, timeout, err)
	}
	if required := m.requiredPhases(); !m.RequirePhases.IsNull() && !slices.Contains(required, string(status.Phase())) {
		return nil, phaseDiagnostic(t, status, required)
	}
	return status, nil
}

func (m *readModel) ask(ctx context.Context, client *ack.Client, clusterID string) (*ack.UpgradeStatus, error) {
	ask := func(ctx context.Context) (*ack.UpgradeStatus, error) { return client.GetUpgradeStatus(ctx, clusterID) }
	if !m.WaitForTerminal.ValueBool() {
		status, err := ask(ctx)
		if err == nil {
			tflog.Debug(ctx, "Read the upgrade status", map[string]any{"phase": string(status.Phase()), "request_id": status.RequestID})
		}
		return status, err
	}
	interval := defaultPollInterval
	if text := m.PollInterval.ValueString(); text != "" {
		if d, err := time.ParseDuration(text); err == nil { // The schema's validator has seen to that.
			interval = d
		}
	}
	wait := ack.Wait{Interval: interval, ThroughPause: m.WaitThroughPause.ValueBool(), OnPoll: logPoll}
	return wait.ForTerminal(ctx, ask)
}

// logPoll logs each change of phase at INFO, and each poll at DEBUG.
func logPoll(ctx context.Context, p ack.Poll) {
	fields := map[string]any{"poll": p.Number, "elapsed": ack.FormatDuration(p.Elapsed)}
	if p.Err != nil {
		fields["error"] = p.Err.Error()
		tflog.Warn(ctx, "A poll was not answered; the wait goes on", fields)
		return
	}
	fields["phase"], fields["request_id"] = string(p.Status.Phase()), p.Status.RequestID
	tflog.Debug(ctx, "Polled the upgrade status", fields)
	if p.Changed {
		tflog.Info(ctx, "The phase of the upgrade is now "+string(p.Status.Phase()), fields)
	}
}

func (m *readModel) requiredPhases() []string {
	var required []string
	for _, element := range m.RequirePhases.Elements() {
		if phase, ok := element.(types.String); ok {
			required = append(required, phase.ValueString())
		}
	}
	return required
}

// resultOf makes the result of one cluster of its answer.
func resultOf(clusterID string, s *ack.UpgradeStatus) statusResult {
	task := types.ObjectNull(upgradeTaskTypes)
	if s.UpgradeTask != nil {
		task = types.ObjectValueMust(upgradeTaskTypes, map[string]attr.Value{
			"status":  types.StringPointerValue(s.UpgradeTask.Status),
			"message": types.StringPointerValue(s.UpgradeTask.Message),
		})
	}
	phase := s.Phase()
	return statusResult{
		ID:               types.StringValue(clusterID),
		ErrorMessage:     types.StringPointerValue(s.ErrorMessage),
		PrecheckReportID: types.StringPointerValue(s.PrecheckReportID),
		Status:           types.StringPointerValue(s.Status),
		UpgradeStep:      types.StringPointerValue(s.UpgradeStep),
		UpgradeTask:      task,
		Phase:            types.StringValue(string(phase)),
		Terminal:         types.BoolValue(phase.Terminal()),
		Summary:          types.StringValue(s.Summary(clusterID)),
	}
}
