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
)

// statusDefinition is ackupgrade_status: how the upgrade of one cluster is going.
var statusDefinition = definition{
	name:        "status",
	description: "Reads how the upgrade of an ACK cluster is going, and waits for it to end if asked to.",
	ephemeralDescription: "Reads how the upgrade of an ACK cluster is going, afresh in each plan and in each apply, and waits for it to end if " +
		"asked to.",
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
		"cluster_id": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: "The id of the cluster: letters, digits and hyphens, at most 128.",
			Validators:          []validator.String{clusterIDValidator()},
		},
	}
	maps.Copy(attributes, readAttributes())
	maps.Copy(attributes, resultAttributes())
	return attributes
}

// read fills in the model: it reads once, or waits, within the timeout.
func (m *statusModel) read(ctx context.Context, c *connections, timeout limit) diag.Diagnostics {
	r, t, diags := m.begin(c)
	if diags.HasError() {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, timeout.duration)
	defer cancel()
	reading, problem := m.readCluster(ctx, r, t.of(m.ClusterID.ValueString()), timeout)
	if problem != nil {
		diags.Append(problem)
		return diags
	}
	m.Region, m.Source = types.StringValue(t.region), types.StringValue(string(reading.Source))
	m.statusResult = resultOf(reading)
	return diags
}
