package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// statusDefinition is ackupgrade_status: how the upgrade of one cluster is going.
var statusDefinition = definition{
	name:        "status",
	description: "Reads the upgrade status of an ACK cluster. It can wait for the upgrade to end, and fail unless the phase is allowed.",
	ephemeralDescription: "Reads the upgrade status of an ACK cluster in each plan and again in each apply. It can wait for the upgrade to end, and fail " +
		"unless the phase is allowed.",
	attributes: statusAttributes,
}

// statusModel is what every form of the status read has in common: its arguments, and the result of one cluster.
type statusModel struct {
	ClusterID types.String `tfsdk:"cluster_id"`
	readModel
	statusResult
}

type (
	statusDataSourceModel struct {
		statusModel
		dataSourceTimeouts
	}
	statusEphemeralModel struct {
		statusModel
		ephemeralTimeouts
	}
)

func newStatusDataSource() datasource.DataSource {
	return &dataSource[statusDataSourceModel, *statusDataSourceModel]{definition: statusDefinition}
}

func newStatusEphemeralResource() ephemeral.EphemeralResource {
	return &ephemeralResource[statusEphemeralModel, *statusEphemeralModel]{definition: statusDefinition}
}

// statusAttributes returns the attributes of statusModel.
func statusAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"cluster_id": clusterIDAttribute(),
	}
	maps.Copy(attributes, readAttributes())
	maps.Copy(attributes, resultAttributes())
	return attributes
}

func clusterIDAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		MarkdownDescription: "The ID of the cluster: at most 128 letters, digits and hyphens.",
		Validators:          []validator.String{clusterIDValidator()},
	}
}

// read fills in the model: it reads once, or waits, within the timeout.
func (m *statusModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	id := m.ClusterID.ValueString()
	r, t, diags := m.begin(c, id)
	if !m.enforced() {
		readings, warnings := m.report(ctx, r, t, diags, []string{id})
		m.fill(t, readings[0])
		return warnings
	}
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	reading, found := m.readOne(ctx, r, t.of(id), timeout, nil)
	if found != nil {
		diags.Append(found.error())
		return diags
	}
	m.fill(t, reading)
	return diags
}

// fill takes in what was read.
func (m *statusModel) fill(t target, reading *upgrade.Reading) {
	m.Region, m.Source = t.regionValue(), types.StringValue(string(reading.Source))
	m.statusResult = resultOf(reading)
}
