package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

// statusesDataSource is data.ackupgrade_statuses: how the upgrades of many clusters are going.
type statusesDataSource struct {
	connections *connections
}

// statusesDataSourceModel adds the data source's own kind of timeouts.
type statusesDataSourceModel struct {
	statusesModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func newStatusesDataSource() datasource.DataSource { return &statusesDataSource{} }

// Metadata implements datasource.DataSource.
func (d *statusesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_statuses"
}

// Schema implements datasource.DataSource.
func (d *statusesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := statusesAttributes()
	attributes["timeouts"] = timeoutsAttribute("read", timeouts.Type{ObjectType: timeoutsType("read")})
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads how the upgrades of many ACK clusters are going, all at once, and waits for all of them to end if asked to.",
		Attributes:          attributes,
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *statusesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *statusesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model statusesDataSourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := model.Timeouts.Read(ctx, defaultReadTimeout)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics = append(resp.Diagnostics, model.read(ctx, d.connections, limit{"timeouts.read", timeout})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}
