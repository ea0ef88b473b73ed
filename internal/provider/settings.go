package provider

import (
	"context"
	"fmt"
	"net/http"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

const (
	protocolHTTP  = "HTTP"
	protocolHTTPS = "HTTPS"

	defaultTimeoutMilliseconds = 60_000
	maxTimeoutMilliseconds     = 3_600_000

	defaultRetryTimeout = 30 * time.Second
	maxRetrySeconds     = 86_400
)

// The settings that are not about credentials, with the environment variables that alicloud reads for them, in its order.
var (
	settingProtocol            = credentials.Setting{Attribute: "protocol"}
	settingReadTimeout         = credentials.Setting{Attribute: "client_read_timeout", Variables: []string{"CLIENT_READ_TIMEOUT"}}
	settingConnectTimeout      = credentials.Setting{Attribute: "client_connect_timeout", Variables: []string{"CLIENT_CONNECT_TIMEOUT"}}
	settingMaxRetryTimeout     = credentials.Setting{Attribute: "max_retry_timeout", Variables: []string{"MAX_RETRY_TIMEOUT"}}
	settingConfigurationSource = credentials.Setting{Attribute: "configuration_source", Variables: []string{"TF_APPEND_USER_AGENT"}}
	settingSourceIP            = credentials.Setting{Attribute: "source_ip", Variables: []string{"ALICLOUD_SOURCE_IP", "ALIBABA_CLOUD_SOURCE_IP"}}
	settingSecureTransport     = credentials.Setting{
		Attribute: "secure_transport", Variables: []string{
			"ALICLOUD_SECURE_TRANSPORT", "ALIBABA_CLOUD_SECURE_TRANSPORT", "ALICLOUD_SECURITY_TRANSPORT", "ALIBABA_CLOUD_SECURITY_TRANSPORT",
		},
	}
	settingEndpointCS = credentials.Setting{Attribute: "endpoints.cs", Variables: []string{"ALIBABA_CLOUD_ENDPOINT_CS", "CS_ENDPOINT"}}
)

// environment is the part of an attribute's description that names its variables.
func environment(s credentials.Setting) string {
	names := make([]string, len(s.Variables))
	for i, name := range s.Variables {
		names[i] = "`" + name + "`"
	}
	return "Environment: " + strings.Join(names, ", ") + "."
}

// settings is the provider's configuration, resolved.
type settings struct {
	credentials         acs3.Source
	signedWith          string // the credentials in words
	trace               credentials.Trace
	region              credentials.Value
	endpoint            credentials.Value // nothing, unless the public endpoint is overridden
	protocol            string
	readTimeout         time.Duration
	connectTimeout      time.Duration
	retryTimeout        time.Duration
	configurationSource string
	sourceIP            string
	secureTransport     string
	userAgent           string
	transport           func(connectTimeout, readTimeout time.Duration) http.RoundTripper
	getenv              func(string) string

	// unknown names the attributes whose value is known only after apply. Configure ignores them; a read that needs one fails with
	// its name.
	unknown []string
	// regionForCredentials is set if credentials come from the region of the provider, independent of the region of the cluster.
	regionForCredentials bool
}

// resolveSettings takes each setting from its attribute, the environment or the profile. Bad values are errors on the
// attribute.
func resolveSettings(ctx context.Context, model providerModel, machine Machine) (settings, diag.Diagnostics) {
	r := &resolver{getenv: machine.Getenv}
	endpoints := endpointsModel{CS: types.StringNull(), STS: types.StringNull()}
	if !block(ctx, r, model.Endpoints, &endpoints) {
		endpoints = endpointsModel{CS: types.StringUnknown(), STS: types.StringUnknown()}
	}
	s := settings{
		getenv:              machine.Getenv,
		transport:           machine.Transport,
		endpoint:            r.text(settingEndpointCS, endpoints.CS, endpoint.Check),
		protocol:            r.text(settingProtocol, model.Protocol, nil).Text,
		readTimeout:         r.number(settingReadTimeout, model.ClientReadTimeout, time.Millisecond, 1, maxTimeoutMilliseconds, defaultTimeoutMilliseconds),
		connectTimeout:      r.number(settingConnectTimeout, model.ClientConnectTimeout, time.Millisecond, 1, maxTimeoutMilliseconds, defaultTimeoutMilliseconds),
		retryTimeout:        r.number(settingMaxRetryTimeout, model.MaxRetryTimeout, time.Second, 1, maxRetrySeconds, int64(defaultRetryTimeout/time.Second)),
		configurationSource: r.configurationSource(model.ConfigurationSource),
		sourceIP:            r.text(settingSourceIP, model.SourceIP, checkSourceIP).Text,
		secureTransport:     r.secureTransport(model.SecureTransport, model.SecurityTransport),
	}
	if s.transport == nil {
		s.transport = func(connect, read time.Duration) http.RoundTripper { return ack.NewTransport(connect, read) }
	}
	if s.protocol == "" {
		s.protocol = protocolHTTPS
	}
	r.credentials(ctx, &s, model, endpoints.STS, machine.Home)
	s.unknown = r.unknown
	return s, r.diags
}

// resolver collects what goes wrong, and what is not known yet, over all settings.
type resolver struct {
	getenv  func(string) string
	unknown []string
	diags   diag.Diagnostics
}

// text resolves one setting. A value from the configuration has been checked by the schema's validators; one from the
// environment is checked here, by the same rule.
func (r *resolver) text(s credentials.Setting, attribute types.String, check func(string) string) credentials.Value {
	if r.isUnknown(s, attribute) {
		return credentials.Value{}
	}
	value := s.Lookup(attribute.ValueStringPointer(), r.getenv)
	if value.IsSet() && attribute.IsNull() {
		r.check(s, value, check)
	}
	return value
}

// check reports an invalid value at its attribute, also if it is from an environment variable.
func (r *resolver) check(s credentials.Setting, value credentials.Value, check func(string) string) {
	if check == nil {
		return
	}
	if complaint := check(value.Text); value.IsSet() && complaint != "" {
		r.diags.AddAttributeError(attributePath(s.Attribute), summary.Malformed(s.Attribute),
			fmt.Sprintf("The value %q of %s %s.", redact.Address(value.Text), value.From, complaint))
	}
}

// number resolves a setting in units of time. 0 means the default, in the attribute and in the environment.
func (r *resolver) number(s credentials.Setting, attribute types.Int64, unit time.Duration, least, most, byDefault int64) time.Duration {
	if r.isUnknown(s, attribute) {
		return 0
	}
	n := attribute.ValueInt64()
	if value := s.Lookup(nil, r.getenv); attribute.IsNull() && value.IsSet() {
		var err error
		if n, err = strconv.ParseInt(value.Text, 10, 64); err != nil || n != 0 && (n < least || n > most) {
			what := map[time.Duration]string{time.Millisecond: "milliseconds", time.Second: "seconds"}[unit]
			r.diags.AddAttributeError(attributePath(s.Attribute), summary.Malformed(s.Attribute), fmt.Sprintf(
				"The value %q of %s must be a number of %s from %d to %d, or 0 for the default.", value.Text, value.From, what, least, most))
		}
	}
	if n == 0 {
		n = byDefault
	}
	return time.Duration(n) * unit
}

// configurationSource is the attribute and the variable: a variable that a pipeline sets for all of its runs counts beside
// what a configuration says of itself, as in other providers. An empty attribute keeps the variable out.
func (r *resolver) configurationSource(attribute types.String) string {
	value := r.text(settingConfigurationSource, attribute, checkConfigurationSource)
	if !value.IsSet() || attribute.IsNull() {
		return value.Text
	}
	return strings.TrimSpace(value.Text + " " + r.text(settingConfigurationSource, types.StringNull(), checkConfigurationSource).Text)
}

// secureTransport is the attribute secure_transport, or the one of the older name, security_transport, where that gives none.
func (r *resolver) secureTransport(attribute, older types.String) string {
	setting := settingSecureTransport
	if !attribute.IsUnknown() && strings.TrimSpace(attribute.ValueString()) == "" && !older.IsNull() {
		setting.Attribute, attribute = "security_transport", older
	}
	return r.text(setting, attribute, checkSecureTransport).Text
}

func (r *resolver) isUnknown(s credentials.Setting, value attr.Value) bool {
	if value.IsUnknown() {
		r.unknown = append(r.unknown, s.Attribute)
	}
	return value.IsUnknown()
}

// block decodes the one block of a list into its model, if there is one. It reports false when the block is not known yet.
func block[T any](ctx context.Context, r *resolver, list types.List, model *T) bool {
	if list.IsUnknown() {
		return false
	}
	if list.IsNull() {
		return true
	}
	var blocks []T
	r.diags.Append(list.ElementsAs(ctx, &blocks, false)...)
	if len(blocks) > 0 {
		*model = blocks[0]
	}
	return true
}

// attributePath is the path of an attribute by its name, "endpoints.cs" for one in a block.
func attributePath(name string) path.Path {
	if block, attribute, ok := strings.Cut(name, "."); ok {
		return path.Root(block).AtListIndex(0).AtName(attribute)
	}
	return path.Root(name)
}

// unknownFor returns the first setting that a read needs and that is not known yet, or nothing. A cluster with a region of
// its own does not need the provider's, unless a role is assumed there.
func (s settings) unknownFor(hasRegion bool) string {
	for _, name := range s.unknown {
		if name != credentials.Region.Attribute || !hasRegion || s.regionForCredentials {
			return name
		}
	}
	return ""
}

// known returns an attribute as the packages below take it: nil when it is null, and when it is not known yet.
func known(attribute types.String) *string {
	if attribute.IsUnknown() {
		return nil
	}
	return attribute.ValueStringPointer()
}

// userAgent names the provider's release and what the configuration wants to be known by. Terraform and OpenTofu are not
// named: OpenTofu introduces itself to providers as a version of Terraform.
func userAgent(version, configurationSource string) string {
	agent := fmt.Sprintf("terraform-provider-ackupgrade/%s (%s; %s) %s", version, runtime.GOOS, runtime.GOARCH, runtime.Version())
	if configurationSource != "" {
		agent += " " + configurationSource
	}
	return agent
}
