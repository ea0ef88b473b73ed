package main

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// clusters is the data source alicloud_cs_clusters: the examples' two clusters, by name.
type clusters struct{}

var clustersByName = []struct{ name, id string }{
	{"production-1", exampleCluster},
	{"production-2", "c206f377e16f34eb1808d6b9362c9abcd"},
}

// Metadata implements datasource.DataSource.
func (c *clusters) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_cs_clusters"
}

// Schema implements datasource.DataSource.
func (c *clusters) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name_regex": schema.StringAttribute{Optional: true},
		"ids":        schema.ListAttribute{ElementType: types.StringType, Computed: true},
		"names":      schema.ListAttribute{ElementType: types.StringType, Computed: true},
	}}
}

// Read implements datasource.DataSource.
func (c *clusters) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var pattern types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("name_regex"), &pattern)...)
	matches, err := regexp.Compile(pattern.ValueString())
	if err != nil {
		resp.Diagnostics.AddAttributeError(path.Root("name_regex"), "Not a regular expression", err.Error())
		return
	}
	ids, names := []string{}, []string{}
	for _, cluster := range clustersByName {
		if matches.MatchString(cluster.name) {
			ids, names = append(ids, cluster.id), append(names, cluster.name)
		}
	}
	resp.State.Raw = req.Config.Raw
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("ids"), ids)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("names"), names)...)
}
