// Command nothing serves a framework provider that does nothing: what any provider costs that is built on
// terraform-plugin-framework. Benchmarks compare the provider with it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

func main() {
	// Served as the provider is, by protocol 6 alone, so that both programs have the same parts.
	err := tf6server.Serve("example.com/bench/nothing", providerserver.NewProtocol6(new(nothing)))
	if err != nil {
		log.Fatal(err)
	}
}

// nothing is the provider. It has no settings.
type nothing struct{}

// Metadata implements provider.Provider.
func (nothing) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "nothing"
}

// Schema implements provider.Provider.
func (nothing) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure implements provider.Provider.
func (nothing) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements provider.Provider.
func (nothing) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return new(read) }}
}

// Resources implements provider.Provider.
func (nothing) Resources(context.Context) []func() resource.Resource { return nil }

// read is the data source nothing_read.
type read struct{}

// Metadata implements datasource.DataSource.
func (read) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_read"
}

// Schema implements datasource.DataSource.
func (read) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"id": schema.StringAttribute{Computed: true}}}
}

// Read implements datasource.DataSource.
func (read) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), "nothing")...)
}
