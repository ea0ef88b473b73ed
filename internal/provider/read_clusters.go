package provider

import (
	"context"
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// clustersDefinition is ackupgrade_clusters: which clusters there are in a region.
var clustersDefinition = definition{
	name:        "clusters",
	description: "Lists the ACK clusters of a region, by name, tags, state, profile and version: made to feed `ackupgrade_statuses`.",
	attributes:  clustersAttributes,
}

// clustersModel is the data source ackupgrade_clusters.
type clustersModel struct {
	ID             types.String `tfsdk:"id"`
	Region         types.String `tfsdk:"region"`
	NameRegex      types.String `tfsdk:"name_regex"`
	Tags           types.Map    `tfsdk:"tags"`
	States         types.Set    `tfsdk:"states"`
	Profiles       types.Set    `tfsdk:"profiles"`
	RequireVersion types.String `tfsdk:"require_version"`
	IDs            types.List   `tfsdk:"ids"`
	Clusters       types.Map    `tfsdk:"clusters"`
	dataSourceTimeouts
}

// clusterResult is what is listed of one cluster.
type clusterResult struct {
	Name            types.String `tfsdk:"name"`
	State           types.String `tfsdk:"state"`
	CurrentVersion  types.String `tfsdk:"current_version"`
	NextVersion     types.String `tfsdk:"next_version"`
	Profile         types.String `tfsdk:"profile"`
	ResourceGroupID types.String `tfsdk:"resource_group_id"`
	Tags            types.Map    `tfsdk:"tags"`
}

func newClustersDataSource() datasource.DataSource {
	return &dataSource[clustersModel, *clustersModel]{definition: clustersDefinition}
}

// clustersAttributes returns the attributes of clustersModel.
func clustersAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The number of clusters found, and of clusters in the region. The CLI prints it.",
		},
		"region": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			MarkdownDescription: "The ID of the region to list, such as `cn-hangzhou`. Default: the region of the provider.",
			Validators:          []validator.String{regionValidator()},
		},
		"name_regex": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "A regular expression (RE2) that must match a part of the cluster name: `^shop-` matches the beginning, `^shop$` the whole name. " +
				"Default: any name.",
			Validators: []validator.String{regexValidator()},
		},
		"tags": schema.MapAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "The tags of a cluster. It must have all of them, each with exactly this value. Default: any tags.",
			Validators:          []validator.Map{tagsCheck{}},
		},
		"states": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The states of a cluster, case-insensitive. Documented values: `initial`, `failed`, `running`, `upgrading`, `updating`, `scaling`, `removing`, `draining`, `inactive`, " +
				"`unavailable`, `waiting`, `disconnected`, `deleting`, `deleted` and `delete_failed`. With `running`, clusters that are being upgraded are not listed. Default: any state.",
			Validators: []validator.Set{knownWords{noun: "state", known: clusterStates}},
		},
		"profiles": schema.SetAttribute{
			Optional:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "The profiles of a cluster, case-insensitive, such as `Default`, `Edge`, `Serverless`, `Lingjun` or `Acs`. Default: any profile.",
			Validators:          []validator.Set{knownWords{noun: "profile", known: clusterProfiles}},
		},
		"require_version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The Kubernetes version of a cluster, as a version constraint, with the same rules as in `ackupgrade_status`. It is a filter: a cluster on " +
				"another version, or without one, is not listed. That is not an error. Default: any version.",
			Validators: []validator.String{versionValidator()},
		},
		"ids": schema.ListAttribute{
			Computed:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The IDs of the clusters found, sorted. It can be empty. `ackupgrade_statuses` rejects an empty list, because a gate over no cluster would be " +
				"open.",
		},
		// Not a nested attribute, so that both CLIs can mock it: see statuses.
		"clusters": schema.MapAttribute{
			Computed:    true,
			ElementType: types.ObjectType{AttrTypes: clusterResultType()},
			MarkdownDescription: "The clusters found, by cluster ID. Each has `name`, `state`, `current_version`, `next_version` (the version that it can be upgraded to; if empty, the cluster may still run an " +
				"older version), `profile`, `resource_group_id` and `tags`, as the API returns them. Null if the API returns none.",
		},
	}
}

func clusterResultType() map[string]attr.Type {
	text := types.StringType
	return map[string]attr.Type{
		"name": text, "state": text, "current_version": text, "next_version": text, "profile": text, "resource_group_id": text,
		"tags": types.MapType{ElemType: text},
	}
}

// read fills in the model.
func (m *clustersModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	r, t, diags := c.reader(m.Region, "the clusters of a region")
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	all, err := r.Clusters(ctx, t.region)
	if err != nil {
		diags.Append(unreadable(t.ofClusters(), timeout, nil, err).error())
		return diags
	}
	filter := m.filter()
	ids, clusters := []string{}, make(map[string]clusterResult)
	for _, cluster := range all {
		if !filter.Takes(cluster) {
			continue
		}
		ids = append(ids, cluster.ID)
		result, problems := clusterResultOf(ctx, cluster)
		diags.Append(problems...)
		clusters[cluster.ID] = result
	}
	m.Region = t.regionValue()
	m.ID = types.StringValue(fmt.Sprintf("%s: %d of %s", t.region, len(ids), count(len(all), "cluster")))
	var problems diag.Diagnostics
	m.IDs, problems = types.ListValueFrom(ctx, types.StringType, ids)
	diags.Append(problems...)
	m.Clusters, problems = types.MapValueFrom(ctx, types.ObjectType{AttrTypes: clusterResultType()}, clusters)
	diags.Append(problems...)
	return diags
}

func clusterResultOf(ctx context.Context, c ack.RegionCluster) (clusterResult, diag.Diagnostics) {
	tags := c.Tags
	if tags == nil {
		tags = map[string]string{}
	}
	value, diags := types.MapValueFrom(ctx, types.StringType, tags)
	return clusterResult{
		Name: types.StringPointerValue(c.Name), State: types.StringPointerValue(c.State), CurrentVersion: types.StringPointerValue(c.CurrentVersion),
		NextVersion: types.StringPointerValue(c.NextVersion), Profile: types.StringPointerValue(c.Profile),
		ResourceGroupID: types.StringPointerValue(c.ResourceGroupID), Tags: value,
	}, diags
}

// filter returns which clusters to take. The schema's validators have checked all values.
func (m *clustersModel) filter() upgrade.ClusterFilter {
	f := upgrade.ClusterFilter{States: stringsOf(m.States), Profiles: stringsOf(m.Profiles), Tags: make(map[string]string)}
	if !m.NameRegex.IsNull() {
		f.Name, _ = regexp.Compile(m.NameRegex.ValueString())
	}
	if !m.RequireVersion.IsNull() {
		f.Version, _ = upgrade.ParseConstraint(m.RequireVersion.ValueString())
	}
	for key, value := range m.Tags.Elements() {
		if text, ok := value.(types.String); ok {
			f.Tags[key] = text.ValueString()
		}
	}
	return f
}
