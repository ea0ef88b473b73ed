package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/ephemeral/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral/schema"
)

var (
	_ ephemeral.EphemeralResource              = &ephemeralResource[statusEphemeralModel, *statusEphemeralModel]{}
	_ ephemeral.EphemeralResourceWithConfigure = &ephemeralResource[statusEphemeralModel, *statusEphemeralModel]{}
)

// ephemeralResource offers a read as an ephemeral resource: the data source's read, made afresh in a plan and in each apply,
// that of a saved plan too.
type ephemeralResource[M any, P model[M]] struct {
	definition  definition
	connections *connections
}

// ephemeralTimeouts is what an ephemeral resource adds to a model.
type ephemeralTimeouts struct {
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (t ephemeralTimeouts) timeout(ctx context.Context) (limit, diag.Diagnostics) {
	if t.Timeouts.IsNull() { // As for a data source.
		return limit{"timeouts.open", defaultReadTimeout}, nil
	}
	duration, diags := t.Timeouts.Open(ctx, defaultReadTimeout)
	return limit{"timeouts.open", duration}, diags
}

// Metadata implements ephemeral.EphemeralResource.
func (e *ephemeralResource[M, P]) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + e.definition.name
}

// Schema implements ephemeral.EphemeralResource.
func (e *ephemeralResource[M, P]) Schema(_ context.Context, _ ephemeral.SchemaRequest, resp *ephemeral.SchemaResponse) {
	attributes := make(map[string]schema.Attribute)
	name := "ackupgrade_" + e.definition.name
	for attribute, a := range located(name, e.definition.attributes()) {
		attributes[attribute] = a
	}
	open := timeoutAttribute()
	for i, v := range open.Validators {
		open.Validators[i] = locatedString{v, name}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: e.definition.ephemeralDescription,
		Attributes:          attributes,
		Blocks: map[string]schema.Block{
			"timeouts": schema.SingleNestedBlock{
				MarkdownDescription: timeoutsDescription,
				CustomType:          timeouts.Type{ObjectType: timeoutsType("open")},
				Attributes:          map[string]schema.Attribute{"open": open},
			},
		},
	}
}

// Configure implements ephemeral.EphemeralResourceWithConfigure.
func (e *ephemeralResource[M, P]) Configure(_ context.Context, req ephemeral.ConfigureRequest, resp *ephemeral.ConfigureResponse) {
	e.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// Open implements ephemeral.EphemeralResource. What require_phases forbids is its own error: the CLIs suppress the message of
// a condition that names an ephemeral value.
func (e *ephemeralResource[M, P]) Open(ctx context.Context, req ephemeral.OpenRequest, resp *ephemeral.OpenResponse) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics = append(resp.Diagnostics, readModelOf[M, P](ctx, &m, e.connections)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Result.Set(ctx, &m)...)
}
