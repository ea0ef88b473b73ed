package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/datasource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
)

var (
	_ datasource.DataSource              = &dataSource[statusDataSourceModel, *statusDataSourceModel]{}
	_ datasource.DataSourceWithConfigure = &dataSource[statusDataSourceModel, *statusDataSourceModel]{}
)

// definition describes a read, for the forms in which it is offered.
type definition struct {
	name string // Without the provider's.
	// description says what the data source does, and ephemeralDescription what the ephemeral resource does.
	description, ephemeralDescription string
	attributes                        func() map[string]schema.Attribute
}

// reader is a model that can be read. Each form adds its own kind of timeouts to it.
type reader interface {
	read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics
	timeout(ctx context.Context) (limit, diag.Diagnostics)
}

// model is a pointer to an M that can be read.
type model[M any] interface {
	*M
	reader
}

// dataSource offers a read as a data source.
type dataSource[M any, P model[M]] struct {
	definition  definition
	connections *connections
}

// dataSourceTimeouts is what a data source adds to a model.
type dataSourceTimeouts struct {
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func (t dataSourceTimeouts) timeout(ctx context.Context) (limit, diag.Diagnostics) {
	if t.Timeouts.IsNull() { // Else the library logs in each read that it has found none.
		return limit{"timeouts.read", defaultReadTimeout}, nil
	}
	duration, diags := t.Timeouts.Read(ctx, defaultReadTimeout)
	return limit{"timeouts.read", duration}, diags
}

// Metadata implements datasource.DataSource.
func (d *dataSource[M, P]) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + d.definition.name
}

// Schema implements datasource.DataSource.
func (d *dataSource[M, P]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: d.definition.description,
		Attributes:          d.definition.attributes(),
		Blocks: map[string]schema.Block{
			"timeouts": schema.SingleNestedBlock{
				MarkdownDescription: timeoutsDescription,
				CustomType:          timeouts.Type{ObjectType: timeoutsType("read")},
				Attributes:          map[string]schema.Attribute{"read": timeoutAttribute()},
			},
		},
	}
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *dataSource[M, P]) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// Read implements datasource.DataSource.
func (d *dataSource[M, P]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics = append(resp.Diagnostics, readModelOf[M, P](ctx, &m, d.connections)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// readModelOf reads a model within its own timeout.
func readModelOf[M any, P model[M]](ctx context.Context, m P, c *connections) diag.Diagnostics {
	timeout, diags := m.timeout(ctx)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := c.interruptible(ctx)
	defer cancel()
	return append(diags, m.read(ctx, c, timeout)...)
}

const defaultReadTimeout = 60 * time.Minute
