package provider

import (
	"context"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

var (
	_ provider.Provider                       = &ackupgradeProvider{}
	_ provider.ProviderWithEphemeralResources = &ackupgradeProvider{}
	_ provider.ProviderWithActions            = &ackupgradeProvider{}
)

// ackupgradeProvider is the provider, made by New.
type ackupgradeProvider struct {
	version string
	machine Machine
}

// Machine is what the provider knows of the machine that it runs on.
type Machine struct {
	// Getenv looks an environment variable up, as os.Getenv does.
	Getenv func(string) string
	// Home is the user's home folder; empty means that there is none.
	Home string
	// Running ends when all reads must end, regardless of their own contexts. Nil never ends.
	Running context.Context
	// Transport makes the transport for one endpoint. Nil means ack.NewTransport.
	Transport func(connectTimeout, readTimeout time.Duration) http.RoundTripper
}

// New returns a factory for the provider. The version is the release's, and goes into the user agent.
func New(version string, machine Machine) func() provider.Provider {
	return func() provider.Provider {
		return &ackupgradeProvider{version: version, machine: machine}
	}
}

// Metadata implements provider.Provider.
func (p *ackupgradeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ackupgrade"
	resp.Version = p.version
}

// Schema implements provider.Provider.
func (p *ackupgradeProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerSchema()
}

// Configure implements provider.Provider. It makes no request, so that a provider block that nothing uses costs nothing.
func (p *ackupgradeProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := resolveSettings(ctx, model, p.machine)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if settings.trace != nil { // Not while part of what decides is unknown.
		tflog.Debug(ctx, "Resolved credentials", map[string]any{"trace": settings.trace.String()})
	}
	settings.userAgent = userAgent(p.version, settings.configurationSource)
	c := newConnections(settings)
	c.running = p.machine.Running
	resp.DataSourceData, resp.EphemeralResourceData, resp.ResourceData, resp.ActionData = c, c, c, c
}

// DataSources implements provider.Provider.
func (p *ackupgradeProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newStatusDataSource, newStatusesDataSource, newTasksDataSource, newTaskDataSource, newClustersDataSource, newPlansDataSource,
	}
}

// EphemeralResources implements provider.ProviderWithEphemeralResources.
func (p *ackupgradeProvider) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{newStatusEphemeralResource, newStatusesEphemeralResource}
}

// Resources implements provider.Provider. The one resource waits: the provider never changes a cluster.
func (p *ackupgradeProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{newWaitResource}
}

// Actions implements provider.ProviderWithActions.
func (p *ackupgradeProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newWaitAction}
}
