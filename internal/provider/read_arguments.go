package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// The arguments that all reads share, in every form. Their attributes are a data source's: the framework takes them for an
// ephemeral resource as they are.

const (
	defaultPollInterval = 30 * time.Second
	minPollInterval     = time.Second
	maxPollInterval     = 10 * time.Minute
	minReadTimeout      = time.Second
)

// readModel has the arguments of a read that can wait.
type readModel struct {
	waitArguments
	WaitForTerminal types.Bool `tfsdk:"wait_for_terminal"`
	Enforce         types.Bool `tfsdk:"enforce"`
}

// waitArguments are the arguments that a read which always waits has too: what to read, how to wait, and what to require.
type waitArguments struct {
	Region           types.String `tfsdk:"region"`
	WaitThroughPause types.Bool   `tfsdk:"wait_through_pause"`
	RequirePhases    types.Set    `tfsdk:"require_phases"`
	PollInterval     types.String `tfsdk:"poll_interval"`
	Source           types.String `tfsdk:"source"`
	Scope            types.Set    `tfsdk:"scope"`
	RequireVersion   types.String `tfsdk:"require_version"`
	QuietBefore      types.String `tfsdk:"quiet_before"`
}

// begin returns what reads the region's clusters, and the target that they have in common.
func (m *waitArguments) begin(c *connections, ids ...string) (*upgrade.Reader, target, diag.Diagnostics) {
	subject := "cluster " + ids[0]
	if len(ids) > 1 {
		subject += fmt.Sprintf(" and %s", count(len(ids)-1, "more cluster"))
	}
	r, t, diags := c.reader(m.Region, subject)
	if !diags.HasError() && m.source() == upgrade.SourceUpgradeStatus && beyondControlPlane(m.Scope) {
		diags.Append(scopeDiagnostic(m.Scope)) // The validator sees to that, unless a value was unknown.
	}
	t.source, t.version = m.source(), m.version() != nil
	return r, t, diags
}

// readCluster reads one cluster, or waits for it. Beside the reading, or in its place, there is a finding where the read
// failed, or ended in a phase or version that the configuration does not allow. A wait ends early, without a finding, when
// stop ends: it may be nil. What watches the polls of a wait may be nil too.
func (m *readModel) readCluster(ctx, stop context.Context, r *upgrade.Reader, t target, timeout limit, watch pollWatcher) (*upgrade.Reading, *finding) {
	reading, err := m.readOrWait(tflog.SetField(ctx, "cluster_id", t.id), stop, t, watch, func(ctx context.Context) (*upgrade.Reading, error) {
		return r.Read(ctx, m.query(t.id))
	})
	var wait *upgrade.WaitError
	if errors.As(err, &wait) && wait.Reason == upgrade.WaitStopped {
		return wait.Last, nil
	}
	if err != nil {
		return nil, unreadable(t, timeout, m.version(), err)
	}
	return reading, m.check(t, reading)
}

// readOne reads one cluster, or waits for it, and checks what is planned for it.
func (m *readModel) readOne(ctx context.Context, r *upgrade.Reader, t target, timeout limit, watch pollWatcher) (*upgrade.Reading, *finding) {
	read := func(int) (*upgrade.Reading, *finding) { return m.readCluster(ctx, nil, r, t, timeout, watch) }
	reading, found := read(0)
	one := &reads{targets: []target{t}, readings: []*upgrade.Reading{reading}, findings: []*finding{found}, again: read}
	if f := m.checkPlans(ctx, r, t, timeout, one); f != nil {
		return nil, f
	}
	return one.readings[0], one.findings[0]
}

// check returns what the configuration does not allow in a reading, or nil.
func (m *waitArguments) check(t target, reading *upgrade.Reading) *finding {
	if required := stringsOf(m.RequirePhases); !m.RequirePhases.IsNull() && !slices.Contains(required, string(reading.Phase)) {
		return wrongPhase(t, reading, required)
	}
	if reading.OnOtherVersion(m.version()) {
		return wrongVersion(t, reading, m.version())
	}
	return nil
}

// pollWatcher is called for each poll of a wait. It must be safe for concurrent use where clusters are read side by side.
type pollWatcher func(id string, p upgrade.Poll)

// readOrWait reads once, or waits as the arguments say.
func (m *readModel) readOrWait(
	ctx, stop context.Context, t target, watch pollWatcher, read func(context.Context) (*upgrade.Reading, error),
) (*upgrade.Reading, error) {
	if !m.WaitForTerminal.ValueBool() {
		reading, err := read(ctx)
		if err == nil {
			tflog.Debug(ctx, "Read the state of "+t.workNoun(), map[string]any{
				"phase": string(reading.Phase), "source": string(reading.Source), "request_id": reading.RequestID,
			})
		}
		return reading, err
	}
	log := newPollLog(m.version())
	wait := upgrade.Wait{
		Interval: m.interval(), ThroughPause: m.WaitThroughPause.ValueBool(), Version: m.version(), Stop: stop,
		OnPoll: func(ctx context.Context, p upgrade.Poll) {
			log.poll(ctx, p)
			if watch != nil {
				watch(t.id, p)
			}
		},
	}
	return wait.ForTerminal(ctx, read)
}

func (m *waitArguments) query(clusterID string) upgrade.Query {
	return upgrade.Query{ClusterID: clusterID, Source: m.source(), Version: m.version() != nil, Scopes: m.scopes()}
}

func (m *waitArguments) source() upgrade.Source {
	if source := m.Source.ValueString(); source != "" {
		return upgrade.Source(source)
	}
	return upgrade.SourceAuto
}

func (m *waitArguments) interval() time.Duration {
	if d, err := time.ParseDuration(m.PollInterval.ValueString()); err == nil { // The schema's validator has seen to that.
		return d
	}
	return defaultPollInterval
}

// version returns the constraint of require_version, or nil.
func (m *waitArguments) version() *upgrade.Constraint {
	if constraint, err := upgrade.ParseConstraint(m.RequireVersion.ValueString()); err == nil { // As above.
		return constraint
	}
	return nil
}

// stringsOf returns the elements of a set of strings.
func stringsOf(set types.Set) []string {
	var all []string
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok {
			all = append(all, text.ValueString())
		}
	}
	return all
}

// readAttributes returns the attributes of readModel.
func readAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"region": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The ID of the region of the cluster, such as `cn-hangzhou`. Requests go to the endpoint of this region. " +
				"Default: the region of the provider. Set it if another block uses the region, such as a gate whose region configures a provider: the region is then known " +
				"at plan even if the read is deferred to apply.",
			Validators: []validator.String{regionValidator()},
		},
		"wait_for_terminal": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to wait until no upgrade is under way: until `phase` is `idle`, `succeeded` or `failed`. " +
				"If no upgrade is under way, the read returns at once. Default: `false`.",
		},
		"wait_through_pause": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether to keep waiting while the upgrade is paused. Otherwise a pause ends the wait with an error, because " +
				"a paused upgrade does not resume by itself. It has no effect without `wait_for_terminal`. Default: `false`.",
			Validators: []validator.Bool{needsWait{}},
		},
		"require_phases": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The allowed phases: any of `idle`, `running`, `paused`, `succeeded`, `failed` and `unknown`. " +
				"In any other phase, the read fails with an error. Default: every phase is allowed, and the conditions of the " +
				"configuration decide.",
			Validators: []validator.Set{
				someOf("phase", namesOf(upgrade.Phases())...),
				phasesFitWait{},
			},
		},
		"poll_interval": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The time between two polls of a wait, with a jitter of up to 10 percent: a duration such as `30s` or `2m`, from `1s` to `10m`. " +
				"It has no effect without `wait_for_terminal`. Default: `30s`.",
			Validators: []validator.String{durationBetween(minPollInterval, maxPollInterval), needsWait{}},
		},
		"source": schema.StringAttribute{
			Optional: true,
			Computed: true,
			MarkdownDescription: "The operations of the ACK API to use. `upgrade_status`: `GetUpgradeStatus`, which Alibaba Cloud announced to remove from every region " +
				"by 2026-09-30. `tasks`: `DescribeClusterTasks` and `DescribeClusterDetail`. `auto`: `GetUpgradeStatus` if it is available and allowed, otherwise the other two. `phase` has the same " +
				"meaning with each. After the read, the attribute is the source that was used: `upgrade_status` or `tasks`. Default: `auto`.",
			Validators: []validator.String{oneOf(namesOf(upgrade.Sources())...)},
		},
		"scope": schema.SetAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "The upgrades to consider: any of `control_plane`, `node_pools` and `addons`. With more than `control_plane`, the source is `tasks`, because " +
				"`GetUpgradeStatus` reports only the control plane. Default: `[\"control_plane\"]`.",
			Validators: []validator.Set{
				someOf("scope", namesOf(upgrade.Scopes())...),
				scopeFitsSource{},
			},
		},
		"enforce": schema.BoolAttribute{
			Optional: true,
			MarkdownDescription: "Whether the read fails if a requirement is not met. With `false`, it only reports: it reads once, does not wait and does not fail. " +
				"A warning takes the place of each error and says what an apply would do. A cluster that cannot be read has the phase `unknown`. The read takes at most 10 s. " +
				"`id` and `region` are always set. In an ephemeral resource, `enforce = terraform.applying` lets plans pass. Default: `true`.",
		},
		"quiet_before": quietAttribute(),
		"require_version": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "The Kubernetes version that the cluster must run when no upgrade is under way, as a version constraint. `>= 1.33` or `~> 1.32.0` is compared with the " +
				"numbers of `current_version`; a constraint with a build, such as `= 1.33.3-aliyun.1`, with the whole version. If `phase` is `idle` or `succeeded` on another version, the read fails. " +
				"With `wait_for_terminal`, the read waits instead, because the upgrade may not have started yet. Default: any version.",
			Validators: []validator.String{versionValidator()},
		},
	}
}

// timeoutsType is what the types of timeouts are made from.
func timeoutsType(member string) types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{member: types.StringType}}
}

// timeoutsDescription describes the block timeouts. It is a block, because the CLIs drop unknown names in a nested attribute
// without a word, and a mistyped bound with them.
const timeoutsDescription = "How long to wait before timing out."

// timeoutAttribute is the one argument of the block timeouts: read or, in an ephemeral resource, open. It is not the ready-made
// one, whose check takes durations below zero, but of the same type.
func timeoutAttribute() schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true,
		MarkdownDescription: "The timeout of the whole read, including waits and retries: a duration such as `90m` or `2h`, at least `1s`. " +
			"Default: `60m`.",
		Validators: []validator.String{durationBetween(minReadTimeout, 0)},
	}
}

// namesOf returns words as strings.
func namesOf[T ~string](words []T) []string {
	names := make([]string, len(words))
	for i, word := range words {
		names[i] = string(word)
	}
	return names
}
