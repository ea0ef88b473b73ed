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
		"statuses": schema.MapNestedAttribute{
			Computed:            true,
			MarkdownDescription: "What was read of each cluster, by its id.",
			NestedObject:        schema.NestedAttributeObject{Attributes: fleetResultAttributes()},
		},
	}
	maps.Copy(attributes, readAttributes())
	return attributes
}

// read reads all clusters side by side, or waits for them, under one deadline. Each that cannot be read, or that ends in a
// phase which is not allowed, has a diagnostic of its own: the first does not hide the rest.
func (m *statusesModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	r, t, diags := m.begin(c)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()

	ids := m.ids()
	if len(ids) == 0 { // The validator has seen to that. But a gate over nothing would be open.
		diags.AddAttributeError(path.Root("cluster_ids"), "No cluster to read", "cluster_ids is empty. Name at least one cluster.")
		return diags
	}
	readings := make([]*upgrade.Reading, len(ids))
	problems := make([]diag.Diagnostic, len(ids))
	interrupted := func() bool { return errors.Is(ctx.Err(), context.Canceled) }
	var text fleetText
	var group sync.WaitGroup
	for i, id := range ids { // All at once: the client bounds the requests in flight, and one that fails keeps no other back.
		group.Go(func() {
			reading, problem := m.readCluster(ctx, r, t.of(id), timeout)
			if problem == nil || !interrupted() { // To say once that the read was interrupted is enough.
				readings[i], problems[i] = text.keep(reading), problem
			}
		})
	}
	group.Wait()

	if interrupted() {
		diags.Append(interruptDiagnostic(t, len(ids)))
	}
	for _, problem := range problems {
		if problem != nil {
			diags = append(diags, problem) // Not Append, which compares each with all before it.
		}
	}
	diags = append(diags, text.check(len(ids))...)
	if diags.HasError() {
		return diags
	}
	m.Region, m.Source = types.StringValue(t.region), types.StringValue(string(sourceOfAll(readings)))
	m.ID = types.StringValue(countPhases(readings))
	statuses, problem := fleetResults(ctx, readings)
	m.Statuses = statuses
	return append(diags, problem...)
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
