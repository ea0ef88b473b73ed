package provider

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// statusesDefinition is ackupgrade_statuses: how the upgrades of many clusters are going.
var statusesDefinition = definition{
	name:        "statuses",
	description: "Reads the upgrade status of many ACK clusters in parallel. It can wait for all upgrades to end, and fail unless all phases are allowed.",
	ephemeralDescription: "Reads the upgrade status of many ACK clusters in parallel, in each plan and again in each apply. It can wait for all upgrades to end, " +
		"and fail unless all phases are allowed.",
	attributes: statusesAttributes,
}

// statusesModel is what both forms of the fleet read have in common.
type statusesModel struct {
	ID         types.String `tfsdk:"id"`
	ClusterIDs types.List   `tfsdk:"cluster_ids"` // Not a set: the framework's sets cost the square of their size.
	readModel
	Statuses types.Map `tfsdk:"statuses"`
	ByPhase  types.Map `tfsdk:"by_phase"`
}

type (
	statusesDataSourceModel struct {
		statusesModel
		dataSourceTimeouts
	}
	statusesEphemeralModel struct {
		statusesModel
		ephemeralTimeouts
	}
)

func newStatusesDataSource() datasource.DataSource {
	return &dataSource[statusesDataSourceModel, *statusesDataSourceModel]{definition: statusesDefinition}
}

func newStatusesEphemeralResource() ephemeral.EphemeralResource {
	return &ephemeralResource[statusesEphemeralModel, *statusesEphemeralModel]{definition: statusesDefinition}
}

// statusesAttributes returns the attributes of statusesModel.
func statusesAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Computed:            true,
			MarkdownDescription: "The number of clusters, in total and by phase. The CLI prints it.",
		},
		"cluster_ids": clusterIDsAttribute(),
		"statuses":    statusesAttribute(),
		"by_phase":    byPhaseAttribute(),
	}
	maps.Copy(attributes, readAttributes())
	return attributes
}

// clusterIDsAttribute names the clusters of a fleet.
func clusterIDsAttribute() schema.ListAttribute {
	return schema.ListAttribute{
		Required:    true,
		ElementType: types.StringType,
		MarkdownDescription: "The IDs of the clusters: at least one, because a gate over no cluster would be open. Duplicates are read once. " +
			"All clusters must be in the same region.",
		Validators: []validator.List{
			listvalidator.SizeAtLeast(1),
			listvalidator.NoNullValues(),
			listvalidator.ValueStringsAre(clusterIDValidator()),
		},
	}
}

// statusesAttribute is not a nested attribute: Terraform's override_data and mock_provider do not fill the computed ones that
// are maps, and a gate over the empty map that they leave is open.
func statusesAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Computed:            true,
		ElementType:         types.ObjectType{AttrTypes: typesOf(fleetResultAttributes())},
		MarkdownDescription: "The result of each cluster, by cluster ID. Each element has " + listOf(fleetResultAttributes()) + ", as in `ackupgrade_status`.",
	}
}

func byPhaseAttribute() schema.MapAttribute {
	return schema.MapAttribute{
		Computed:    true,
		ElementType: types.ListType{ElemType: types.StringType},
		MarkdownDescription: "The cluster IDs in each phase, sorted. Phases without a cluster are omitted. A condition over all clusters: " +
			"`length(x.by_phase) > 0 && length(setsubtract(keys(x.by_phase), [\"idle\", \"succeeded\"])) == 0`.",
	}
}

// read reads all clusters side by side, or waits for them.
func (m *statusesModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	ids := distinct(m.ClusterIDs)
	if len(ids) == 0 { // The validator has seen to that. But a gate over nothing would be open.
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("cluster_ids"), summary.NoCluster, "cluster_ids is empty. Add at least one cluster ID.")}
	}
	saveMemory(len(ids), c.settings.getenv)
	r, t, diags := m.begin(c, ids...)
	if !m.enforced() {
		readings, warnings := m.report(ctx, r, t, diags, ids)
		return append(warnings, m.fill(ctx, t, readings)...)
	}
	if diags.HasError() {
		return diags
	}
	readings, problems := m.readFleet(ctx, r, t, timeout, ids, nil)
	if diags = append(diags, problems...); diags.HasError() {
		return diags
	}
	return append(diags, m.fill(ctx, t, readings)...)
}

// fill takes in what was read.
func (m *statusesModel) fill(ctx context.Context, t target, readings []*upgrade.Reading) diag.Diagnostics {
	m.Region, m.Source = t.regionValue(), types.StringValue(string(sourceOfAll(readings)))
	m.ID = types.StringValue(countPhases(readings))
	var diags diag.Diagnostics
	m.Statuses, m.ByPhase, diags = fleetResults(ctx, t, readings)
	return diags
}

// fleetResults returns the values of statuses and by_phase.
func fleetResults(ctx context.Context, t target, readings []*upgrade.Reading) (statuses, phases types.Map, diags diag.Diagnostics) {
	of := types.ObjectType{AttrTypes: typesOf(fleetResultAttributes())}
	results := make(map[string]attr.Value, len(readings))
	byPhase := make(map[string][]string)
	for _, r := range readings {
		result, problems := types.ObjectValue(of.AttrTypes, fleetResultOf(r, t.regionValue()))
		diags.Append(problems...)
		results[r.ClusterID] = result
		byPhase[string(r.Phase)] = append(byPhase[string(r.Phase)], r.ClusterID)
	}
	for _, ids := range byPhase {
		slices.Sort(ids)
	}
	statuses, problems := types.MapValue(of, results)
	diags.Append(problems...)
	phases, problems = types.MapValueFrom(ctx, types.ListType{ElemType: types.StringType}, byPhase)
	diags.Append(problems...)
	return statuses, phases, diags
}

// listOf names attributes in a sentence.
func listOf(attributes map[string]schema.Attribute) string {
	names := slices.Sorted(maps.Keys(attributes))
	return "`" + strings.Join(names[:len(names)-1], "`, `") + "` and `" + names[len(names)-1] + "`"
}

// sourceOfAll returns the source of the readings, or auto where they have several.
func sourceOfAll(readings []*upgrade.Reading) upgrade.Source {
	for _, r := range readings {
		if r.Source != readings[0].Source {
			return upgrade.SourceAuto
		}
	}
	return readings[0].Source
}

// distinct returns the elements of a list of strings in their order, each once.
func distinct(list types.List) []string {
	seen := make(map[string]bool)
	var all []string
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && !seen[text.ValueString()] {
			seen[text.ValueString()] = true
			all = append(all, text.ValueString())
		}
	}
	return all
}

// countPhases says how many clusters there are, and how many of them are in which phase.
func countPhases(readings []*upgrade.Reading) string {
	counts := make(map[upgrade.Phase]int)
	for _, r := range readings {
		counts[r.Phase]++
	}
	phases := slices.DeleteFunc(upgrade.Phases(), func(p upgrade.Phase) bool { return counts[p] == 0 })
	parts := make([]string, len(phases))
	for i, phase := range phases {
		parts[i] = fmt.Sprintf("%d %s", counts[phase], phase)
	}
	noun := "clusters"
	if len(readings) == 1 {
		noun = "cluster"
	}
	return fmt.Sprintf("%d %s: %s", len(readings), noun, strings.Join(parts, ", "))
}
