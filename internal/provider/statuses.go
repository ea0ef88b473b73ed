package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// statusesModel is what both forms of the fleet read have in common.
type statusesModel struct {
	ID         types.String `tfsdk:"id"`
	ClusterIDs types.List   `tfsdk:"cluster_ids"` // Not a set: the framework's sets cost the square of their size.
	readModel
	Statuses types.Map `tfsdk:"statuses"`
}

// statusResultTypes are the members of statusResult.
var statusResultTypes = map[string]attr.Type{
	"id":                 types.StringType,
	"error_message":      types.StringType,
	"precheck_report_id": types.StringType,
	"status":             types.StringType,
	"upgrade_step":       types.StringType,
	"upgrade_task":       types.ObjectType{AttrTypes: upgradeTaskTypes},
	"phase":              types.StringType,
	"terminal":           types.BoolType,
	"summary":            types.StringType,
}

// statusesAttributes returns the attributes of statusesModel.
func statusesAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "How many clusters were read, and how many of them are in which phase, for the line that the CLI prints.",
		},
		"cluster_ids": schema.ListAttribute{
			Required:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The ids of the clusters: at least one, because a gate over nothing would be open. One that is there twice is asked once. " +
				"All of them live in the same region.",
			Validators: []validator.List{
				listvalidator.SizeAtLeast(1),
				listvalidator.NoNullValues(),
				listvalidator.ValueStringsAre(clusterIDValidator()),
			},
		},
		"statuses": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What was read of each cluster, by its id.",
			NestedObject:        schema.NestedAttributeObject{Attributes: resultAttributes()},
		},
	}
	maps.Copy(attributes, readAttributes())
	return attributes
}

// read reads all clusters side by side, or waits for them, under one deadline. Each that cannot be read, or that ends in a
// phase which is not allowed, has a diagnostic of its own: the first does not hide the rest.
func (m *statusesModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	client, t, diags := c.client(m.Region)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()

	ids := m.ids()
	if len(ids) == 0 { // The validator has seen to that. But a gate over nothing would be open.
		diags.AddAttributeError(path.Root("cluster_ids"), "No cluster to read", "cluster_ids is empty. Name at least one cluster.")
		return diags
	}
	statuses := make([]*ack.UpgradeStatus, len(ids))
	troubles := make([]diag.Diagnostic, len(ids))
	interrupted := func() bool { return errors.Is(ctx.Err(), context.Canceled) }
	var group sync.WaitGroup
	for i, id := range ids { // All at once: the client bounds the requests in flight, and one that fails keeps no other back.
		group.Go(func() {
			status, trouble := m.readCluster(ctx, client, t.of(id), timeout)
			if trouble == nil || !interrupted() { // To say once that the read was interrupted is enough.
				statuses[i], troubles[i] = status, trouble
			}
		})
	}
	group.Wait()

	if interrupted() {
		diags.Append(interruptDiagnostic(t, len(ids)))
	}
	for _, trouble := range troubles {
		if trouble != nil {
			diags = append(diags, trouble) // Not Append, which compares each with all before it.
		}
	}
	if diags.HasError() {
		return diags
	}
	m.Region = types.StringValue(t.region)
	m.ID = types.StringValue(countPhases(statuses))
	results := make(map[string]attr.Value, len(ids))
	for i, id := range ids {
		results[id] = resultOf(id, statuses[i]).object()
	}
	m.Statuses = types.MapValueMust(types.ObjectType{AttrTypes: statusResultTypes}, results)
	return diags
}

// ids returns the cluster ids in their order, each once.
func (m *statusesModel) ids() []string {
	seen := make(map[string]bool)
	var ids []string
	for _, element := range m.ClusterIDs.Elements() {
		if id, ok := element.(types.String); ok && !seen[id.ValueString()] {
			seen[id.ValueString()] = true
			ids = append(ids, id.ValueString())
		}
	}
	return ids
}

// object returns the result as a value of the framework's.
func (r statusResult) object() attr.Value {
	return types.ObjectValueMust(statusResultTypes, map[string]attr.Value{
		"id":                 r.ID,
		"error_message":      r.ErrorMessage,
		"precheck_report_id": r.PrecheckReportID,
		"status":             r.Status,
		"upgrade_step":       r.UpgradeStep,
		"upgrade_task":       r.UpgradeTask,
		"phase":              r.Phase,
		"terminal":           r.Terminal,
		"summary":            r.Summary,
	})
}

// countPhases says how many clusters there are, and how many of them are in which phase.
func countPhases(statuses []*ack.UpgradeStatus) string {
	counts := make(map[ack.Phase]int)
	for _, s := range statuses {
		counts[s.Phase()]++
	}
	phases := slices.DeleteFunc(ack.Phases(), func(p ack.Phase) bool { return counts[p] == 0 })
	parts := make([]string, len(phases))
	for i, phase := range phases {
		parts[i] = fmt.Sprintf("%d %s", counts[phase], phase)
	}
	noun := "clusters"
	if len(statuses) == 1 {
		noun = "cluster"
	}
	return fmt.Sprintf("%d %s: %s", len(statuses), noun, strings.Join(parts, ", "))
}
