package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// tasksDefinition is ackupgrade_tasks: what has been done to a cluster.
var tasksDefinition = definition{
	name:        "tasks",
	description: "Lists the tasks of an ACK cluster, newest first: upgrades of its control plane, node pools and add-ons, and whatever else was done to it.",
	attributes:  tasksAttributes,
}

// defaultTaskLimit is how many tasks are listed unless limit says otherwise.
const defaultTaskLimit = 100

// tasksModel is what the list of tasks takes and gives.
type tasksModel struct {
	ID        types.String `tfsdk:"id"`
	ClusterID types.String `tfsdk:"cluster_id"`
	Region    types.String `tfsdk:"region"`
	Kinds     types.Set    `tfsdk:"kinds"`
	Limit     types.Int64  `tfsdk:"limit"`
	Tasks     types.List   `tfsdk:"tasks"`
	Complete  types.Bool   `tfsdk:"complete"`
	Summary   types.String `tfsdk:"summary"`
	dataSourceTimeouts
}

func newTasksDataSource() datasource.DataSource {
	return &dataSource[tasksModel, *tasksModel]{definition: tasksDefinition}
}

// tasksAttributes returns the attributes of tasksModel.
func tasksAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "The cluster ID. The CLI prints it."},
		"cluster_id": clusterIDAttribute(),
		"region":     regionAttribute(),
		"kinds": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The kinds of tasks to list: any of `control_plane`, `node_pool`, `addon`, `other` (no upgrade) and `unclassified` (an unknown " +
				"type). A condition that must see every upgrade needs `unclassified` too. Default: all kinds.",
			Validators: []validator.Set{someOf("kind", namesOf(upgrade.TaskKinds())...)},
		},
		"limit": schema.Int64Attribute{
			Optional: true,
			MarkdownDescription: fmt.Sprintf("The maximum number of tasks to list, newest first: 1 to %d. If there are more, `complete` is false. Default: `%d`.",
				upgrade.MaxListedTasks, defaultTaskLimit),
			Validators: []validator.Int64{int64validator.Between(1, upgrade.MaxListedTasks)},
		},
		// Not a nested attribute: the CLIs' tests do not fill the computed ones that are lists.
		"tasks": schema.ListAttribute{
			Computed:            true,
			ElementType:         types.ObjectType{AttrTypes: typesOf(listedTaskAttributes())},
			MarkdownDescription: "The tasks, newest first by `created`. Each element has " + listOf(listedTaskAttributes()) + ", as in `ackupgrade_task`.",
		},
		"complete": schema.BoolAttribute{
			Computed: true,
			MarkdownDescription: "Whether `tasks` has all tasks of these kinds. False if there are more than `limit`. A list that is incomplete for " +
				"another reason is an error.",
		},
		"summary": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "A one-line summary: the cluster, and the number of tasks, in total and by phase. Never null.",
		},
	}
}

// listedTask is one task. Its attributes are listedTaskAttributes.
type listedTask struct {
	ID           types.String `tfsdk:"id"`
	Type         types.String `tfsdk:"type"`
	Kind         types.String `tfsdk:"kind"`
	State        types.String `tfsdk:"state"`
	Phase        types.String `tfsdk:"phase"`
	Created      types.String `tfsdk:"created"`
	Updated      types.String `tfsdk:"updated"`
	ErrorCode    types.String `tfsdk:"error_code"`
	ErrorMessage types.String `tfsdk:"error_message"`
}

// listedTaskAttributes returns the attributes of listedTask.
func listedTaskAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":   schema.StringAttribute{Computed: true, MarkdownDescription: "The ID of the task."},
		"type": schema.StringAttribute{Computed: true, MarkdownDescription: "The type of the task, as the API returns it, such as `cluster_upgrade` or `nodepool_upgrade`. Null if the API returns none."},
		"kind": schema.StringAttribute{
			Computed: true, MarkdownDescription: "What the task does, by its type: `control_plane`, `node_pool`, `addon`, `other` (no upgrade) or `unclassified` (an unknown type).",
		},
		"state": schema.StringAttribute{Computed: true, MarkdownDescription: "The state of the task, exactly as the API returns it, such as `running` or `success`. Null if the API returns none."},
		"phase": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The phase of the task: `running`, `paused`, `succeeded`, `failed` or `unknown`. An unknown state makes it `unknown`. " +
				"A canceled task is `failed`. So is a task that succeeded with an error code.",
		},
		"created": schema.StringAttribute{Computed: true, MarkdownDescription: "The creation time of the task, in UTC and RFC 3339. Null if the API returns no time, or a time without a time zone."},
		"updated": schema.StringAttribute{Computed: true, MarkdownDescription: "The time of the last change of the task, in the same format."},
		"error_code": schema.StringAttribute{
			Computed: true, MarkdownDescription: "The error code of the task, as the API returns it. Null if the API returns none.",
		},
		"error_message": schema.StringAttribute{
			Computed: true,
			MarkdownDescription: "The error message of the task, unchanged up to 4 KiB. It can contain terminal control codes. Null if the API returns none. " +
				"Do not interpolate it into the `error_message` of a condition, which must not be null.",
		},
	}
}

func listedTaskOf(t upgrade.ListedTask) listedTask {
	return listedTask{
		ID:           types.StringPointerValue(t.ID),
		Type:         types.StringPointerValue(t.Type),
		Kind:         types.StringValue(string(t.Kind)),
		State:        types.StringPointerValue(t.State),
		Phase:        types.StringValue(string(t.Phase)),
		Created:      instant(t.Created),
		Updated:      instant(t.Updated),
		ErrorCode:    types.StringPointerValue(t.ErrorCode),
		ErrorMessage: types.StringPointerValue(t.ErrorMessage),
	}
}

// instant writes a time in UTC; null for the zero time.
func instant(t time.Time) types.String {
	if t.IsZero() {
		return types.StringNull()
	}
	return types.StringValue(t.UTC().Format(time.RFC3339))
}

// read fills in the model.
func (m *tasksModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	subject := clusterSubject(m.ClusterID.ValueString())
	r, t, diags := c.reader(m.Region, subject.name())
	if diags.HasError() {
		return diags
	}
	t.subject = subject
	ctx, cancel := context.WithTimeout(tflog.SetField(ctx, "cluster_id", subject.id), timeout.duration)
	defer cancel()
	list, err := r.ListTasks(ctx, m.query())
	if err != nil {
		diags.Append(unreadable(t, timeout, nil, err).error())
		return diags
	}
	if list.Size() > maxFleetText {
		diags.Append((&finding{target: t, problem: explainLargeList(t, list)}).error())
		return diags
	}
	tflog.Debug(ctx, "Listed the tasks of a cluster", map[string]any{"tasks": len(list.Tasks), "complete": list.Complete})
	all := make([]listedTask, len(list.Tasks))
	for i, task := range list.Tasks {
		all[i] = listedTaskOf(task)
	}
	var problems diag.Diagnostics
	m.Tasks, problems = types.ListValueFrom(ctx, types.ObjectType{AttrTypes: typesOf(listedTaskAttributes())}, all)
	m.ID, m.Region, m.Complete = m.ClusterID, t.regionValue(), types.BoolValue(list.Complete)
	m.Summary = types.StringValue(fmt.Sprintf("%s: %s", subject.title(), list.Summary()))
	return append(diags, problems...)
}

func (m *tasksModel) query() upgrade.TaskQuery {
	q := upgrade.TaskQuery{ClusterID: m.ClusterID.ValueString(), Limit: defaultTaskLimit}
	if !m.Limit.IsNull() {
		q.Limit = int(m.Limit.ValueInt64())
	}
	for _, kind := range stringsOf(m.Kinds) {
		q.Kinds = append(q.Kinds, upgrade.TaskKind(kind))
	}
	return q
}

func regionAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		Computed: true,
		MarkdownDescription: "The ID of the region of the cluster, such as `cn-hangzhou`. Requests go to the endpoint of this region. " +
			"Default: the region of the provider.",
		Validators: []validator.String{regionValidator()},
	}
}
