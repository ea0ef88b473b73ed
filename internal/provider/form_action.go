package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/action/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-validators/actionvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

var (
	_ action.ActionWithConfigure        = &waitAction{}
	_ action.ActionWithConfigValidators = &waitAction{}
)

// waitAction offers the wait as an action: the CLI shows its progress while it waits.
type waitAction struct{ connections *connections }

// waitActionModel is the configuration of the action.
type waitActionModel struct {
	waitModel
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

func newWaitAction() action.Action { return &waitAction{} }

// Metadata implements action.Action.
func (a *waitAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = waitName
}

// Schema implements action.Action.
func (a *waitAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	attributes := make(map[string]schema.Attribute)
	for name, attribute := range waitAttributes() {
		attributes[name] = attribute
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Waits until no upgrade of one or several ACK clusters is under way, and fails unless the final phase is allowed. While it waits, the CLI shows its progress.",
		Attributes:          attributes,
		Blocks: map[string]schema.Block{
			"timeouts": schema.SingleNestedBlock{
				MarkdownDescription: timeoutsDescription,
				CustomType:          timeouts.Type{ObjectType: timeoutsType("invoke")},
				Attributes:          map[string]schema.Attribute{"invoke": waitTimeoutAttribute()},
			},
		},
	}
}

// ConfigValidators implements action.ActionWithConfigValidators.
func (a *waitAction) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{actionvalidator.ExactlyOneOf(path.MatchRoot("cluster_id"), path.MatchRoot("cluster_ids"))}
}

// Configure implements action.ActionWithConfigure.
func (a *waitAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.connections = configured(req.ProviderData, &resp.Diagnostics)
}

// Invoke implements action.Action.
func (a *waitAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m waitActionModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	resp.Diagnostics.Append(validateKnown(ctx, waitAttributes(), req.Config)...)
	timeout, diags := m.timeout(ctx)
	if resp.Diagnostics.Append(diags...); resp.Diagnostics.HasError() {
		return
	}
	progress := newProgress(m.clusters(), m.version(), func(line string) { resp.SendProgress(action.InvokeProgressEvent{Message: line}) })
	_, _, diags = m.wait(ctx, a.connections, timeout, progress.poll)
	progress.end(ctx)
	resp.Diagnostics = append(resp.Diagnostics, diags...)
}

func (m *waitActionModel) timeout(ctx context.Context) (limit, diag.Diagnostics) {
	if m.Timeouts.IsNull() { // As for a data source.
		return limit{"timeouts.invoke", defaultReadTimeout}, nil
	}
	duration, diags := m.Timeouts.Invoke(ctx, defaultReadTimeout)
	return limit{"timeouts.invoke", duration}, diags
}
