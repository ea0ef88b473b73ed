package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// guarded is the provider: its region can be configured, or a host, as for a provider that has no regions.
type guarded struct{}

// Metadata implements provider.Provider.
func (p *guarded) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "guarded"
}

// Schema implements provider.Provider.
func (p *guarded) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"region": schema.StringAttribute{Optional: true},
		"host":   schema.StringAttribute{Optional: true},
	}}
}

// Configure implements provider.Provider.
func (p *guarded) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var region, host types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("region"), &region)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("host"), &host)...)
	if !host.IsNull() {
		region = host
	}
	resp.ResourceData, resp.DataSourceData = region, region
}

// DataSources implements provider.Provider.
func (p *guarded) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return new(place) }}
}

// Resources implements provider.Provider.
func (p *guarded) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return new(thing) }}
}
