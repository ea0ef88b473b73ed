package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// taskDefinition is ackupgrade_task: the details of one task.
var taskDefinition = definition{
	name:        "task",
	description: "Reads the details of one task of an ACK cluster: its stage, its target, and its failed parts. Can wait for the task to end.",
	attributes:  taskAttributes,
}

// taskModel is what the read of one task takes and gives.
type taskModel struct {
	TaskID           types.String `tfsdk:"task_id"`
	Region           types.String `tfsdk:"region"`
	WaitForTerminal  types.Bool   `tfsdk:"wait_for_terminal"`
	WaitThroughPause types.Bool   `tfsdk:"wait_through_pause"`
	RequirePhases    types.Set    `tfsdk:"require_phases"`
	PollInterval     types.String `tfsdk:"poll_interval"`
	listedTask
	Terminal     types.Bool   `tfsdk:"terminal"`
	ClusterID    types.String `tfsdk:"cluster_id"`
	CurrentStage types.String `tfsdk:"current_stage"`
	TargetID     types.String `tfsdk:"target_id"`
	TargetType   types.String `tfsdk:"target_type"`
	Stages       types.List   `tfsdk:"stages"`
	FailedParts  types.List   `tfsdk:"failed_parts"`
	Summary      types.String `tfsdk:"summary"`
	dataSourceTimeouts
}

func newTaskDataSource() datasource.DataSource {
	return &dataSource[taskModel, *taskModel]{definition: taskDefinition}
}

// taskPhases are the phases that a task can have. It is never idle.
func taskPhases() []upgrade.Phase {
	return []upgrade.Phase{upgrade.PhaseRunning, upgrade.PhasePaused, upgrade.PhaseSucceeded, upgrade.PhaseFailed, upgrade.PhaseUnknown}
}

// The types of the elements of stages and of failed_parts.
var (
	stageType = map[string]attr.Type{
		"state": types.StringType, "start_time": types.StringType, "end_time": types.StringType, "message": types.StringType,
	}
	partType = map[string]attr.Type{"data": types.StringType, "status": types.StringType}
)

// taskAttributes returns the attributes of taskModel.
func taskAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"task_id": schema.StringAttribute{
			Required: true,
			MarkdownDescription: "The ID of the task: at most 128 letters, digits, `_` and `-`. `ackupgrade_tasks` lists the IDs, `ackupgrade_status` has the ID of the " +
				"newest upgrade, and the ACK console shows them.",
			Validators: []validator.String{taskIDValidator()},
		},
		"region": regionAttribute(),
		"wait_for_terminal": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Whether to wait until the task has ended: until `phase` is `succeeded` or `failed`. Default: `false`.",
		},
		"wait_through_pause": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to keep waiting while the task is paused, for example between two batches of a node pool upgrade. Otherwise a pause ends the " +
				"wait with an error. It has no effect without `wait_for_terminal`. Default: `false`.",
			Validators: []validator.Bool{needsWait{}},
		},
		"require_phases": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The allowed phases: any of `running`, `paused`, `succeeded`, `failed` and `unknown`. In any other phase, the read fails with an " +
				"error. Default: every phase is allowed.",
			Validators: []validator.Set{someOf("phase of a task", namesOf(taskPhases())...), phasesFitWait{nounTask}},
		},
		"poll_interval": readAttributes()["poll_interval"],
		"terminal": schema.BoolAttribute{
			Computed: true, MarkdownDescription: "Whether the task has ended: true if `phase` is `succeeded` or `failed`. Gate on `phase` instead: `terminal` is also true for a task that failed.",
		},
		"cluster_id":    schema.StringAttribute{Computed: true, MarkdownDescription: "The ID of the cluster of the task. Null if the API returns none."},
		"current_stage": schema.StringAttribute{Computed: true, MarkdownDescription: "The current stage of the task, as the API returns it, such as `DrainNodes`. Null if the API returns none."},
		"target_id":     schema.StringAttribute{Computed: true, MarkdownDescription: "The ID of the target of the task, such as a node pool. Null if the API returns none."},
		"target_type":   schema.StringAttribute{Computed: true, MarkdownDescription: "The type of the target, such as `nodepool`. Null if the API returns none."},
		"stages": schema.ListAttribute{
			Computed:    true,
			ElementType: types.ObjectType{AttrTypes: stageType},
			MarkdownDescription: "The stages of the task, in the order of the API. Each element has `state`, `start_time`, `end_time` and `message`, as the API returns " +
				"them. The times have no time zone.",
		},
		"failed_parts": schema.ListAttribute{
			Computed:    true,
			ElementType: types.ObjectType{AttrTypes: partType},
			MarkdownDescription: "The failed parts of the task, such as nodes, from `task_result` of the API. Each element has `data`, the name of the part, and `status`. " +
				"A task that succeeded with a part that failed has the phase `failed`.",
		},
		"summary": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "A one-line summary: the task, its phase and stage, the failed parts, and the error message if there is one. It contains no control codes. Never null.",
		},
	}
	maps.Copy(attributes, listedTaskAttributes())
	return attributes
}

// read fills in the model: it reads once, or waits, within the timeout.
func (m *taskModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	subject := taskSubject(m.TaskID.ValueString())
	r, t, diags := c.reader(m.Region, subject.name())
	if diags.HasError() {
		return diags
	}
	t.subject = subject
	ctx, cancel := context.WithTimeout(tflog.SetField(ctx, "task_id", subject.id), timeout.duration)
	defer cancel()
	arguments := m.arguments()
	reading, err := arguments.readOrWait(ctx, nil, t, nil, func(ctx context.Context) (*upgrade.Reading, error) { return r.ReadTask(ctx, subject.id) })
	if err != nil {
		diags.Append(unreadable(t, timeout, nil, err).error())
		return diags
	}
	if found := arguments.check(t, reading); found != nil {
		diags.Append(found.error())
		return diags
	}
	m.fill(t, reading)
	return diags
}

// arguments returns those of a read that can wait.
func (m *taskModel) arguments() *readModel {
	return &readModel{WaitForTerminal: m.WaitForTerminal, waitArguments: waitArguments{
		WaitThroughPause: m.WaitThroughPause, RequirePhases: m.RequirePhases, PollInterval: m.PollInterval,
	}}
}

// fill takes in what was read.
func (m *taskModel) fill(t target, reading *upgrade.Reading) {
	d := reading.TaskDetail
	m.Region = t.regionValue()
	m.listedTask = listedTaskOf(d.ListedTask)
	m.Terminal = types.BoolValue(reading.Phase.Terminal())
	m.ClusterID = types.StringNull()
	if reading.ClusterID != "" {
		m.ClusterID = types.StringValue(reading.ClusterID)
	}
	m.CurrentStage = types.StringPointerValue(d.CurrentStage)
	m.TargetID, m.TargetType = types.StringPointerValue(d.TargetID), types.StringPointerValue(d.TargetType)
	m.Stages = listOfObjects(stageType, d.Stages, func(s ack.TaskStage) map[string]attr.Value {
		return map[string]attr.Value{
			"state": types.StringPointerValue(s.State), "start_time": types.StringPointerValue(s.StartTime),
			"end_time": types.StringPointerValue(s.EndTime), "message": types.StringPointerValue(s.Message),
		}
	})
	m.FailedParts = listOfObjects(partType, d.FailedParts, func(p ack.TaskPart) map[string]attr.Value {
		return map[string]attr.Value{"data": types.StringPointerValue(p.Data), "status": types.StringPointerValue(p.Status)}
	})
	m.Summary = types.StringValue(reading.Summary())
}

// listOfObjects makes a list of objects of what values are.
func listOfObjects[V any](of map[string]attr.Type, values []V, object func(V) map[string]attr.Value) types.List {
	objects := make([]attr.Value, len(values))
	for i, v := range values {
		objects[i] = types.ObjectValueMust(of, object(v))
	}
	return types.ListValueMust(types.ObjectType{AttrTypes: of}, objects)
}
