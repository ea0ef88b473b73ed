package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// exampleCluster is the cluster of all examples, and the one that the stand-in creates.
const exampleCluster = "c106f377e16f34eb1808d6b9362c9abcd"

// alicloud replaces aliyun/alicloud.
func alicloud() provider.Provider {
	list := resourceschema.ListAttribute{ElementType: types.StringType, Optional: true}
	needed := resourceschema.ListAttribute{ElementType: types.StringType, Required: true}
	return &standIn{
		name: "alicloud",
		schema: schema.Schema{
			Attributes: map[string]schema.Attribute{
				"region":  schema.StringAttribute{Optional: true},
				"profile": schema.StringAttribute{Optional: true},
			},
			Blocks: map[string]schema.Block{
				"assume_role": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"role_arn":           schema.StringAttribute{Required: true},
					"session_name":       schema.StringAttribute{Optional: true},
					"session_expiration": schema.Int64Attribute{Optional: true},
				}}},
				"assume_role_with_oidc": schema.ListNestedBlock{NestedObject: schema.NestedBlockObject{Attributes: map[string]schema.Attribute{
					"role_arn": schema.StringAttribute{Optional: true},
				}}},
			},
		},
		place: regionAndRole,
		data: []func() datasource.DataSource{
			func() datasource.DataSource { return new(regions) },
			func() datasource.DataSource { return new(clusters) },
		},
		objects: []object{
			{kind: "cs_kubernetes_node_pool", name: path.Root("node_pool_name"), attributes: map[string]resourceschema.Attribute{
				"cluster_id":        replacing(true),
				"node_pool_name":    required(),
				"vswitch_ids":       needed,
				"instance_types":    list,
				"desired_size":      optional(),
				"deployment_set_id": replacing(false),
			}},
			{kind: "cs_managed_kubernetes", name: path.Root("name"), id: exampleCluster, attributes: map[string]resourceschema.Attribute{
				"name":         required(),
				"cluster_spec": optional(),
				"version":      optional(),
				"vswitch_ids":  list,
			}},
			{kind: "cs_kubernetes_addon", name: path.Root("name"), attributes: map[string]resourceschema.Attribute{
				"cluster_id": replacing(true),
				"name":       replacing(true),
				"version":    optional(),
			}},
			{kind: "vswitch", name: path.Root("vswitch_name"), attributes: map[string]resourceschema.Attribute{
				"vswitch_name": required(),
				"vpc_id":       replacing(true),
				"cidr_block":   replacing(true),
				"zone_id":      replacing(true),
			}},
		},
	}
}

// regionAndRole is the region of a provider block, and the role that it assumes, if any.
func regionAndRole(ctx context.Context, config tfsdk.Config) string {
	var region, role types.String
	config.GetAttribute(ctx, path.Root("region"), &region)
	for _, block := range []string{"assume_role", "assume_role_with_oidc"} {
		if role.ValueString() == "" {
			config.GetAttribute(ctx, path.Root(block).AtListIndex(0).AtName("role_arn"), &role)
		}
	}
	where := region.ValueString()
	switch {
	case region.IsUnknown():
		where = "an unknown region"
	case where == "":
		where = "no region"
	}
	if role.ValueString() != "" {
		where += " as " + role.ValueString()
	}
	return where
}
