package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// The checks of arguments that cannot work together. What is unknown at plan is checked again when it is known.

// scopeFitsSource is a validator of scope.
type scopeFitsSource struct{}

// Description implements validator.Set.
func (scopeFitsSource) Description(context.Context) string {
	return "a scope other than control_plane requires the source tasks or auto"
}

// MarkdownDescription implements validator.Set.
func (v scopeFitsSource) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set.
func (scopeFitsSource) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	var source types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("source"), &source)...)
	if source.ValueString() == string(upgrade.SourceUpgradeStatus) && beyondControlPlane(req.ConfigValue) {
		resp.Diagnostics.Append(scopeDiagnostic(req.ConfigValue))
	}
}

// beyondControlPlane reports whether a scope holds more than the control plane.
func beyondControlPlane(scope types.Set) bool {
	return slices.ContainsFunc(stringsOf(scope), func(s string) bool { return s != "" && s != string(upgrade.ScopeControlPlane) })
}

func scopeDiagnostic(scope types.Set) diag.Diagnostic {
	scopes := stringsOf(scope)
	slices.Sort(scopes)
	return diag.NewAttributeErrorDiagnostic(path.Root("scope"), summary.ScopeConflict,
		fmt.Sprintf("GetUpgradeStatus reports only the control plane, but scope is %s. Set source = \"tasks\", or remove source.", strings.Join(scopes, ", ")))
}

// phasesFitWait is a validator of require_phases: a wait ends in a terminal phase.
type phasesFitWait struct{ noun string }

// ends names the phases in which a wait ends. A task is never idle.
func (v phasesFitWait) ends() string {
	if v.noun == nounTask {
		return "succeeded or failed"
	}
	return "idle, succeeded or failed"
}

// Description implements validator.Set.
func (v phasesFitWait) Description(context.Context) string {
	return "must contain " + v.ends() + ", because a wait ends in one of these"
}

// MarkdownDescription implements validator.Set.
func (v phasesFitWait) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateSet implements validator.Set.
func (v phasesFitWait) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	wait := waits(ctx, req.Config, &resp.Diagnostics)
	required := stringsOf(req.ConfigValue)
	reachable := slices.ContainsFunc(req.ConfigValue.Elements(), func(e attr.Value) bool { return e.IsUnknown() || e.IsNull() }) ||
		slices.ContainsFunc(required, func(p string) bool {
			return upgrade.Phase(p).Terminal() || !slices.Contains(upgrade.Phases(), upgrade.Phase(p))
		})
	if !wait.ValueBool() || reachable || len(required) == 0 {
		return
	}
	slices.Sort(required)
	if alwaysWaits(req.Config) {
		resp.Diagnostics.AddAttributeError(req.Path, summary.NoTerminalPhase,
			fmt.Sprintf("A wait ends in idle, succeeded or failed, but require_phases is %s. The wait can never succeed. Add one of these phases.", strings.Join(required, ", ")))
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, summary.PhasesConflict,
		fmt.Sprintf("A wait ends in %s, but require_phases is %s. The read can never succeed. "+
			"Add one of these phases, or remove wait_for_terminal.", v.ends(), strings.Join(required, ", ")))
}

// waits returns wait_for_terminal; true where there is no such argument.
func waits(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) types.Bool {
	if alwaysWaits(config) {
		return types.BoolValue(true)
	}
	var wait types.Bool
	diags.Append(config.GetAttribute(ctx, path.Root("wait_for_terminal"), &wait)...)
	return wait
}

// alwaysWaits reports whether a configuration is that of an action or a resource which always waits.
func alwaysWaits(config tfsdk.Config) bool {
	_, optional := config.Schema.GetAttributes()["wait_for_terminal"]
	return !optional
}

// versionValidator takes a version constraint.
func versionValidator() validator.String {
	return stringCheck{
		rule: "must be a version constraint, such as \">= 1.33\", \"~> 1.32.0\" or \"= 1.33.3-aliyun.1\"",
		ok: func(text string) bool {
			_, err := upgrade.ParseConstraint(text)
			return err == nil
		},
	}
}

// needsWait warns of an argument that has no effect, because nothing is waited for.
type needsWait struct{}

// Description implements validator.Bool and validator.String.
func (needsWait) Description(context.Context) string {
	return "has an effect only with wait_for_terminal = true"
}

// MarkdownDescription implements validator.Bool and validator.String.
func (v needsWait) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateBool implements validator.Bool. False is what there is without the argument.
func (v needsWait) ValidateBool(ctx context.Context, req validator.BoolRequest, resp *validator.BoolResponse) {
	if req.ConfigValue.ValueBool() {
		v.check(ctx, req.Config, req.Path, &resp.Diagnostics)
	}
}

// ValidateString implements validator.String.
func (v needsWait) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.ValueString() != "" {
		v.check(ctx, req.Config, req.Path, &resp.Diagnostics)
	}
}

// check warns. The CLIs merge warnings of one summary, and show only the summaries with -compact-warnings, so each
// names its cluster.
func (needsWait) check(ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) {
	wait := waits(ctx, config, diags)
	if wait.IsUnknown() || wait.ValueBool() {
		return
	}
	diags.AddAttributeWarning(at, summary.NoEffectWithoutWait(at.String(), subjectOf(ctx, config)),
		"Set wait_for_terminal = true to wait, or remove the argument.")
}
