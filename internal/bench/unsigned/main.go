// Command unsigned serves the smallest framework provider that reads a URL: no signature, no retry, no checks. Benchmarks
// compare the provider with it, in place of hashicorp/http, which is not available as a Go module.
package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

func main() {
	// Served as the provider is, by protocol 6 alone, so that both programs have the same parts.
	err := tf6server.Serve("example.com/bench/unsigned", providerserver.NewProtocol6(new(unsigned)))
	if err != nil {
		log.Fatal(err)
	}
}

// unsigned is the provider. It has no settings.
type unsigned struct{}

// Metadata implements provider.Provider.
func (unsigned) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "unsigned"
}

// Schema implements provider.Provider.
func (unsigned) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

// Configure implements provider.Provider.
func (unsigned) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

// DataSources implements provider.Provider.
func (unsigned) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return new(response) }}
}

// Resources implements provider.Provider.
func (unsigned) Resources(context.Context) []func() resource.Resource { return nil }

// response is the data source unsigned_response.
type response struct{}

type responseModel struct {
	ID         types.String `tfsdk:"id"`
	URL        types.String `tfsdk:"url"`
	StatusCode types.Int64  `tfsdk:"status_code"`
	Headers    types.Map    `tfsdk:"response_headers"`
	Body       types.String `tfsdk:"response_body"`
}

// Metadata implements datasource.DataSource.
func (response) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_response"
}

// Schema implements datasource.DataSource.
func (response) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id":               schema.StringAttribute{Computed: true},
		"url":              schema.StringAttribute{Required: true},
		"status_code":      schema.Int64Attribute{Computed: true},
		"response_headers": schema.MapAttribute{Computed: true, ElementType: types.StringType},
		"response_body":    schema.StringAttribute{Computed: true},
	}}
}

// Read implements datasource.DataSource. As in hashicorp/http, each read has its own transport.
func (response) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var model responseModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &model)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if err := model.get(ctx); err != nil {
		resp.Diagnostics.AddError("Reading the URL failed", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &model)...)
}

func (m *responseModel) get(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, m.URL.ValueString(), nil)
	if err != nil {
		return err
	}
	transport := &http.Transport{Proxy: http.ProxyFromEnvironment}
	defer transport.CloseIdleConnections()
	client := &http.Client{Transport: transport, Timeout: time.Minute}
	got, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = got.Body.Close() }()
	body, err := io.ReadAll(got.Body)
	if err != nil {
		return err
	}
	headers := make(map[string]string, len(got.Header))
	for name := range got.Header {
		headers[name] = got.Header.Get(name)
	}
	m.ID, m.StatusCode, m.Body = m.URL, types.Int64Value(int64(got.StatusCode)), types.StringValue(string(body))
	value, diags := types.MapValueFrom(ctx, types.StringType, headers)
	if diags.HasError() {
		return io.ErrUnexpectedEOF
	}
	m.Headers = value
	return nil
}
