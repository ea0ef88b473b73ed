package provider

import (
	"context"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// validateKnown runs the attributes' validators over a configuration whose values are all known. A CLI validates a data source and a
// managed resource again when it reads or applies it, but an action in the plan alone: a value that is unknown then comes to the
// invocation without a check, and a constraint that cannot be parsed would require nothing.
func validateKnown(ctx context.Context, attributes map[string]schema.Attribute, config tfsdk.Config) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		at := path.Root(name)
		switch a := attributes[name].(type) {
		case schema.StringAttribute:
			value := knownValue[types.String](ctx, config, at, &diags)
			for _, v := range a.Validators {
				var resp validator.StringResponse
				v.ValidateString(ctx, validator.StringRequest{Path: at, PathExpression: at.Expression(), Config: config, ConfigValue: value}, &resp)
				diags.Append(resp.Diagnostics...)
			}
		case schema.BoolAttribute:
			value := knownValue[types.Bool](ctx, config, at, &diags)
			for _, v := range a.Validators {
				var resp validator.BoolResponse
				v.ValidateBool(ctx, validator.BoolRequest{Path: at, PathExpression: at.Expression(), Config: config, ConfigValue: value}, &resp)
				diags.Append(resp.Diagnostics...)
			}
		case schema.SetAttribute:
			value := knownValue[types.Set](ctx, config, at, &diags)
			for _, v := range a.Validators {
				var resp validator.SetResponse
				v.ValidateSet(ctx, validator.SetRequest{Path: at, PathExpression: at.Expression(), Config: config, ConfigValue: value}, &resp)
				diags.Append(resp.Diagnostics...)
			}
		case schema.ListAttribute:
			value := knownValue[types.List](ctx, config, at, &diags)
			for _, v := range a.Validators {
				var resp validator.ListResponse
				v.ValidateList(ctx, validator.ListRequest{Path: at, PathExpression: at.Expression(), Config: config, ConfigValue: value}, &resp)
				diags.Append(resp.Diagnostics...)
			}
		}
	}
	return diags
}

// knownValue returns the value of an attribute.
func knownValue[V attr.Value](ctx context.Context, config tfsdk.Config, at path.Path, diags *diag.Diagnostics) V {
	var value V
	diags.Append(config.GetAttribute(ctx, at, &value)...)
	return value
}
