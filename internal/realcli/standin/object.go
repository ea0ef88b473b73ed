package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// record names the environment variable that says which file to add a line to for each change, such as
// "create workers in cn-hangzhou". Without it, nothing is recorded.
const record = "STANDIN_RECORD"

// object is a type of object that a stand-in manages.
type object struct {
	kind       string // after the provider's name
	attributes map[string]schema.Attribute
	blocks     map[string]schema.Block
	name       path.Path // the attribute that names it in the record
	id         string    // of each; the name, if empty
}

// required, optional and replacing are attributes that the configuration sets; a change of the last replaces the object.
func required() schema.Attribute { return schema.StringAttribute{Required: true} }
func optional() schema.Attribute { return schema.StringAttribute{Optional: true} }
func replacing(mandatory bool) schema.Attribute {
	return schema.StringAttribute{
		Required: mandatory, Optional: !mandatory,
		PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
	}
}

// managed is the resource for an object, at the place that its provider is configured for.
type managed struct {
	object
	place string
}

// Metadata implements resource.Resource.
func (m *managed) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + m.kind
}

// Schema implements resource.Resource.
func (m *managed) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id": schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}},
	}, Blocks: m.blocks}
	for name, attribute := range m.attributes {
		resp.Schema.Attributes[name] = attribute
	}
}

// Configure implements resource.ResourceWithConfigure.
func (m *managed) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if place, ok := req.ProviderData.(string); ok {
		m.place = place
	}
}

// Create implements resource.Resource.
func (m *managed) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	name := m.note(ctx, "create", tfsdk.State(req.Plan), func(err error) { resp.Diagnostics.AddError("The change cannot be recorded", err.Error()) })
	if m.id != "" {
		name = m.id
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("id"), name)...)
}

// Read implements resource.Resource: every object still exists.
func (m *managed) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource.
func (m *managed) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	resp.State.Raw = req.Plan.Raw
	m.note(ctx, "update", tfsdk.State(req.Plan), func(err error) { resp.Diagnostics.AddError("The change cannot be recorded", err.Error()) })
}

// Delete implements resource.Resource.
func (m *managed) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	m.note(ctx, "delete", req.State, func(err error) { resp.Diagnostics.AddError("The change cannot be recorded", err.Error()) })
}

// note adds a line to the record, and returns the object's name.
func (m *managed) note(ctx context.Context, what string, state tfsdk.State, fails func(error)) string {
	var name types.String
	if diagnostics := state.GetAttribute(ctx, m.name, &name); diagnostics.HasError() {
		fails(errors.New(diagnostics[0].Detail()))
	}
	if to := os.Getenv(record); to != "" {
		file, err := os.OpenFile(to, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The test says where.
		if err == nil {
			_, err = fmt.Fprintf(file, "%s %s in %s\n", what, name.ValueString(), m.place)
			err = errors.Join(err, file.Close())
		}
		if err != nil {
			fails(err)
		}
	}
	return name.ValueString()
}
