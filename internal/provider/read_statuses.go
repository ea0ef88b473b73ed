package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// statusesDefinition is ackupgrade_statuses: how the upgrades of many clusters are going.
var statusesDefinition = definition{
	name:        "statuses",
	description: "Reads how the upgrades of many ACK clusters are going, all at once, and waits for all of them to end if asked to.",
	ephemeralDescription: "Reads how the upgrades of many ACK clusters are going, all at once and afresh in each plan and in each apply, and waits for all of them " +
		"to end if asked to.",
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
			MarkdownDescription: "How many clusters were read, and how many of them are in which phase, for the line that the CLI prints.",
		},
		"cluster_ids": schema.ListAttribute{
			Required:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The ids of the clusters: at least one, because a gate over nothing would be open. One that is there twice is asked once. " +
				"All of them live in the same region.",
			Validators: []validator.List{
				listvalidator.SizeAtLeast(1),
				listvalidator.NoNullValues(),
				listvalidator.ValueStringsAre(clusterIDValidator()),
			},
		},
		// Not a nested attribute: Terraform's override_data and mock_provider do not fill the computed ones that are maps, and a gate
		// over the empty map that they leave is open.
		"statuses": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.ObjectType{AttrTypes: typesOf(fleetResultAttributes())},
			MarkdownDescription: "What was read of each cluster, by its id. Each element has " + listOf(fleetResultAttributes()) + ", as `ackupgrade_status` has them.",
		},
		"by_phase": schema.MapAttribute{
			Computed:            true,
			ElementType:         types.ListType{ElemType: types.StringType},
			MarkdownDescription: "The ids of the clusters in each phase, sorted. Phases in which there is none are left out.",
		},
	}
	maps.Copy(attributes, readAttributes())
	return attributes
}

// read reads all clusters side by side, or waits for them, under one deadline. Every cluster that cannot be read, or that ends
// in a phase which is not allowed, is in an error: the first does not hide the rest.
func (m *statusesModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	ids := m.ids()
	if len(ids) == 0 { // The validator has seen to that. But a gate over nothing would be open.
		return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(path.Root("cluster_ids"), "No cluster to read", "cluster_ids is empty. Name at least one cluster.")}
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
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	var text fleetText
	readings, findings := m.readAll(ctx, r, t, timeout, ids, &text)

	if errors.Is(ctx.Err(), context.Canceled) {
		diags.Append(interruptDiagnostic(t, len(ids)))
	}
	for _, f := range grouped(findings) {
		f.others(readings, findings)
		diags = append(diags, f.error()) // Not Append, which compares each with all before it.
	}
	if text.tooMuch() {
		diags = append(diags, diag.NewAttributeErrorDiagnostic(path.Root("cluster_ids"), text.summary(len(ids)), text.detail()))
	}
	if diags.HasError() {
		return diags
	}
	return append(diags, m.fill(ctx, t, readings)...)
}

// readAll reads all clusters at once: the client bounds the requests in flight, and one that fails keeps no other back. A
// finding that no waiting changes ends the waits of the rest, after a first poll each: what they would find makes no difference.
func (m *statusesModel) readAll(ctx context.Context, r *upgrade.Reader, t target, timeout limit, ids []string, text *fleetText) ([]*upgrade.Reading, []*finding) {
	readings := make([]*upgrade.Reading, len(ids))
	findings := make([]*finding, len(ids))
	stop, failed := context.WithCancel(context.Background())
	defer failed()
	var group sync.WaitGroup
	for i, id := range ids {
		group.Go(func() {
			reading, found := m.readCluster(ctx, stop, r, t.of(id), timeout)
			if found != nil && found.permanent {
				failed()
			}
			if found == nil || !errors.Is(ctx.Err(), context.Canceled) { // To say once that the read was interrupted is enough.
				readings[i], findings[i] = text.keep(reading), found
			}
		})
	}
	group.Wait()
	return readings, findings
}

// fill takes in what was read.
func (m *statusesModel) fill(ctx context.Context, t target, readings []*upgrade.Reading) (diags diag.Diagnostics) {
	m.Region, m.Source = t.regionValue(), types.StringValue(string(sourceOfAll(readings)))
	m.ID = types.StringValue(countPhases(readings))
	results := make(map[string]fleetResult, len(readings))
	byPhase := make(map[string][]string)
	for _, r := range readings {
		results[r.ClusterID] = fleetResult{resultOf(r), types.StringValue(string(r.Source)), m.Region}
		byPhase[string(r.Phase)] = append(byPhase[string(r.Phase)], r.ClusterID)
	}
	for _, ids := range byPhase {
		slices.Sort(ids)
	}
	var problems diag.Diagnostics
	m.Statuses, problems = types.MapValueFrom(ctx, types.ObjectType{AttrTypes: typesOf(fleetResultAttributes())}, results)
	diags.Append(problems...)
	m.ByPhase, problems = types.MapValueFrom(ctx, types.ListType{ElemType: types.StringType}, byPhase)
	diags.Append(problems...)
	return diags
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

// ids returns the cluster ids in their order, each once.
func (m *statusesModel) ids() []string {
	seen := make(map[string]bool)
	var ids []string
	for _, element := range m.ClusterIDs.Elements() {
		if id, ok := element.(types.String); ok && !seen[id.ValueString()] {
			seen[id.ValueString()] = true
			ids = append(ids, id.ValueString())
		}
	}
	return ids
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
