package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

// statusEphemeralResource is ephemeral.ackupgrade_status: the data source's read, made afresh in a plan and in each apply,
// that of a saved plan too.
type statusEphemeralResource struct {
	connections *connections
}

// statusEphemeralResourceModel adds the ephemeral resource's own kind of timeouts.
type statusEphemeralResourceModel struct {
	statusModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func newStatusEphemeralResource() ephemeral.EphemeralResource { return &statusEphemeralResource{} }

// Metadata implements ephemeral.EphemeralResource.
func (e *statusEphemeralResource) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_status"
}

// Schema implements ephemeral.EphemeralResource.
func (e *statusEphemeralResource) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := map[string]schema.Attribute{
		"timeouts": timeoutsAttribute("open", timeouts.Type{ObjectType: timeoutsType("open")}),
	}
	for name, attribute := range statusAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads how the upgrade of an ACK cluster is going, afresh in each plan and in each apply, and waits for it to end if asked to.",
		Attributes:          attributes,
	}
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *statusEphemeralResource) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// Open implements ephemeral.EphemeralResource. What require_phases forbids is its own error: the CLIs suppress the message of
// a condition that names an ephemeral value.
func (e *statusEphemeralResource) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var model statusEphemeralResourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Open(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.read(ctx, e.connections, limit{"timeouts.open", timeout})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &model)...)
}
