package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// statusResult holds what is read of one cluster. Its attributes are resultAttributes.
type statusResult struct {
	ID               types.String `tfsdk:"id"`
	ErrorMessage     types.String `tfsdk:"error_message"`
	PrecheckReportID types.String `tfsdk:"precheck_report_id"`
	Status           types.String `tfsdk:"status"`
	UpgradeStep      types.String `tfsdk:"upgrade_step"`
	UpgradeTask      types.Object `tfsdk:"upgrade_task"`
	Phase            types.String `tfsdk:"phase"`
	Terminal         types.Bool   `tfsdk:"terminal"`
	ClusterState     types.String `tfsdk:"cluster_state"`
	CurrentVersion   types.String `tfsdk:"current_version"`
	TaskID           types.String `tfsdk:"task_id"`
	Summary          types.String `tfsdk:"summary"`
}

// fleetResult is what is read of one cluster of many. What is an argument of one cluster's read too is a result here.
type fleetResult struct {
	statusResult
	Source types.String `tfsdk:"source"`
	Region types.String `tfsdk:"region"`
}

// resultAttributes returns the attributes of statusResult.
func resultAttributes() map[string]schema.Attribute {
	const nullInTasks = " With the source `tasks` it is set from `phase`, in the same words."
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The cluster id. Every run of the CLI prints it, also where `cluster_id` is sensitive. In arguments of resources use `cluster_id`: " +
				"when the read is deferred to the apply, `id` is known only after it, and an argument that forces a replacement plans one.",
		},
		"error_message": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The API's error message, unchanged up to 4 KiB: it can contain control codes of a terminal, which `summary` cannot. Null when the API gives none. With the source `tasks` it is the error message of the newest upgrade task. Do not interpolate it into a " +
				"condition's `error_message`, which must not be null even when the condition holds: use `summary` there.",
		},
		"precheck_report_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The id of the report of the check before the upgrade; null when the API gives none. Always null with the source `tasks`.",
		},
		"status": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The status of the upgrade as the API gives it, letter case included: documented are `success`, `fail`, `pause` and `running`. " +
				"Null when the API gives none. Gate on `phase`, not on this: `success` can stand beside a step that still runs." + nullInTasks,
		},
		"upgrade_step": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The step that the upgrade is in as the API gives it: documented are `not_start`, `prechecking`, `upgrading`, `pause` and `success`. " +
				"Null when the API gives none." + nullInTasks,
		},
		"upgrade_task": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The upgrade task; null when the API gives none. With the source `tasks` it is the newest task in `scope`.",
			Attributes: map[string]schema.Attribute{
				"status": schema.StringAttribute{
					Computed: true,
					MarkdownDescription: "The status of the task as the API gives it. From `GetUpgradeStatus`: documented are `running`, `Success` and `Failed`, with capitals as written. From the tasks: " +
						"the state of the task, such as `running` or `success`. Null when the API gives none.",
				},
				"message": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "The message of the task, unchanged up to 4 KiB, as with `error_message`. From the tasks: the message of the task's error. Null when the API gives none.",
				},
			},
		},
		"phase": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "How the upgrade stands in one word: `idle`, `running`, `paused`, `succeeded`, `failed` or `unknown`. " +
				"`succeeded` needs every field of the response to agree; an unknown word makes it `unknown`.",
		},
		"terminal": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether no upgrade is under way: true when `phase` is `idle`, `succeeded` or `failed`. A paused cluster is half upgraded, so `paused` " +
				"is not terminal. A gate on this alone opens after an upgrade that failed: gate on `phase`.",
		},
		"cluster_state": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The state of the cluster as `DescribeClusterDetail` gives it, such as `running` or `upgrading`. Null with the source `upgrade_status`, unless `require_version` is set.",
		},
		"current_version": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The Kubernetes version of the cluster, such as `1.33.3-aliyun.1`. Null with the source `upgrade_status`, unless `require_version` is set.",
		},
		"task_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The id of the newest upgrade task in `scope`; null when there is none. Always null with the source `upgrade_status`.",
		},
		"summary": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "One line for people: the cluster, the phase, the step, and the API's message when there is one. It contains no control codes. Never null.",
		},
	}
}

// fleetResultAttributes returns the attributes of fleetResult.
func fleetResultAttributes() map[string]schema.Attribute {
	attributes := resultAttributes()
	attributes["source"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "The way that was used for this cluster: `upgrade_status` or `tasks`.",
	}
	attributes["region"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "The region that the cluster lives in.",
	}
	return attributes
}

// typesOf returns the types of attributes, by their names.
func typesOf(attributes map[string]schema.Attribute) map[string]attr.Type {
	all := make(map[string]attr.Type, len(attributes))
	for name, attribute := range attributes {
		all[name] = attribute.GetType()
	}
	return all
}

// upgradeTaskType is the type of upgrade_task.
func upgradeTaskType() map[string]attr.Type {
	return map[string]attr.Type{"status": types.StringType, "message": types.StringType}
}

// resultOf makes the result of one cluster of its reading.
func resultOf(r *upgrade.Reading) statusResult {
	task := types.ObjectNull(upgradeTaskType())
	if r.UpgradeTask != nil {
		task = types.ObjectValueMust(upgradeTaskType(), map[string]attr.Value{
			"status":  types.StringPointerValue(r.UpgradeTask.Status),
			"message": types.StringPointerValue(r.UpgradeTask.Message),
		})
	}
	return statusResult{
		ID:               types.StringValue(r.ClusterID),
		ErrorMessage:     types.StringPointerValue(r.ErrorMessage),
		PrecheckReportID: types.StringPointerValue(r.PrecheckReportID),
		Status:           types.StringPointerValue(r.Status),
		UpgradeStep:      types.StringPointerValue(r.UpgradeStep),
		UpgradeTask:      task,
		Phase:            types.StringValue(string(r.Phase)),
		Terminal:         types.BoolValue(r.Phase.Terminal()),
		ClusterState:     types.StringPointerValue(r.ClusterState),
		CurrentVersion:   types.StringPointerValue(r.CurrentVersion),
		TaskID:           types.StringPointerValue(r.TaskID),
		Summary:          types.StringValue(r.Summary()),
	}
}
