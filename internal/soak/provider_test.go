package soak

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/provider"
)

// plugin is the provider, driven by the calls that a CLI makes.
type plugin struct {
	server tfprotov6.ProviderServer
	schema *tfprotov6.GetProviderSchemaResponse
}

// block holds the attributes of a block that are set.
type block map[string]any

// start serves and configures a provider that trusts a simulator's certificate, nil for none, and optionally uses HTTP/2 over TLS.
func start(ctx context.Context, certificate []byte, http2 bool, configuration block) (*plugin, error) {
	machine := provider.Machine{
		Getenv: func(string) string { return "" },
		Transport: func(connectTimeout, readTimeout time.Duration) http.RoundTripper {
			t := ack.NewTransport(connectTimeout, readTimeout)
			t.ForceAttemptHTTP2 = http2
			if certificate != nil {
				roots := x509.NewCertPool()
				roots.AppendCertsFromPEM(certificate)
				t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
			}
			return t
		},
	}
	return startOn(ctx, machine, configuration)
}

// startOn does the same on a machine.
func startOn(ctx context.Context, machine provider.Machine, configuration block) (*plugin, error) {
	p := &plugin{server: providerserver.NewProtocol6(provider.New("soak", machine)())()}
	var err error
	if p.schema, err = p.server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		return nil, err
	}
	config, err := encode(p.schema.Provider, configuration)
	if err != nil {
		return nil, err
	}
	response, err := p.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: "1.13.0", Config: config})
	if err != nil {
		return nil, err
	}
	return p, failure(response.Diagnostics)
}

// read reads a data source, and returns its attributes.
func (p *plugin) read(ctx context.Context, name string, arguments block) (map[string]tftypes.Value, error) {
	schema := p.schema.DataSourceSchemas[name]
	config, err := encode(schema, arguments)
	if err != nil {
		return nil, err
	}
	response, err := p.server.ReadDataSource(ctx, &tfprotov6.ReadDataSourceRequest{TypeName: name, Config: config})
	if err != nil {
		return nil, err
	}
	return decode(schema, response.State, response.Diagnostics)
}

// open opens an ephemeral resource, and returns its attributes.
func (p *plugin) open(ctx context.Context, name string, arguments block) (map[string]tftypes.Value, error) {
	schema := p.schema.EphemeralResourceSchemas[name]
	config, err := encode(schema, arguments)
	if err != nil {
		return nil, err
	}
	response, err := p.server.OpenEphemeralResource(ctx, &tfprotov6.OpenEphemeralResourceRequest{TypeName: name, Config: config})
	if err != nil {
		return nil, err
	}
	return decode(schema, response.Result, response.Diagnostics)
}

// encode writes a block as the CLI sends it: all that is not set is null.
func encode(schema *tfprotov6.Schema, attributes block) (*tfprotov6.DynamicValue, error) {
	whole := schema.ValueType()
	value, err := valueOf(whole, attributes)
	if err != nil {
		return nil, err
	}
	encoded, err := tfprotov6.NewDynamicValue(whole, value)
	return &encoded, err
}

// valueOf makes a value of a type out of a string, a bool, a number, a block, or a list of some of them.
func valueOf(of tftypes.Type, value any) (tftypes.Value, error) {
	object, isObject := of.(tftypes.Object)
	if attributes, ok := value.(block); ok && isObject {
		values := make(map[string]tftypes.Value)
		for name, of := range object.AttributeTypes {
			var err error
			if values[name], err = valueOf(of, attributes[name]); err != nil {
				return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
			}
		}
		return tftypes.NewValue(of, values), nil
	}
	var elements []any
	switch value := value.(type) {
	case []block:
		for _, element := range value {
			elements = append(elements, element)
		}
	case []string:
		for _, element := range value {
			elements = append(elements, element)
		}
	default:
		if err := tftypes.ValidateValue(of, value); err != nil {
			return tftypes.Value{}, err
		}
		return tftypes.NewValue(of, value), nil
	}
	element := tftypes.Type(tftypes.String)
	switch of := of.(type) {
	case tftypes.List:
		element = of.ElementType
	case tftypes.Set:
		element = of.ElementType
	}
	var values []tftypes.Value
	for _, one := range elements {
		v, err := valueOf(element, one)
		if err != nil {
			return tftypes.Value{}, err
		}
		values = append(values, v)
	}
	return tftypes.NewValue(of, values), nil
}

// decode returns the attributes of a response, or its errors.
func decode(schema *tfprotov6.Schema, value *tfprotov6.DynamicValue, diagnostics []*tfprotov6.Diagnostic) (map[string]tftypes.Value, error) {
	if err := failure(diagnostics); err != nil {
		return nil, err
	}
	decoded, err := value.Unmarshal(schema.ValueType())
	if err != nil {
		return nil, err
	}
	var attributes map[string]tftypes.Value
	return attributes, decoded.As(&attributes)
}

// failure returns the errors among diagnostics as one whose lines are their summaries, or nil.
func failure(diagnostics []*tfprotov6.Diagnostic) error {
	var summaries []string
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			summaries = append(summaries, d.Summary)
		}
	}
	if summaries == nil {
		return nil
	}
	return &failed{summaries, diagnostics}
}

// failed is a call that ended in errors.
type failed struct {
	summaries   []string
	diagnostics []*tfprotov6.Diagnostic
}

func (f *failed) Error() string {
	var b strings.Builder
	for _, d := range f.diagnostics {
		fmt.Fprintf(&b, "%s\n%s\n", d.Summary, d.Detail)
	}
	return b.String()
}

// summaries returns the summaries of the errors that a call ended in.
func summaries(err error) []string {
	if f := (*failed)(nil); errors.As(err, &f) {
		return f.summaries
	}
	return []string{err.Error()}
}
