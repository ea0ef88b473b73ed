package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// place is the data source guarded_place: where the provider works, so that a test sees how it was configured for a plan.
type place struct {
	region types.String
}

// Metadata implements datasource.DataSource.
func (p *place) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_place"
}

// Schema implements datasource.DataSource.
func (p *place) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"region": schema.StringAttribute{Computed: true}}}
}

// Configure implements datasource.DataSourceWithConfigure.
func (p *place) Configure(_ context.Context, req datasource.ConfigureRequest, _ *datasource.ConfigureResponse) {
	if region, ok := req.ProviderData.(types.String); ok {
		p.region = region
	}
}

// Read implements datasource.DataSource.
func (p *place) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("region"), nameOf(p.region))...)
}

// nameOf is how a region is recorded.
func nameOf(region types.String) string {
	switch {
	case region.IsUnknown():
		return "an unknown region"
	case region.ValueString() == "":
		return "no region"
	}
	return region.ValueString()
}
