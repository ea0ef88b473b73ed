package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// located makes the validators of an ephemeral resource's attributes name it: Terraform shows no address for a bad value in one.
func located(name string, attributes map[string]schema.Attribute) map[string]schema.Attribute {
	all := make(map[string]schema.Attribute, len(attributes))
	for attribute, a := range attributes {
		switch a := a.(type) {
		case schema.StringAttribute:
			for i, v := range a.Validators {
				a.Validators[i] = locatedString{v, name}
			}
			all[attribute] = a
		case schema.SetAttribute:
			for i, v := range a.Validators {
				a.Validators[i] = locatedSet{v, name}
			}
			all[attribute] = a
		case schema.ListAttribute:
			for i, v := range a.Validators {
				a.Validators[i] = locatedList{v, name}
			}
			all[attribute] = a
		default:
			all[attribute] = a
		}
	}
	return all
}

type (
	locatedString struct {
		validator.String
		name string
	}
	locatedSet struct {
		validator.Set
		name string
	}
	locatedList struct {
		validator.List
		name string
	}
)

// ValidateString implements validator.String.
func (v locatedString) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	before := len(resp.Diagnostics)
	v.String.ValidateString(ctx, req, resp)
	locate(ctx, v.name, req.Config, resp.Diagnostics[before:])
}

// ValidateSet implements validator.Set.
func (v locatedSet) ValidateSet(ctx context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	before := len(resp.Diagnostics)
	v.Set.ValidateSet(ctx, req, resp)
	locate(ctx, v.name, req.Config, resp.Diagnostics[before:])
}

// ValidateList implements validator.List.
func (v locatedList) ValidateList(ctx context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	before := len(resp.Diagnostics)
	v.List.ValidateList(ctx, req, resp)
	locate(ctx, v.name, req.Config, resp.Diagnostics[before:])
}

// locate adds to errors which ephemeral resource they are in.
func locate(ctx context.Context, name string, config tfsdk.Config, diags diag.Diagnostics) {
	for i, d := range diags {
		at, ok := d.(diag.DiagnosticWithPath)
		if !ok || d.Severity() != diag.SeverityError {
			continue
		}
		diags[i] = diag.NewAttributeErrorDiagnostic(at.Path(), d.Summary(),
			fmt.Sprintf("%s\n\nThe attribute is in ephemeral %q, for %s.", d.Detail(), name, subjectOf(ctx, config)))
	}
}

// subjectOf names the clusters, or the task, that a block is about.
func subjectOf(ctx context.Context, config tfsdk.Config) string {
	if _, fleet := config.Schema.GetAttributes()["cluster_ids"]; fleet {
		var ids types.List
		if diags := config.GetAttribute(ctx, path.Root("cluster_ids"), &ids); diags.HasError() || len(ids.Elements()) == 0 {
			return "unknown clusters"
		}
		if first, ok := ids.Elements()[0].(types.String); ok && first.ValueString() != "" {
			return fmt.Sprintf("%s beginning with %s", count(len(ids.Elements()), "cluster"), shown(first.ValueString()))
		}
		return count(len(ids.Elements()), "cluster")
	}
	if id, ok := config.Schema.GetAttributes()["task_id"]; ok && id.IsRequired() { // In ackupgrade_status, it is a result.
		var id types.String
		if diags := config.GetAttribute(ctx, path.Root("task_id"), &id); diags.HasError() || id.ValueString() == "" {
			return "an unknown task"
		}
		return "task " + shown(id.ValueString())
	}
	var id types.String
	if diags := config.GetAttribute(ctx, path.Root("cluster_id"), &id); diags.HasError() || id.ValueString() == "" {
		return "an unknown cluster"
	}
	return "cluster " + shown(id.ValueString())
}
