package provider

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
)

var endpointsType = types.ObjectType{AttrTypes: map[string]attr.Type{"cs": types.StringType, "sts": types.StringType}}

func endpoints(cs types.String) types.List {
	return types.ListValueMust(endpointsType, []attr.Value{types.ObjectValueMust(endpointsType.AttrTypes, map[string]attr.Value{"cs": cs, "sts": types.StringNull()})})
}

// The variables are alicloud's, in its order. They are spelled out here a second time, because a name that is misspelt
// where it is declared is misspelt wherever it is used.
func TestSettingsHaveAlicloudsVariables(t *testing.T) {
	want := map[string]string{
		"access_key":              "ALICLOUD_ACCESS_KEY ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABACLOUD_ACCESS_KEY_ID",
		"secret_key":              "ALICLOUD_SECRET_KEY ALIBABA_CLOUD_ACCESS_KEY_SECRET ALIBABACLOUD_ACCESS_KEY_SECRET",
		"security_token":          "ALICLOUD_SECURITY_TOKEN ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN",
		"region":                  "ALICLOUD_REGION ALIBABA_CLOUD_REGION",
		"ecs_role_name":           "ALICLOUD_ECS_ROLE_NAME ALIBABA_CLOUD_ECS_METADATA",
		"profile":                 "ALICLOUD_PROFILE ALIBABA_CLOUD_PROFILE",
		"shared_credentials_file": "ALICLOUD_SHARED_CREDENTIALS_FILE ALIBABA_CLOUD_CREDENTIALS_FILE",
		"credentials_uri":         "ALICLOUD_CREDENTIALS_URI ALIBABA_CLOUD_CREDENTIALS_URI",
		"configuration_source":    "TF_APPEND_USER_AGENT",
		"client_read_timeout":     "CLIENT_READ_TIMEOUT",
		"client_connect_timeout":  "CLIENT_CONNECT_TIMEOUT",
		"max_retry_timeout":       "MAX_RETRY_TIMEOUT",
		"source_ip":               "ALICLOUD_SOURCE_IP ALIBABA_CLOUD_SOURCE_IP",
		"secure_transport":        "ALICLOUD_SECURE_TRANSPORT ALIBABA_CLOUD_SECURE_TRANSPORT",
		"endpoints.cs":            "ALIBABA_CLOUD_ENDPOINT_CS CS_ENDPOINT",

		"assume_role.role_arn":                    "ALICLOUD_ASSUME_ROLE_ARN ALIBABA_CLOUD_ROLE_ARN",
		"assume_role.session_name":                "ALICLOUD_ASSUME_ROLE_SESSION_NAME ALIBABA_CLOUD_ROLE_SESSION_NAME",
		"assume_role.session_expiration":          "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",
		"assume_role_with_oidc.oidc_provider_arn": "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
		"assume_role_with_oidc.role_arn":          "ALIBABA_CLOUD_ROLE_ARN",
		"assume_role_with_oidc.oidc_token":        "ALIBABA_CLOUD_OIDC_TOKEN",
		"assume_role_with_oidc.oidc_token_file":   "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
		"assume_role_with_oidc.role_session_name": "ALIBABA_CLOUD_ROLE_SESSION_NAME",
	}
	got := make(map[string]string)
	for _, s := range []credentials.Setting{
		credentials.AccessKey, credentials.SecretKey, credentials.SecurityToken, credentials.Region, credentials.ECSRoleName,
		credentials.Profile, credentials.File, credentials.URI, settingConfigurationSource, settingReadTimeout, settingConnectTimeout,
		settingMaxRetryTimeout, settingSourceIP, settingSecureTransport, settingEndpointCS,
		credentials.RoleARN, credentials.RoleSessionName, credentials.RoleSessionExpiration,
		credentials.OIDCProviderARN, credentials.OIDCRoleARN, credentials.OIDCToken, credentials.OIDCTokenFile, credentials.OIDCSessionName,
	} {
		got[s.Attribute] = strings.Join(s.Variables, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestSecretsAreSensitive(t *testing.T) {
	s := providerSchema()
	oidc, ok := s.Blocks["assume_role_with_oidc"].(schema.ListNestedBlock)
	if !ok {
		t.Fatalf("assume_role_with_oidc is a %T", s.Blocks["assume_role_with_oidc"])
	}
	for name, attribute := range map[string]schema.Attribute{
		"secret_key":     s.Attributes["secret_key"],
		"security_token": s.Attributes["security_token"],
		"oidc_token":     oidc.NestedObject.Attributes["oidc_token"],
	} {
		if !attribute.IsSensitive() {
			t.Errorf("%s is shown in plans", name)
		}
	}
}

// Each value of these settings, from nothing up: the default, each variable above the one after it, the attribute.
func TestSettingsPrecedence(t *testing.T) {
	region := func(s settings) string { return s.region.Text }
	for _, test := range []struct {
		setting   credentials.Setting
		get       func(settings) string
		byDefault string
		attribute func(*providerModel, string)
		values    []string // for the attribute, then for each variable in its order
	}{
		{
			credentials.Region, region, "cn-beijing",
			func(m *providerModel, v string) { m.Region = types.StringValue(v) },
			[]string{"cn-attribute", "cn-first", "cn-second"},
		},
		{
			settingEndpointCS, func(s settings) string { return s.endpoint.Text }, "",
			func(m *providerModel, v string) { m.Endpoints = endpoints(types.StringValue(v)) },
			[]string{"attribute:1", "first:1", "second:1"},
		},
		{
			settingReadTimeout, func(s settings) string { return s.readTimeout.String() }, "1m0s",
			func(m *providerModel, _ string) { m.ClientReadTimeout = types.Int64Value(5000) },
			[]string{"5s", "7s"},
		},
		{
			settingConnectTimeout, func(s settings) string { return s.connectTimeout.String() }, "1m0s",
			func(m *providerModel, _ string) { m.ClientConnectTimeout = types.Int64Value(5000) },
			[]string{"5s", "7s"},
		},
		{
			settingConfigurationSource, func(s settings) string { return s.configurationSource }, "",
			func(m *providerModel, v string) { m.ConfigurationSource = types.StringValue(v) },
			[]string{"attribute", "variable"},
		},
		{
			settingProtocol, func(s settings) string { return s.protocol }, "HTTPS",
			func(m *providerModel, v string) { m.Protocol = types.StringValue(v) },
			[]string{"HTTP"},
		},
		{
			credentials.AccessKey, func(s settings) string { return signedWith(s).AccessKeyID }, "other",
			func(m *providerModel, v string) { m.AccessKey = types.StringValue(v) },
			[]string{"attribute", "first", "second", "third"},
		},
		{
			credentials.SecretKey, func(s settings) string { return signedWith(s).AccessKeySecret }, "other",
			func(m *providerModel, v string) { m.SecretKey = types.StringValue(v) },
			[]string{"attribute", "first", "second", "third"},
		},
		{
			credentials.SecurityToken, func(s settings) string { return signedWith(s).SecurityToken }, "",
			func(m *providerModel, v string) { m.SecurityToken = types.StringValue(v) },
			[]string{"attribute", "first", "second", "third"},
		},
	} {
		t.Run(test.setting.Attribute, func(t *testing.T) {
			if len(test.values) != len(test.setting.Variables)+1 {
				t.Fatalf("%d values for the attribute and %d variables", len(test.values), len(test.setting.Variables))
			}
			check := func(what, want string, model providerModel, env ...string) {
				t.Helper()
				// A key pair below all others, so that there are credentials in any case.
				env = append(env, "ALIBABACLOUD_ACCESS_KEY_ID", "other", "ALIBABACLOUD_ACCESS_KEY_SECRET", "other")
				s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ(env...)})
				if diags.HasError() {
					t.Fatalf("%s: %v", what, diags)
				}
				if got := test.get(s); got != want {
					t.Errorf("%s: got %s, want %s", what, got, want)
				}
			}
			check("nothing set", test.byDefault, providerModel{})
			var env []string
			for i := len(test.setting.Variables) - 1; i >= 0; i-- {
				text := strings.Replace(test.values[i+1], "7s", "7000", 1) // Time-outs are written in milliseconds.
				env = append([]string{test.setting.Variables[i], text}, env...)
				check(test.setting.Variables[i]+" above those after it", test.values[i+1], providerModel{}, env...)
				if i > 0 {
					check("an empty variable does not count", test.values[i+1], providerModel{}, append([]string{test.setting.Variables[i-1], ""}, env...)...)
				}
			}
			var model providerModel
			test.attribute(&model, test.values[0])
			check("the attribute above all variables", test.values[0], model, env...)
		})
	}
}

func signedWith(s settings) credentials.Credentials {
	c, err := s.credentials(context.Background())
	if err != nil {
		return credentials.Credentials{}
	}
	return c
}

func TestAnEmptyTokenAttributeKeepsTheEnvironmentOut(t *testing.T) {
	model := providerModel{SecurityToken: types.StringValue("")}
	s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ("ALICLOUD_ACCESS_KEY", "a", "ALICLOUD_SECRET_KEY", "b", "ALICLOUD_SECURITY_TOKEN", "c")})
	if diags.HasError() || signedWith(s).SecurityToken != "" || signedWith(s).ProviderName != "static_ak" {
		t.Errorf("got %+v, %v", signedWith(s), diags)
	}
}

func TestUnknownSettingsAreNamed(t *testing.T) {
	s, diags := resolveSettings(t.Context(), providerModel{
		AccessKey:            types.StringUnknown(),
		SecretKey:            types.StringUnknown(),
		SecurityToken:        types.StringUnknown(),
		Region:               types.StringUnknown(),
		Protocol:             types.StringUnknown(),
		ClientReadTimeout:    types.Int64Unknown(),
		ClientConnectTimeout: types.Int64Unknown(),
		ConfigurationSource:  types.StringUnknown(),
		Endpoints:            types.ListUnknown(endpointsType),
	}, Machine{Getenv: environ()})
	if diags.HasError() {
		t.Fatal(diags)
	}
	want := []string{
		"endpoints.cs", "protocol", "client_read_timeout", "client_connect_timeout", "configuration_source",
		"access_key", "endpoints.sts", "secret_key", "security_token", "region",
	}
	if diff := cmp.Diff(want, s.unknown); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestConnectionsPickTheEndpoint(t *testing.T) {
	static := func(context.Context) (credentials.Credentials, error) {
		return credentials.Credentials{}, errors.New("not asked")
	}
	base := settings{
		region: credentials.Value{Text: "cn-beijing", From: "the default"}, credentials: static, protocol: "HTTPS",
		readTimeout: time.Second, connectTimeout: time.Second,
	}
	overridden := base
	overridden.endpoint = credentials.Value{Text: "127.0.0.1:80", From: "somewhere"}
	unknown := base
	unknown.unknown = []string{"region"}
	for name, test := range map[string]struct {
		settings settings
		region   types.String
		want     target
		fails    string
	}{
		"the provider's region": {base, types.StringNull(), target{"", "cn-beijing", "the default", "cs.cn-beijing.aliyuncs.com", ""}, ""},
		"the block's region": {
			base, types.StringValue("ap-southeast-1"),
			target{"", "ap-southeast-1", "the attribute region of this block", "cs.ap-southeast-1.aliyuncs.com", ""},
			"",
		},
		"an endpoint above any region": {
			overridden, types.StringValue("ap-southeast-1"),
			target{"", "ap-southeast-1", "the attribute region of this block", "127.0.0.1:80", "somewhere"},
			"",
		},
		"a region of its own where the provider's is not known": {
			unknown, types.StringValue("ap-southeast-1"),
			target{"", "ap-southeast-1", "the attribute region of this block", "cs.ap-southeast-1.aliyuncs.com", ""},
			"",
		},
		"the provider's region that is not known": {unknown, types.StringNull(), target{}, "The provider's region is not known yet"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newConnections(test.settings)
			client, got, diags := c.client(test.region)
			if test.fails != "" {
				if !diags.HasError() || !strings.HasPrefix(diags[0].Summary(), test.fails) {
					t.Errorf("got %v", diags)
				}
				return
			}
			if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(target{})); diff != "" || diags.HasError() || diags.WarningsCount() > 0 != (test.settings.endpoint.IsSet() && !test.region.IsNull()) {
				t.Errorf("%v\n-want +got:\n%s", diags, diff)
			}
			if again, _, _ := c.client(test.region); again != client {
				t.Error("a second read has a client, and so a pool of connections, of its own")
			}
		})
	}
}

func TestCheckEndpoint(t *testing.T) {
	for text, ok := range map[string]bool{
		"cs.cn-hangzhou.aliyuncs.com": true, "cs.cn-hangzhou.aliyuncs.com:443": true, "localhost:8080": true, "127.0.0.1:1": true, "[::1]:8080": true,
		"": false, "https://cs.cn-hangzhou.aliyuncs.com": false, "cs.cn-hangzhou.aliyuncs.com/": false, "host:": false, "host:0": false,
		"host:65536": false, "host:http": false, ":80": false, "a b": false, "::1": false, "[::1]": false, "-a": false, "user@host": false,
	} {
		if got := checkEndpoint(text) == ""; got != ok {
			t.Errorf("%q is an endpoint: %t, want %t", text, got, ok)
		}
	}
}

func TestUserAgent(t *testing.T) {
	plain, noted := userAgent("1.2.3", ""), userAgent("1.2.3", "module/x")
	if !strings.HasPrefix(plain, "terraform-provider-ackupgrade/1.2.3 (") || noted != plain+" module/x" {
		t.Errorf("got %q and %q", plain, noted)
	}
}
