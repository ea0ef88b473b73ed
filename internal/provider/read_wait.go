package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// ackupgrade_wait is a step of an apply: it always waits, and requires a good end. It is an action, and a managed resource.

const waitName = "ackupgrade_wait"

// waitModel holds the arguments that both forms of the wait have.
type waitModel struct {
	ClusterID  types.String `tfsdk:"cluster_id"`
	ClusterIDs types.List   `tfsdk:"cluster_ids"`
	waitArguments
}

// defaultPhases are the phases that a wait requires if the configuration names none: no upgrade is under way, and none has failed.
func defaultPhases() []upgrade.Phase {
	return []upgrade.Phase{upgrade.PhaseIdle, upgrade.PhaseSucceeded}
}

// waitAttributes returns the attributes of waitModel: those of the data sources, without the arguments that decide whether to wait
// and whether to require. Nothing is computed: an action has no results, and a resource must not change what is configured.
func waitAttributes() map[string]schema.Attribute {
	id, ids := clusterIDAttribute(), clusterIDsAttribute()
	id.Required, id.Optional = false, true
	ids.Required, ids.Optional = false, true
	id.MarkdownDescription += " Set either this or `cluster_ids`."
	ids.MarkdownDescription += " Set either this or `cluster_id`."
	attributes := map[string]schema.Attribute{"cluster_id": id, "cluster_ids": ids}
	for name, attribute := range readAttributes() {
		switch name {
		case "wait_for_terminal", "enforce":
			continue
		case "region", "source":
			text, _ := attribute.(schema.StringAttribute)
			text.Computed = false
			attribute = text
		}
		attributes[name] = describe(attribute, waitDescriptions()[name])
	}
	return attributes
}

// waitDescriptions replace the descriptions that speak of what only a data source has.
func waitDescriptions() map[string]string {
	return map[string]string{
		"region": "The ID of the region of the clusters, such as `cn-hangzhou`. Requests go to the endpoint of this region. Default: the region of the provider.",
		"wait_through_pause": "Whether to keep waiting while the upgrade is paused. Otherwise a pause ends the wait with an error, because " +
			"a paused upgrade does not resume by itself. Default: `false`.",
		"require_phases": "The allowed phases: any of `idle`, `succeeded` and `failed`. In any other phase, the wait fails with an error. " +
			"Default: `[\"idle\", \"succeeded\"]`.",
		"poll_interval": "The time between two polls, with a jitter of up to 10 percent: a duration such as `30s` or `2m`, from `1s` to `10m`. Default: `30s`.",
		"source": "The operations of the ACK API to use. `upgrade_status`: `GetUpgradeStatus`, which Alibaba Cloud announced to remove from every region " +
			"by 2026-09-30. `tasks`: `DescribeClusterTasks` and `DescribeClusterDetail`. `auto`: `GetUpgradeStatus` if it is available and allowed, otherwise the other two. Default: `auto`.",
		"require_version": "The Kubernetes version that each cluster must run, as a version constraint. `>= 1.33` or `~> 1.32.0` is compared with the " +
			"numbers of the cluster's version; a constraint with a build, such as `= 1.33.3-aliyun.1`, with the whole version. While a cluster runs another version and no upgrade is under way, " +
			"the wait continues: the upgrade may not have started yet. Default: any version.",
		"quiet_before": "How long no upgrade may be planned to begin: a duration such as `1h`, from `1m` to `168h`. The wait fails at its end if an upgrade in `scope` is planned to begin within " +
			"this time. While its plan is being executed, the wait goes on. It requests `ListOperationPlansForRegion`, and needs the RAM action " +
			"`cs:ListOperationPlansForRegion`, which cannot be limited to one cluster. Default: plans are not checked.",
	}
}

// describe gives an attribute another description, unless that is empty.
func describe(attribute schema.Attribute, description string) schema.Attribute {
	if description == "" {
		return attribute
	}
	switch a := attribute.(type) {
	case schema.StringAttribute:
		a.MarkdownDescription = description
		return a
	case schema.BoolAttribute:
		a.MarkdownDescription = description
		return a
	case schema.SetAttribute:
		a.MarkdownDescription = description
		return a
	}
	return attribute
}

// read returns the read that waits: the same as a data source's, with the defaults of a wait.
func (m *waitModel) read() readModel {
	r := readModel{waitArguments: m.waitArguments, WaitForTerminal: types.BoolValue(true)}
	if r.RequirePhases.IsNull() {
		var phases []attr.Value
		for _, phase := range defaultPhases() {
			phases = append(phases, types.StringValue(string(phase)))
		}
		r.RequirePhases = types.SetValueMust(types.StringType, phases)
	}
	return r
}

// clusters returns the ids of the clusters to wait for, each once.
func (m *waitModel) clusters() []string {
	if !m.ClusterIDs.IsNull() {
		return distinct(m.ClusterIDs)
	}
	return []string{m.ClusterID.ValueString()}
}

// check finds what a plan could not find, because a value was unknown then.
func (m *waitModel) check() (diags diag.Diagnostics) {
	switch {
	case m.ClusterID.IsNull() == m.ClusterIDs.IsNull():
		diags.AddError(summary.OneOfClusterIDs, fmt.Sprintf("%s waits for one cluster or for several. Set exactly one of cluster_id and cluster_ids.", waitName))
	case len(m.clusters()) == 0: // A gate over nothing would be open.
		diags.AddAttributeError(path.Root("cluster_ids"), summary.NoClusterToWait, "cluster_ids is empty. Add at least one cluster ID.")
	}
	return diags
}

// wait waits until no upgrade is under way in any of the clusters, and requires what the configuration requires of each. What
// watches the polls may be nil.
func (m *waitModel) wait(ctx context.Context, c *connections, timeout limit, watch pollWatcher) ([]*upgrade.Reading, target, diag.Diagnostics) {
	if diags := m.check(); diags.HasError() {
		return nil, target{}, diags
	}
	ids, read := m.clusters(), m.read()
	saveMemory(len(ids), c.settings.getenv)
	ctx, cancel := c.interruptible(ctx)
	defer cancel()
	r, t, diags := read.begin(c, ids...)
	if diags.HasError() {
		return nil, t, diags
	}
	if m.ClusterID.IsNull() {
		readings, problems := read.readFleet(ctx, r, t, timeout, ids, watch)
		return readings, t, append(diags, problems...)
	}
	ctx, expire := context.WithTimeout(ctx, timeout.duration)
	defer expire()
	reading, found := read.readOne(ctx, r, t.of(ids[0]), timeout, watch)
	if found != nil {
		diags.Append(found.error())
	}
	return []*upgrade.Reading{reading}, t, diags
}

// waitTimeoutAttribute is one argument of the block timeouts of a wait.
func waitTimeoutAttribute() schema.StringAttribute {
	attribute := timeoutAttribute()
	attribute.MarkdownDescription = "The timeout of the whole wait, including retries: a duration such as `90m` or `2h`, at least `1s`. Default: `60m`."
	return attribute
}
