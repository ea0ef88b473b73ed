package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/resourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

var (
	_ resource.ResourceWithConfigure        = &waitResource{}
	_ resource.ResourceWithConfigValidators = &waitResource{}
	_ resource.ResourceWithModifyPlan       = &waitResource{}
	_ resource.ResourceWithImportState      = &waitResource{}
)

// waitResource offers the wait as a managed resource, for every CLI: create and update wait, read and delete do nothing.
type waitResource struct{ connections *connections }

// waitResourceModel is the configuration and the state of the resource.
type waitResourceModel struct {
	waitModel
	waitResult
	Triggers types.Map      `tfsdk:"triggers"`
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func newWaitResource() resource.Resource { return &waitResource{} }

// Metadata implements resource.Resource.
func (r *waitResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = waitName
}

// Schema implements resource.Resource.
func (r *waitResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	shared := waitAttributes()
	maps.Copy(shared, waitResultAttributes())
	shared["triggers"] = datasource.MapAttribute{
		Optional:    true,
		ElementType: types.StringType,
		MarkdownDescription: "Arbitrary values. If one changes, the next apply waits again. Add the values that the guarded resources depend on, so that the wait happens " +
			"whenever they change.",
	}
	attributes := make(map[string]schema.Attribute)
	for name, attribute := range shared {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Waits until no upgrade of one or several ACK clusters is under way, and fails unless the final phase is allowed. It waits when the resource is created, and when " +
			"`triggers` or what it waits for changes. It creates nothing in Alibaba Cloud. Refresh and destroy make no request.",
		Attributes: attributes,
		Blocks: map[string]schema.Block{
			"timeouts": schema.SingleNestedBlock{
				MarkdownDescription: timeoutsDescription,
				CustomType:          timeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"create": types.StringType, "update": types.StringType}}},
				Attributes:          map[string]schema.Attribute{"create": waitTimeoutAttribute(), "update": waitTimeoutAttribute()},
			},
		},
	}
}

// ConfigValidators implements resource.ResourceWithConfigValidators.
func (r *waitResource) ConfigValidators(context.Context) []resource.ConfigValidator {
	return []resource.ConfigValidator{resourcevalidator.ExactlyOneOf(path.MatchRoot("cluster_id"), path.MatchRoot("cluster_ids"))}
}

// Configure implements resource.ResourceWithConfigure.
func (r *waitResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan implements resource.ResourceWithModifyPlan. An update that does not wait keeps the results of the last wait; the
// framework has made them unknown.
func (r *waitResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() || req.State.Raw.IsNull() {
		return // A destroy, or a create.
	}
	var plan, state waitResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || plan.waitsAfter(&state) {
		return
	}
	plan.waitResult = state.waitResult
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// waitsAfter reports whether the update from a state waits again: when triggers change, or what is waited for. A change of how to
// wait makes no difference to a wait that has ended.
func (m *waitResourceModel) waitsAfter(state *waitResourceModel) bool {
	return !m.Triggers.Equal(state.Triggers) ||
		!m.ClusterID.Equal(state.ClusterID) || !m.ClusterIDs.Equal(state.ClusterIDs) || !m.Region.Equal(state.Region) ||
		!m.Scope.Equal(state.Scope) || !m.RequirePhases.Equal(state.RequirePhases) || !m.RequireVersion.Equal(state.RequireVersion) ||
		!m.QuietBefore.Equal(state.QuietBefore)
}

// Create implements resource.Resource. If the wait fails, there is no state: the resource is not tainted, and the next apply
// waits again.
func (r *waitResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m waitResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	duration, diags := m.Timeouts.Create(ctx, defaultReadTimeout)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics = append(resp.Diagnostics, m.fillByWait(ctx, r.connections, limit{"timeouts.create", duration})...)
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// Update implements resource.Resource. If the wait fails, the state stays as it was, and the next plan has the same update.
func (r *waitResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var m waitResourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	duration, diags := m.Timeouts.Update(ctx, defaultReadTimeout)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	if m.ID.IsUnknown() { // Planned to wait.
		resp.Diagnostics = append(resp.Diagnostics, m.fillByWait(ctx, r.connections, limit{"timeouts.update", duration})...)
	}
	if !resp.Diagnostics.HasError() {
		resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
	}
}

// Read implements resource.Resource. The state records a wait that has ended, which nothing changes any more.
func (r *waitResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Delete implements resource.Resource. There is nothing to delete but the state.
func (r *waitResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

// ImportState implements resource.ResourceWithImportState, to say why there is no import.
func (r *waitResource) ImportState(_ context.Context, _ resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resp.Diagnostics.AddError(summary.NoImport(waitName),
		"The resource records that a wait has ended. It has no counterpart in Alibaba Cloud, so there is nothing to import.\n\n"+
			"Remove the import, and apply: the resource waits and is then in the state.")
}
