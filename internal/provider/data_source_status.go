package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
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
	attributes["timeouts"] = timeoutsAttribute("read", timeouts.Type{ObjectType: timeoutsType("read")})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads how the upgrade of an ACK cluster is going, and waits for it to end if asked to.",
		Attributes:          attributes,
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *statusDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connections = configured(req.ProviderData, &resp.Diagnostics)
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
