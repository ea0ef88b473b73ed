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
	PlannedStart     types.String `tfsdk:"planned_start"`
	Summary          types.String `tfsdk:"summary"`
}

// resultAttributes returns the attributes of statusResult.
func resultAttributes() map[string]schema.Attribute {
	const nullInTasks = " With the source `tasks`, it is derived from `phase`, with the same values."
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The cluster ID. Every run of the CLI prints it, even if `cluster_id` is sensitive. In arguments of resources, use `cluster_id` instead: " +
				"if the read is deferred to apply, `id` is known only after apply, and an argument that forces replacement then plans a replacement.",
		},
		"error_message": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The error message of the API, unchanged up to 4 KiB. It can contain terminal control codes; `summary` cannot. Null if the API returns none. With the source `tasks`, it is the error message of the newest upgrade task. Do not interpolate it into the " +
				"`error_message` of a condition, which must not be null even if the condition is true: use `summary` there.",
		},
		"precheck_report_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The ID of the precheck report. Null if the API returns none. Always null with the source `tasks`.",
		},
		"status": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The status of the upgrade, exactly as the API returns it. Documented values: `success`, `fail`, `pause` and `running`. " +
				"Null if the API returns none. Gate on `phase` instead: `success` can be returned together with a step that is still running." + nullInTasks,
		},
		"upgrade_step": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The current step of the upgrade, as the API returns it. Documented values: `not_start`, `prechecking`, `upgrading`, `pause` and `success`. " +
				"Null if the API returns none." + nullInTasks,
		},
		"upgrade_task": schema.SingleNestedAttribute{
			Computed:            true,
			MarkdownDescription: "The upgrade task. Null if the API returns none. With the source `tasks`, it is the newest task in `scope`.",
			Attributes: map[string]schema.Attribute{
				"status": schema.StringAttribute{
					Computed: true,
					MarkdownDescription: "The status of the task, exactly as the API returns it. With the source `upgrade_status`, the documented values are `running`, `Success` and `Failed`. With the source `tasks`, it is " +
						"the state of the task, such as `running` or `success`. Null if the API returns none.",
				},
				"message": schema.StringAttribute{
					Computed:            true,
					MarkdownDescription: "The message of the task, unchanged up to 4 KiB, like `error_message`. With the source `tasks`, it is the error message of the task. Null if the API returns none.",
				},
			},
		},
		"phase": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The phase of the upgrade: `idle`, `running`, `paused`, `succeeded`, `failed` or `unknown`. " +
				"It is `succeeded` only if every field of the response agrees. An unknown value in the response makes it `unknown`.",
		},
		"terminal": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether no upgrade is under way: true if `phase` is `idle`, `succeeded` or `failed`. `paused` is not terminal, because a paused " +
				"cluster is partly upgraded. Gate on `phase` instead: a gate on `terminal` opens after an upgrade that failed.",
		},
		"cluster_state": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The state of the cluster, as `DescribeClusterDetail` returns it, such as `running` or `upgrading`. Null with the source `upgrade_status`, unless `require_version` is set.",
		},
		"current_version": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The Kubernetes version of the cluster, such as `1.33.3-aliyun.1`. Null with the source `upgrade_status`, unless `require_version` is set.",
		},
		"task_id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The ID of the newest upgrade task in `scope`. Null if there is none. Always null with the source `upgrade_status`.",
		},
		"planned_start": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "When the next planned upgrade in `scope` is expected to begin, in RFC 3339 and UTC. Null unless `quiet_before` is set and an upgrade is planned. " +
				"Null does not promise that no upgrade begins: upgrades from the console or the API make no plan.",
		},
		"summary": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "A one-line summary: the cluster, the phase, the step, and the message of the API if there is one. It contains no control codes. Never null.",
		},
	}
}

// fleetResultAttributes returns the attributes of what is read of one cluster of many. What is an argument of one cluster's read too
// is a result here.
func fleetResultAttributes() map[string]schema.Attribute {
	attributes := resultAttributes()
	attributes["source"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "The source that was used for this cluster: `upgrade_status` or `tasks`.",
	}
	attributes["region"] = schema.StringAttribute{
		Computed:            true,
		MarkdownDescription: "The region of the cluster.",
	}
	return attributes
}

// fleetResultOf returns the values of fleetResultAttributes for one cluster. It makes no struct: of one, the framework looks at
// each field by reflection, and compiles a regular expression for its name, for each of ten thousand clusters.
func fleetResultOf(r *upgrade.Reading, region types.String) map[string]attr.Value {
	result := resultOf(r)
	return map[string]attr.Value{
		"id":                 result.ID,
		"error_message":      result.ErrorMessage,
		"precheck_report_id": result.PrecheckReportID,
		"status":             result.Status,
		"upgrade_step":       result.UpgradeStep,
		"upgrade_task":       result.UpgradeTask,
		"phase":              result.Phase,
		"terminal":           result.Terminal,
		"cluster_state":      result.ClusterState,
		"current_version":    result.CurrentVersion,
		"task_id":            result.TaskID,
		"planned_start":      result.PlannedStart,
		"summary":            result.Summary,
		"source":             types.StringValue(string(r.Source)),
		"region":             region,
	}
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
		PlannedStart:     types.StringPointerValue(plannedStart(r.PlannedStart)),
		Summary:          types.StringValue(r.Summary()),
	}
}
