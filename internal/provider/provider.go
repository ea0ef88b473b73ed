// Package provider is Terraform's side of ackupgrade: schemas, checks at plan time, models and diagnostics. What it asks
// of the network, it asks package ack for.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ackupgradeProvider is the provider, made by New.
type ackupgradeProvider struct {
	version string
	getenv  func(string) string
}

// New returns a factory for the provider. The version is the release's, and goes into the user agent; getenv looks the
// environment up, as os.Getenv does.
func New(version string, getenv func(string) string) func() provider.Provider {
	return func() provider.Provider {
		return &ackupgradeProvider{version: version, getenv: getenv}
	}
}

// Metadata implements provider.Provider.
func (p *ackupgradeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "ackupgrade"
	resp.Version = p.version
}

// providerModel is the provider block.
type providerModel struct {
	AccessKey            types.String `tfsdk:"access_key"`
	SecretKey            types.String `tfsdk:"secret_key"`
	SecurityToken        types.String `tfsdk:"security_token"`
	Region               types.String `tfsdk:"region"`
	Protocol             types.String `tfsdk:"protocol"`
	ClientReadTimeout    types.Int64  `tfsdk:"client_read_timeout"`
	ClientConnectTimeout types.Int64  `tfsdk:"client_connect_timeout"`
	ConfigurationSource  types.String `tfsdk:"configuration_source"`
	Endpoints            types.List   `tfsdk:"endpoints"` // Not a slice: a dynamic block makes the whole block unknown.
}

// endpointsModel is the block endpoints.
type endpointsModel struct {
	CS types.String `tfsdk:"cs"`
}

// Schema implements provider.Provider.
func (p *ackupgradeProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sees, waits for and gates on upgrades of Alibaba Cloud ACK (Container Service for Kubernetes) clusters. " +
			"Every setting has the name, the environment variables and the precedence that it has in the official `alicloud` provider: " +
			"the attribute when it is set, else the first of its environment variables that is not empty.",
		Attributes: map[string]schema.Attribute{
			"access_key": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The access key id. " + environment(settingAccessKey),
			},
			"secret_key": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The secret of the access key. It signs requests and is never sent. " + environment(settingSecretKey),
			},
			"security_token": schema.StringAttribute{
				Optional:            true,
				Sensitive:           true,
				MarkdownDescription: "The security token of temporary (STS) credentials. Default: none. " + environment(settingSecurityToken),
			},
			"region": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "The id of the region to ask, such as `cn-hangzhou`, for every cluster that names no region of its own. " +
					"Default: `" + defaultRegion + "`. " + environment(settingRegion),
				Validators: []validator.String{regionValidator()},
			},
			"protocol": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "How to talk to the API: `HTTPS`, or `HTTP` for an endpoint that speaks nothing else, such as a simulator. " +
					"Default: `HTTPS`.",
				Validators: []validator.String{stringvalidator.OneOf(protocolHTTPS, protocolHTTP)},
			},
			"client_read_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How long one request may wait for its answer, in milliseconds, 1 to 3600000. Default: `60000`. " +
					environment(settingReadTimeout),
				Validators: []validator.Int64{int64validator.Between(1, maxTimeoutMilliseconds)},
			},
			"client_connect_timeout": schema.Int64Attribute{
				Optional: true,
				MarkdownDescription: "How long connecting may take, in milliseconds, 1 to 3600000. Default: `60000`. " +
					environment(settingConnectTimeout),
				Validators: []validator.Int64{int64validator.Between(1, maxTimeoutMilliseconds)},
			},
			"configuration_source": schema.StringAttribute{
				Optional: true,
				MarkdownDescription: "A note that is appended to the user agent of every request, to tell configurations or modules apart in " +
					"the cloud's audit log; at most 1024 printable ASCII characters. Default: none. " + environment(settingConfigurationSource),
				Validators: []validator.String{configurationSourceValidator()},
			},
		},
		Blocks: map[string]schema.Block{
			// A list block, not a set block as in alicloud: a validator's error inside a set block prints the whole block.
			"endpoints": schema.ListNestedBlock{
				MarkdownDescription: "Endpoints to use in place of the public ones. At most one block.",
				Validators:          []validator.List{listvalidator.SizeAtMost(1)},
				NestedObject: schema.NestedBlockObject{
					Attributes: map[string]schema.Attribute{
						"cs": schema.StringAttribute{
							Optional: true,
							MarkdownDescription: "The host, or host and port, of the Container Service (CS) API, without a scheme; used whatever the region is. " +
								"Set it for a VPC endpoint, or for a simulator. Default: `cs.<region>.aliyuncs.com`. " + environment(settingEndpointCS),
							Validators: []validator.String{endpointValidator()},
						},
					},
				},
			},
		},
	}
}

// Configure implements provider.Provider. It makes no request, so that a provider block that nothing uses costs nothing.
func (p *ackupgradeProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var model providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings, diags := resolveSettings(ctx, model, p.getenv)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	settings.userAgent = userAgent(p.version, settings.configurationSource)
	resp.DataSourceData = newConnections(settings)
}

// DataSources implements provider.Provider.
func (p *ackupgradeProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{newStatusDataSource}
}

// Resources implements provider.Provider. There are none: the provider never changes a cluster.
func (p *ackupgradeProvider) Resources(context.Context) []func() resource.Resource { return nil }
