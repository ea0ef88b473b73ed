package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// record names the environment variable that says which file to add a line to for each change, such as
// "create workers in cn-hangzhou".
const record = "GUARDED_RECORD"

// thing is guarded_thing: a change of its name is an update, one of its kind a replacement.
type thing struct {
	region types.String
}

type thingModel struct {
	Name types.String `tfsdk:"name"`
	Kind types.String `tfsdk:"kind"`
}

// Metadata implements resource.Resource.
func (t *thing) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_thing"
}

// Schema implements resource.Resource.
func (t *thing) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"name": schema.StringAttribute{Required: true},
		"kind": schema.StringAttribute{Optional: true, PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()}},
	}}
}

// Configure implements resource.ResourceWithConfigure.
func (t *thing) Configure(_ context.Context, req resource.ConfigureRequest, _ *resource.ConfigureResponse) {
	if region, ok := req.ProviderData.(types.String); ok {
		t.region = region
	}
}

// Create implements resource.Resource.
func (t *thing) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var model thingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	if err := t.note("create", model); err != nil {
		resp.Diagnostics.AddError("The change cannot be recorded", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// Read implements resource.Resource: whatever was written is still there.
func (t *thing) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource.
func (t *thing) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var model thingModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &model)...)
	if err := t.note("update", model); err != nil {
		resp.Diagnostics.AddError("The change cannot be recorded", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

// Delete implements resource.Resource.
func (t *thing) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var model thingModel
	resp.Diagnostics.Append(req.State.Get(ctx, &model)...)
	if err := t.note("delete", model); err != nil {
		resp.Diagnostics.AddError("The change cannot be recorded", err.Error())
	}
}

// note adds a line to the record.
func (t *thing) note(what string, model thingModel) error {
	file, err := os.OpenFile(os.Getenv(record), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600) //nolint:gosec // The test says where.
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(file, "%s %s in %s\n", what, model.Name.ValueString(), nameOf(t.region))
	return errors.Join(err, file.Close())
}
