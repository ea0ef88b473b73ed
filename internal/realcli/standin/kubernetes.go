package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// kubernetes replaces hashicorp/kubernetes, a provider without regions.
func kubernetes() provider.Provider {
	return &standIn{
		name: "kubernetes",
		schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"host":                   schema.StringAttribute{Optional: true},
			"token":                  schema.StringAttribute{Optional: true, Sensitive: true},
			"cluster_ca_certificate": schema.StringAttribute{Optional: true},
		}},
		place: func(ctx context.Context, config tfsdk.Config) string {
			var host types.String
			config.GetAttribute(ctx, path.Root("host"), &host)
			return host.ValueString()
		},
		objects: []object{
			{kind: "namespace_v1", name: path.Root("metadata").AtListIndex(0).AtName("name"), blocks: map[string]resourceschema.Block{
				"metadata": resourceschema.ListNestedBlock{NestedObject: resourceschema.NestedBlockObject{
					Attributes: map[string]resourceschema.Attribute{"name": replacing(true)},
				}},
			}},
		},
	}
}
