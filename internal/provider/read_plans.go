package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// plansDefinition is ackupgrade_plans: what is planned in a region.
var plansDefinition = definition{
	name:        "plans",
	description: "Lists what is planned for the ACK clusters of a region, such as automatic upgrades, by the time at which it is expected to begin.",
	attributes:  plansAttributes,
}

// plansModel is the data source ackupgrade_plans.
type plansModel struct {
	ID         types.String `tfsdk:"id"`
	Region     types.String `tfsdk:"region"`
	ClusterIDs types.List   `tfsdk:"cluster_ids"`
	Types      types.Set    `tfsdk:"types"`
	States     types.Set    `tfsdk:"states"`
	Plans      types.List   `tfsdk:"plans"`
	Complete   types.Bool   `tfsdk:"complete"`
	dataSourceTimeouts
}

// planResult is one plan.
type planResult struct {
	ID        types.String `tfsdk:"id"`
	ClusterID types.String `tfsdk:"cluster_id"`
	Type      types.String `tfsdk:"type"`
	State     types.String `tfsdk:"state"`
	StartTime types.String `tfsdk:"start_time"`
	EndTime   types.String `tfsdk:"end_time"`
	TaskID    types.String `tfsdk:"task_id"`
}

func newPlansDataSource() datasource.DataSource {
	return &dataSource[plansModel, *plansModel]{definition: plansDefinition}
}

// defaultPlanStates are the states of plans that are not over.
func defaultPlanStates() []string { return []string{upgrade.PlanScheduled, upgrade.PlanExecuting} }

// plansAttributes returns the attributes of plansModel.
func plansAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The number of plans found, and of plans in the list of the region. The CLI prints it.",
		},
		"region": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "The ID of the region to list, such as `cn-hangzhou`. Default: the region of the provider.",
			Validators:          []validator.String{regionValidator()},
		},
		"cluster_ids": schema.ListAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "The IDs of the clusters whose plans are listed. Default: all clusters of the region. An empty list finds nothing.",
			Validators:          []validator.List{listvalidator.NoNullValues(), listvalidator.ValueStringsAre(clusterIDValidator())},
		},
		"types": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The types of the plans to list, case-insensitive. Documented values: `CLUSTER_UPGRADE_MASTER` (the control plane), `CLUSTER_UPGRADE_ADDON`, and of node pools `KUBELET_UPGRADE`, " +
				"`CONTAINERD_UPGRADE`, `IMAGE_UPGRADE`, `CVE_FIX`, `NODEPOOL_CONFIG` and `NODEPOOL_UPDATE_OS`. Default: all types.",
			Validators: []validator.Set{knownWords{noun: "type", known: upgrade.PlanTypes()}},
		},
		"states": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The states of the plans to list, case-insensitive. Documented values: `Scheduled`, `Executing`, `Executed`, `Failed`, `ValidatingFailed` and `Canceled`. " +
				"Default: `[\"Scheduled\", \"Executing\"]`.",
			Validators: []validator.Set{knownWords{noun: "state", known: upgrade.PlanStates()}},
		},
		"plans": schema.ListAttribute{
			Computed:    true,
			ElementType: types.ObjectType{AttrTypes: planResultType()},
			MarkdownDescription: "The plans found, sorted by `start_time`. Plans without one are last. Each has `id`, `cluster_id`, `type`, `state`, `start_time`, `end_time` and `task_id`. Null if the API returns none. " +
				"Times are planned times, in RFC 3339 and UTC. A time in an unknown format is unchanged. Use `task_id` in `ackupgrade_task`.",
		},
		"complete": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether the list of the region was complete. The API lists the latest 100 plans, of all states, and has no further pages. With 100 plans or more this is `false`, " +
				"and a plan that is not in `plans` may still exist. A warning says so too.",
		},
	}
}

func planResultType() map[string]attr.Type {
	text := types.StringType
	return map[string]attr.Type{"id": text, "cluster_id": text, "type": text, "state": text, "start_time": text, "end_time": text, "task_id": text}
}

// read fills in the model.
func (m *plansModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	r, t, diags := c.reader(m.Region, "the plans of a region")
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	list, err := r.Plans(ctx, t.region)
	if err != nil {
		diags.Append(unreadable(t.ofPlans(), timeout, nil, err).error())
		return diags
	}
	results := []planResult{}
	if ids := distinct(m.ClusterIDs); m.ClusterIDs.IsNull() || len(ids) > 0 { // No cluster has no plan.
		filter := upgrade.PlanFilter{ClusterIDs: ids, Types: stringsOf(m.Types), States: stringsOf(m.States)}
		if m.States.IsNull() {
			filter.States = defaultPlanStates()
		}
		for _, plan := range list.ByStart(filter) {
			results = append(results, planResultOf(plan))
		}
	}
	m.Region, m.Complete = t.regionValue(), types.BoolValue(!list.Cut)
	m.ID = types.StringValue(fmt.Sprintf("%s: %d of %s", t.region, len(results), count(len(list.List), "plan")))
	var problems diag.Diagnostics
	m.Plans, problems = types.ListValueFrom(ctx, types.ObjectType{AttrTypes: planResultType()}, results)
	diags.Append(problems...)
	if list.Cut {
		diags.AddWarning(summary.PlanListIncomplete(t.region),
			fmt.Sprintf("The API lists the latest %d plans of a region, and this list has %d. A plan that is not listed may still exist.\n\n"+
				"Check the maintenance windows of the clusters in the ACK console.", ack.MaxOperationPlans, len(list.List)))
	}
	return diags
}

func planResultOf(plan ack.OperationPlan) planResult {
	at := func(t ack.PlanTime) types.String {
		if text := t.String(); text != "" {
			return types.StringValue(text)
		}
		return types.StringNull()
	}
	return planResult{
		ID: types.StringPointerValue(plan.ID), ClusterID: types.StringPointerValue(plan.ClusterID), Type: types.StringPointerValue(plan.Type),
		State: types.StringPointerValue(plan.State), StartTime: at(plan.Start), EndTime: at(plan.End), TaskID: types.StringPointerValue(plan.TaskID),
	}
}
