package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// regions is the data source alicloud_regions. It returns the current region alone: where the provider works, so that a test
// sees how it was configured for a plan.
type regions struct {
	place string
}

// Metadata implements datasource.DataSource.
func (r *regions) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_regions"
}

// Schema implements datasource.DataSource.
func (r *regions) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"current": schema.BoolAttribute{Required: true},
		"ids":     schema.ListAttribute{ElementType: types.StringType, Computed: true},
	}}
}

// Configure implements datasource.DataSourceWithConfigure.
func (r *regions) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	if place, ok := req.ProviderData.(string); ok {
		r.place = place
	}
}

// Read implements datasource.DataSource.
func (r *regions) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("ids"), []string{r.place})...)
}
