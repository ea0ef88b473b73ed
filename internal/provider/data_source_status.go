package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// statusDataSource is data.ackupgrade_status: how the upgrade of one cluster is going.
type statusDataSource struct {
	connections *connections
}

// statusDataSourceModel adds the data source's own kind of timeouts.
type statusDataSourceModel struct {
	statusModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func newStatusDataSource() datasource.DataSource { return &statusDataSource{} }

// Metadata implements datasource.DataSource.
func (d *statusDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_status"
}

// Schema implements datasource.DataSource.
func (d *statusDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := statusAttributes()
	// Not the ready-made attribute, whose check takes durations below zero.
	attributes["timeouts"] = schema.SingleNestedAttribute{
		Optional:            true,
		MarkdownDescription: "How long to go on before giving up.",
		CustomType:          timeouts.Type{ObjectType: types.ObjectType{AttrTypes: map[string]attr.Type{"read": types.StringType}}},
		Attributes: map[string]schema.Attribute{
			"read": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The upper bound of the whole read, waits and retries included: a duration such as `90m` or `2h`, at least `1s`. " +
					"Default: `60m`.",
				Validators: []validator.String{durationBetween(minReadTimeout, 0)},
			},
		},
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads how the upgrade of an ACK cluster is going, and waits for it to end if asked to.",
		Attributes:          attributes,
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *statusDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil { // The provider is not configured yet: this is a validation.
		return
	}
	c, ok := req.ProviderData.(*connections)
	if !ok {
		resp.Diagnostics.AddError("Unexpected provider data",
			fmt.Sprintf("The data source was given a %T. This is a bug in the provider: please report it.", req.ProviderData))
		return
	}
	d.connections = c
}

// Read implements datasource.DataSource.
func (d *statusDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model statusDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(model.read(ctx, d.connections, limit{"timeouts.read", timeout})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
