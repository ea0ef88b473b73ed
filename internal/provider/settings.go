package provider

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
)

const (
	defaultRegion = "cn-beijing" // alicloud's default too.

	protocolHTTP  = "HTTP"
	protocolHTTPS = "HTTPS"

	defaultTimeoutMilliseconds = 60_000
	maxTimeoutMilliseconds     = 3_600_000
)

// The provider's settings, with the environment variables that alicloud reads for them, in its order.
var (
	settingAccessKey           = credentials.AccessKey
	settingSecretKey           = credentials.SecretKey
	settingSecurityToken       = credentials.SecurityToken
	settingRegion              = credentials.Setting{Attribute: "region", Variables: []string{"ALICLOUD_REGION", "ALIBABA_CLOUD_REGION"}}
	settingProtocol            = credentials.Setting{Attribute: "protocol"}
	settingReadTimeout         = credentials.Setting{Attribute: "client_read_timeout", Variables: []string{"CLIENT_READ_TIMEOUT"}}
	settingConnectTimeout      = credentials.Setting{Attribute: "client_connect_timeout", Variables: []string{"CLIENT_CONNECT_TIMEOUT"}}
	settingConfigurationSource = credentials.Setting{Attribute: "configuration_source", Variables: []string{"TF_APPEND_USER_AGENT"}}
	settingEndpointCS          = credentials.Setting{Attribute: "endpoints.cs", Variables: []string{"ALIBABA_CLOUD_ENDPOINT_CS", "CS_ENDPOINT"}}
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
	credentials         credentials.Source
	region              credentials.Value
	endpoint            credentials.Value // nothing, unless the public endpoint is overridden
	protocol            string
	readTimeout         time.Duration
	connectTimeout      time.Duration
	configurationSource string
	userAgent           string

	// unknown names the attributes whose value is known only after apply. Configuring goes on without them; a read that
	// needs one says so.
	unknown []string
}

// resolveSettings takes each setting from its attribute or the environment. Bad values are errors on the attribute.
func resolveSettings(ctx context.Context, model providerModel, getenv func(string) string) (settings, diag.Diagnostics) {
	r := &resolver{getenv: getenv}
	cs := r.endpointCS(ctx, model.Endpoints)
	s := settings{
		region:              r.text(settingRegion, model.Region, path.Root("region"), checkRegion),
		endpoint:            r.text(settingEndpointCS, cs, path.Root("endpoints").AtListIndex(0).AtName("cs"), checkEndpoint),
		protocol:            r.text(settingProtocol, model.Protocol, path.Root("protocol"), nil).Text,
		readTimeout:         r.milliseconds(settingReadTimeout, model.ClientReadTimeout),
		connectTimeout:      r.milliseconds(settingConnectTimeout, model.ClientConnectTimeout),
		configurationSource: r.text(settingConfigurationSource, model.ConfigurationSource, path.Root("configuration_source"), checkConfigurationSource).Text,
	}
	if !s.region.IsSet() {
		s.region = credentials.Value{Text: defaultRegion, From: "the default, because neither " + settingRegion.Places() + " is set"}
	}
	if s.protocol == "" {
		s.protocol = protocolHTTPS
	}
	s.credentials = r.credentials(model)
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
func (r *resolver) text(s credentials.Setting, attribute types.String, at path.Path, check func(string) string) credentials.Value {
	if r.isUnknown(s, attribute) {
		return credentials.Value{}
	}
	value := s.Lookup(attribute.ValueStringPointer(), r.getenv)
	if check != nil && value.IsSet() && attribute.IsNull() {
		if complaint := check(value.Text); complaint != "" {
			r.diags.AddAttributeError(at, "Malformed "+s.Attribute,
				fmt.Sprintf("The value %q of %s %s.", value.Text, value.From, complaint))
		}
	}
	return value
}

func (r *resolver) milliseconds(s credentials.Setting, attribute types.Int64) time.Duration {
	if r.isUnknown(s, attribute) {
		return 0
	}
	milliseconds := attribute.ValueInt64()
	if attribute.IsNull() {
		milliseconds = defaultTimeoutMilliseconds
		if value := s.Lookup(nil, r.getenv); value.IsSet() {
			var err error
			milliseconds, err = strconv.ParseInt(value.Text, 10, 64)
			if err != nil || milliseconds < 1 || milliseconds > maxTimeoutMilliseconds {
				r.diags.AddAttributeError(path.Root(s.Attribute), "Malformed "+s.Attribute, fmt.Sprintf(
					"The value %q of %s must be a number of milliseconds from 1 to %d.", value.Text, value.From, maxTimeoutMilliseconds))
			}
		}
	}
	return time.Duration(milliseconds) * time.Millisecond
}

// endpointCS digs the attribute cs out of the block endpoints.
func (r *resolver) endpointCS(ctx context.Context, block types.List) types.String {
	switch {
	case block.IsUnknown():
		return types.StringUnknown()
	case block.IsNull():
		return types.StringNull()
	}
	var endpoints []endpointsModel
	r.diags.Append(block.ElementsAs(ctx, &endpoints, false)...)
	if len(endpoints) == 0 {
		return types.StringNull()
	}
	return endpoints[0].CS
}

// credentials decides where credentials come from, unless part of that is not known yet.
func (r *resolver) credentials(model providerModel) credentials.Source {
	known := true
	for _, a := range []struct {
		setting   credentials.Setting
		attribute types.String
	}{{settingAccessKey, model.AccessKey}, {settingSecretKey, model.SecretKey}, {settingSecurityToken, model.SecurityToken}} {
		known = !r.isUnknown(a.setting, a.attribute) && known
	}
	if !known {
		return nil
	}
	source, err := credentials.Resolve(credentials.Input{
		AccessKey:     model.AccessKey.ValueStringPointer(),
		SecretKey:     model.SecretKey.ValueStringPointer(),
		SecurityToken: model.SecurityToken.ValueStringPointer(),
		Getenv:        r.getenv,
	})
	if err != nil {
		r.diags.Append(credentialsDiagnostic(err))
	}
	return source
}

func (r *resolver) isUnknown(s credentials.Setting, value attr.Value) bool {
	if value.IsUnknown() {
		r.unknown = append(r.unknown, s.Attribute)
	}
	return value.IsUnknown()
}

// unknownFor returns the first setting that a read needs and that is not known yet, or nothing. A cluster with a region of
// its own does not need the provider's.
func (s settings) unknownFor(hasRegion bool) string {
	for _, name := range s.unknown {
		if name != settingRegion.Attribute || !hasRegion {
			return name
		}
	}
	return ""
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
