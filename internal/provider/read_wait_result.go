package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// waitResult is what the managed resource keeps of a wait: the result of one cluster, and those of all.
type waitResult struct {
	statusResult
	Statuses types.Map `tfsdk:"statuses"`
	ByPhase  types.Map `tfsdk:"by_phase"`
}

// waitResultAttributes returns the attributes of waitResult.
func waitResultAttributes() map[string]schema.Attribute {
	attributes := resultAttributes()
	for name, attribute := range attributes {
		if text, ok := attribute.(schema.StringAttribute); ok {
			text.MarkdownDescription += " Null with `cluster_ids`: see `statuses`."
			attributes[name] = text
		}
	}
	for name, description := range map[string]string{
		"id":      "The cluster ID. With `cluster_ids`, the number of clusters, in total and by phase.",
		"phase":   "The phase in which the wait ended: `idle` or `succeeded` or, if `require_phases` allows it, `failed`. With `cluster_ids`, null if not all clusters ended in the same phase: see `by_phase`.",
		"summary": "A one-line summary: the cluster, the phase, the step, and the message of the API if there is one. With `cluster_ids`, the number of clusters by phase. It contains no control codes. Never null.",
	} {
		attributes[name] = describe(attributes[name], description)
	}
	attributes["terminal"] = schema.BoolAttribute{Computed: true, MarkdownDescription: "Whether no upgrade was under way when the wait ended: always true."}
	attributes["statuses"], attributes["by_phase"] = statusesAttribute(), byPhaseAttribute()
	return attributes
}

// fillByWait waits, and takes in the results.
func (m *waitResourceModel) fillByWait(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	readings, t, diags := m.wait(ctx, c, timeout, nil)
	if diags.HasError() {
		return diags
	}
	if m.ClusterIDs.IsNull() {
		m.statusResult = resultOf(readings[0])
	} else {
		m.statusResult = resultOfAll(readings)
	}
	var problems diag.Diagnostics
	m.Statuses, m.ByPhase, problems = fleetResults(ctx, t, readings)
	return append(diags, problems...)
}

// resultOfAll makes one result of the readings of several clusters.
func resultOfAll(readings []*upgrade.Reading) statusResult {
	all := countPhases(readings)
	phase := types.StringValue(string(readings[0].Phase))
	for _, r := range readings {
		if r.Phase != readings[0].Phase {
			phase = types.StringNull()
		}
	}
	return statusResult{
		ID: types.StringValue(all), Summary: types.StringValue(all), Phase: phase, Terminal: types.BoolValue(true),
		UpgradeTask: types.ObjectNull(upgradeTaskType()),
	}
}
