package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// standIn is a provider: its name, its schema, and what it manages.
type standIn struct {
	name    string
	schema  schema.Schema
	place   func(ctx context.Context, config tfsdk.Config) string // where it works, as configured
	data    []func() datasource.DataSource
	objects []object
}

// Metadata implements provider.Provider.
func (s *standIn) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = s.name
}

// Schema implements provider.Provider.
func (s *standIn) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = s.schema
}

// Configure implements provider.Provider.
func (s *standIn) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	place := s.place(ctx, req.Config)
	resp.ResourceData, resp.DataSourceData = place, place
}

// DataSources implements provider.Provider.
func (s *standIn) DataSources(context.Context) []func() datasource.DataSource {
	return s.data
}

// Resources implements provider.Provider.
func (s *standIn) Resources(context.Context) []func() resource.Resource {
	var all []func() resource.Resource
	for _, o := range s.objects {
		all = append(all, func() resource.Resource { return &managed{object: o} })
	}
	return all
}
