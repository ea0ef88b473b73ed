package provider

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
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

// wire is a transport that answers every request, and keeps the last.
type wire struct{ last *http.Request }

func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.last = r
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("{}")), Request: r}, nil
}

// Each pair of neighbours in the order of each setting, from nothing up: the default, the profile, each variable above the
// one after it, the attribute. What counts is the request that goes out.
func TestSettingsPrecedenceOnTheWire(t *testing.T) {
	header := func(name string) func(*http.Request) string {
		return func(r *http.Request) string { return r.Header.Get(name) }
	}
	host := func(r *http.Request) string { return r.URL.Host }
	text := func(set func(*providerModel, types.String)) func(*providerModel, string) {
		return func(m *providerModel, v string) { set(m, types.StringValue(v)) }
	}
	for _, test := range []struct {
		setting   credentials.Setting
		get       func(*http.Request) string
		attribute func(*providerModel, string)
		byDefault string
		inProfile string   // what the profile p gives; empty where it has no such field
		values    []string // for the attribute, then for each variable in its order
	}{
		{
			credentials.Region, host, text(func(m *providerModel, v types.String) { m.Region = v }),
			"cs.cn-beijing.aliyuncs.com", "cs.cn-profile.aliyuncs.com",
			[]string{"cn-attribute", "cn-first", "cn-second"},
		},
		{
			settingEndpointCS, host, func(m *providerModel, v string) { m.Endpoints = endpoints(types.StringValue(v)) },
			"cs.cn-beijing.aliyuncs.com", "",
			[]string{"attribute:1", "first:1", "second:1"},
		},
		{
			settingProtocol, func(r *http.Request) string { return r.URL.Scheme }, text(func(m *providerModel, v types.String) { m.Protocol = v }),
			"https", "",
			[]string{"HTTP"},
		},
		{
			settingConfigurationSource, func(r *http.Request) string {
				_, note, _ := strings.Cut(r.UserAgent(), runtime.Version())
				return strings.TrimSpace(note)
			}, text(func(m *providerModel, v types.String) { m.ConfigurationSource = v }),
			"", "",
			[]string{"attribute", "variable"},
		},
		{
			settingSourceIP, header("X-Acs-Source-Ip"), text(func(m *providerModel, v types.String) { m.SourceIP = v }),
			"", "",
			[]string{"attribute", "first", "second"},
		},
		{
			settingSecureTransport, header("X-Acs-Secure-Transport"), text(func(m *providerModel, v types.String) { m.SecureTransport = v }),
			"", "",
			[]string{"attribute", "first", "second"},
		},
		{
			credentials.AccessKey, func(r *http.Request) string {
				authorization, err := acs3.ParseAuthorization(r.Header.Get("Authorization"))
				if err != nil {
					return err.Error()
				}
				return authorization.AccessKeyID
			}, text(func(m *providerModel, v types.String) { m.AccessKey = v }),
			"lowest", "of-profile",
			[]string{"attribute", "first", "second", "third"},
		},
		{
			credentials.SecretKey, func(r *http.Request) string {
				for _, secret := range []string{"lowest", "of-profile", "attribute", "first", "second", "third"} {
					if acs3.Verify(r, secret) == nil {
						return secret
					}
				}
				return "none of them"
			}, text(func(m *providerModel, v types.String) { m.SecretKey = v }),
			"lowest", "of-profile",
			[]string{"attribute", "first", "second", "third"},
		},
		{
			credentials.SecurityToken, header(acs3.HeaderSecurityToken), text(func(m *providerModel, v types.String) { m.SecurityToken = v }),
			"", "of-profile",
			[]string{"attribute", "first", "second", "third"},
		},
	} {
		t.Run(test.setting.Attribute, func(t *testing.T) {
			if len(test.values) != len(test.setting.Variables)+1 {
				t.Fatalf("%d values for the attribute and %d variables", len(test.values), len(test.setting.Variables))
			}
			home := t.TempDir()
			file := `{"profiles": [{"name": "p", "mode": "StsToken", "region_id": "cn-profile",
				"access_key_id": "of-profile", "access_key_secret": "of-profile", "sts_token": "of-profile"},
				{"name": "lowest", "mode": "AK", "access_key_id": "lowest", "access_key_secret": "lowest"}]}`
			if err := os.MkdirAll(filepath.Join(home, ".aliyun"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(home, ".aliyun", "config.json"), []byte(file), 0o600); err != nil {
				t.Fatal(err)
			}
			check := func(what, want, profile string, model providerModel, env ...string) {
				t.Helper()
				model.Profile = types.StringValue(profile)
				var sent wire
				s, diags := resolveSettings(t.Context(), model, Machine{
					Getenv: environ(env...), Home: home,
					Transport: func(time.Duration, time.Duration) http.RoundTripper { return &sent },
				})
				if diags.HasError() {
					t.Fatalf("%s: %v", what, diags)
				}
				s.userAgent = userAgent("test", s.configurationSource)
				client, _, diags := newConnections(s).client(types.StringNull())
				if diags.HasError() {
					t.Fatalf("%s: %v", what, diags)
				}
				if _, err := client.GetUpgradeStatus(t.Context(), "c1"); err != nil {
					t.Fatalf("%s: %v", what, err)
				}
				want = strings.ToLower(want)
				if test.setting.Attribute == "region" && !strings.Contains(want, ".") {
					want = "cs." + want + ".aliyuncs.com"
				}
				if got := test.get(sent.last); got != want {
					t.Errorf("%s: got %s, want %s", what, got, want)
				}
			}
			check("nothing set", test.byDefault, "lowest", providerModel{})
			if test.inProfile != "" {
				check("the profile above the default", test.inProfile, "p", providerModel{})
			}
			var env []string
			for i := len(test.setting.Variables) - 1; i >= 0; i-- {
				env = append([]string{test.setting.Variables[i], test.values[i+1]}, env...)
				check(test.setting.Variables[i]+" above those after it, and the profile", test.values[i+1], "p", providerModel{}, env...)
				if i > 0 {
					check("an empty variable does not count", test.values[i+1], "p", providerModel{}, append([]string{test.setting.Variables[i-1], ""}, env...)...)
				}
			}
			var model providerModel
			test.attribute(&model, test.values[0])
			check("the attribute above all variables", test.values[0], "p", model, env...)
		})
	}
}

// What is not seen on the wire is the time that things may take.
func TestTimesPrecedence(t *testing.T) {
	for name, test := range map[string]struct {
		variable, text string
		attribute      func(*providerModel)
		get            func(settings) time.Duration
		byDefault      time.Duration
	}{
		"client_read_timeout": {
			"CLIENT_READ_TIMEOUT", "7000", func(m *providerModel) { m.ClientReadTimeout = types.Int64Value(5000) },
			func(s settings) time.Duration { return s.readTimeout }, time.Minute,
		},
		"client_connect_timeout": {
			"CLIENT_CONNECT_TIMEOUT", "7000", func(m *providerModel) { m.ClientConnectTimeout = types.Int64Value(5000) },
			func(s settings) time.Duration { return s.connectTimeout }, time.Minute,
		},
		"max_retry_timeout": {
			"MAX_RETRY_TIMEOUT", "7", func(m *providerModel) { m.MaxRetryTimeout = types.Int64Value(5) },
			func(s settings) time.Duration { return s.retryTimeout }, 30 * time.Second,
		},
	} {
		t.Run(name, func(t *testing.T) {
			resolved := func(model providerModel, env ...string) time.Duration {
				env = append(env, "ALICLOUD_ACCESS_KEY", "a", "ALICLOUD_SECRET_KEY", "b")
				s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ(env...)})
				if diags.HasError() {
					t.Fatal(diags)
				}
				return test.get(s)
			}
			var model providerModel
			test.attribute(&model)
			got := []time.Duration{resolved(providerModel{}), resolved(providerModel{}, test.variable, test.text), resolved(model, test.variable, test.text)}
			if diff := cmp.Diff([]time.Duration{test.byDefault, 7 * time.Second, 5 * time.Second}, got); diff != "" {
				t.Errorf("default, variable, attribute, -want +got:\n%s", diff)
			}
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

// Every setting can be known only after apply, alone; each is then named, whatever else is set.
func TestUnknownSettingsAreNamed(t *testing.T) {
	empty := func() map[string]tftypes.Value {
		all := make(map[string]tftypes.Value)
		for name, attribute := range providerSchema().Attributes {
			all[name] = tftypes.NewValue(attribute.GetType().TerraformType(t.Context()), nil)
		}
		for name, block := range providerSchema().Blocks {
			all[name] = tftypes.NewValue(block.Type().TerraformType(t.Context()), []tftypes.Value{})
		}
		all["access_key"] = tftypes.NewValue(tftypes.String, "testak")
		all["secret_key"] = tftypes.NewValue(tftypes.String, "testsk")
		return all
	}
	check := func(name string, change func(map[string]tftypes.Value)) {
		t.Run(name, func(t *testing.T) {
			values := empty()
			change(values)
			config := tfsdk.Config{Schema: providerSchema(), Raw: tftypes.NewValue(providerSchema().Type().TerraformType(t.Context()), values)}
			var model providerModel
			if diags := config.Get(t.Context(), &model); diags.HasError() {
				t.Fatal(diags)
			}
			s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ()})
			if diags.HasError() {
				t.Fatal(diags)
			}
			if diff := cmp.Diff([]string{name}, s.unknown); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
	role := tftypes.NewValue(tftypes.String, "acs:ram::1:role/x")
	for name, attribute := range providerSchema().Attributes {
		check(name, func(values map[string]tftypes.Value) {
			values[name] = tftypes.NewValue(attribute.GetType().TerraformType(t.Context()), tftypes.UnknownValue)
		})
	}
	for name, block := range providerSchema().Blocks {
		list, ok := block.Type().TerraformType(t.Context()).(tftypes.List)
		if !ok {
			t.Fatalf("%s is no list", name)
		}
		if name != "endpoints" { // Its attributes are what is named.
			check(name, func(values map[string]tftypes.Value) { values[name] = tftypes.NewValue(list, tftypes.UnknownValue) })
		}
		object, ok := list.ElementType.(tftypes.Object)
		if !ok {
			t.Fatalf("%s is no list of objects", name)
		}
		for attribute := range object.AttributeTypes {
			check(name+"."+attribute, func(values map[string]tftypes.Value) {
				members := make(map[string]tftypes.Value)
				for member, of := range object.AttributeTypes {
					members[member] = tftypes.NewValue(of, nil)
				}
				members[attribute] = tftypes.NewValue(object.AttributeTypes[attribute], tftypes.UnknownValue)
				values[name] = tftypes.NewValue(list, []tftypes.Value{tftypes.NewValue(object, members)})
				if name == "endpoints" { // STS is asked only for a role.
					values["assume_role"] = roleBlock(t, role)
				}
			})
		}
	}
}

// roleBlock is a block assume_role with nothing but a role in it.
func roleBlock(t *testing.T, arn tftypes.Value) tftypes.Value {
	t.Helper()
	list, ok := providerSchema().Blocks["assume_role"].Type().TerraformType(t.Context()).(tftypes.List)
	if !ok {
		t.Fatal("assume_role is no list")
	}
	object, ok := list.ElementType.(tftypes.Object)
	if !ok {
		t.Fatal("assume_role is no list of objects")
	}
	members := make(map[string]tftypes.Value)
	for member, of := range object.AttributeTypes {
		members[member] = tftypes.NewValue(of, nil)
	}
	members["role_arn"] = arn
	return tftypes.NewValue(list, []tftypes.Value{tftypes.NewValue(object, members)})
}

// A role is assumed in the provider's region, so a cluster with a region of its own needs that all the same.
func TestARegionThatIsNotKnownIsNeededForARole(t *testing.T) {
	for name, test := range map[string]struct {
		env  []string
		want string
	}{
		"with an access key":      {nil, ""},
		"with OIDC":               {[]string{"ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/x", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/x", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "token"}, "region"},
		"with a region elsewhere": {[]string{"ALICLOUD_REGION", "cn-shanghai"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			model := providerModel{Region: types.StringUnknown()}
			if test.want == "" {
				model.AccessKey, model.SecretKey = types.StringValue("testak"), types.StringValue("testsk")
			}
			s, diags := resolveSettings(t.Context(), model, Machine{Getenv: environ(test.env...)})
			if diags.HasError() {
				t.Fatal(diags)
			}
			if got := s.unknownFor(true); got != test.want {
				t.Errorf("a read with a region of its own needs %q, want %q", got, test.want)
			}
			if got := s.unknownFor(false); got != "region" {
				t.Errorf("a read without one needs %q", got)
			}
		})
	}
}

func TestConnectionsPickTheEndpoint(t *testing.T) {
	static := func(context.Context) (credentials.Credentials, error) {
		return credentials.Credentials{}, errors.New("not asked")
	}
	base := settings{
		region: credentials.Value{Text: "cn-beijing", From: "the default"}, credentials: static, protocol: "HTTPS",
		readTimeout: time.Second, connectTimeout: time.Second,
		transport: func(time.Duration, time.Duration) http.RoundTripper { return &wire{} },
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
		"the provider's region": {base, types.StringNull(), target{"", "cn-beijing", "the default", "cs.cn-beijing.aliyuncs.com", "", ""}, ""},
		"the block's region": {
			base, types.StringValue("ap-southeast-1"),
			target{"", "ap-southeast-1", "the attribute region of this block", "cs.ap-southeast-1.aliyuncs.com", "", ""},
			"",
		},
		"an endpoint above any region": {
			overridden, types.StringValue("ap-southeast-1"),
			target{"", "ap-southeast-1", "the attribute region of this block", "127.0.0.1:80", "somewhere", ""},
			"",
		},
		"a region of its own where the provider's is not known": {
			unknown, types.StringValue("ap-southeast-1"),
			target{"", "ap-southeast-1", "the attribute region of this block", "cs.ap-southeast-1.aliyuncs.com", "", ""},
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
