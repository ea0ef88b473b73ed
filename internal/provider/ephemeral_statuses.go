package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// statusesEphemeralResource is ephemeral.ackupgrade_statuses: the fleet read, made afresh in a plan and in each
// apply, that of a saved plan too.
type statusesEphemeralResource struct {
	connections *connections
}

// statusesEphemeralResourceModel adds the ephemeral resource's own kind of timeouts.
type statusesEphemeralResourceModel struct {
	statusesModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func newStatusesEphemeralResource() ephemeral.EphemeralResource { return &statusesEphemeralResource{} }

// Metadata implements ephemeral.EphemeralResource.
func (e *statusesEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_statuses"
}

// Schema implements ephemeral.EphemeralResource.
func (e *statusesEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"timeouts": timeoutsAttribute("open", timeouts.Type{ObjectType: timeoutsType("open")}),
	}
	for name, attribute := range statusesAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads how the upgrades of many ACK clusters are going, all at once and afresh in each plan and in each apply, and waits for all of them to end if asked to.",
		Attributes:          attributes,
	}
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *statusesEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// Open implements ephemeral.EphemeralResource.
func (e *statusesEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model statusesEphemeralResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Open(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics = append(resp.Diagnostics, model.read(ctx, e.connections, limit{"timeouts.open", timeout})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}
