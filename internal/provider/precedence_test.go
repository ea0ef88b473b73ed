package provider

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/credentials"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// The variables are alicloud's, in its order. They are spelled out here a second time, because a name that is misspelt
// where it is declared is misspelt wherever it is used.
func TestSettingsHaveAlicloudsVariables(t *testing.T) {
	want := map[string]string{
		"access_key":              "ALICLOUD_ACCESS_KEY ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABACLOUD_ACCESS_KEY_ID",
		"secret_key":              "ALICLOUD_SECRET_KEY ALIBABA_CLOUD_ACCESS_KEY_SECRET ALIBABACLOUD_ACCESS_KEY_SECRET",
		"security_token":          "ALICLOUD_SECURITY_TOKEN ALIBABA_CLOUD_SECURITY_TOKEN ALIBABACLOUD_SECURITY_TOKEN",
		"region":                  "ALICLOUD_REGION ALIBABA_CLOUD_REGION",
		"ecs_role_name":           "ALICLOUD_ECS_ROLE_NAME ALIBABA_CLOUD_ECS_METADATA",
		"profile":                 "ALICLOUD_PROFILE ALIBABA_CLOUD_PROFILE ALIBABACLOUD_PROFILE",
		"shared_credentials_file": "ALICLOUD_SHARED_CREDENTIALS_FILE ALIBABA_CLOUD_CREDENTIALS_FILE",
		"credentials_uri":         "ALICLOUD_CREDENTIALS_URI ALIBABA_CLOUD_CREDENTIALS_URI",
		"configuration_source":    "TF_APPEND_USER_AGENT",
		"client_read_timeout":     "CLIENT_READ_TIMEOUT",
		"client_connect_timeout":  "CLIENT_CONNECT_TIMEOUT",
		"max_retry_timeout":       "MAX_RETRY_TIMEOUT",
		"source_ip":               "ALICLOUD_SOURCE_IP ALIBABA_CLOUD_SOURCE_IP",
		"secure_transport":        "ALICLOUD_SECURE_TRANSPORT ALIBABA_CLOUD_SECURE_TRANSPORT ALICLOUD_SECURITY_TRANSPORT ALIBABA_CLOUD_SECURITY_TRANSPORT",
		"endpoints.cs":            "ALIBABA_CLOUD_ENDPOINT_CS CS_ENDPOINT",
		"endpoints.sts":           "ALIBABA_CLOUD_STS_ENDPOINT",

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
		settingMaxRetryTimeout, settingSourceIP, settingSecureTransport, settingEndpointCS, credentials.STSEndpoint,
		credentials.RoleARN, credentials.RoleSessionName, credentials.RoleSessionExpiration,
		credentials.OIDCProviderARN, credentials.OIDCRoleARN, credentials.OIDCToken, credentials.OIDCTokenFile, credentials.OIDCSessionName,
	} {
		got[s.Attribute] = strings.Join(s.Variables, " ")
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// wire is a transport that responds to every request, and keeps the last one.
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
			}, func(m *providerModel, _ string) { m.ConfigurationSource = types.StringValue("attribute") },
			"", "",
			[]string{"attribute variable", "variable"}, // Both are sent.
		},
		{
			settingSourceIP, header("X-Acs-Source-Ip"), text(func(m *providerModel, v types.String) { m.SourceIP = v }),
			"", "",
			[]string{"192.0.2.1", "2001:db8::1", "192.0.2.3"},
		},
		{
			settingSecureTransport, header("X-Acs-Secure-Transport"), text(func(m *providerModel, v types.String) { m.SecureTransport = v }),
			"", "",
			[]string{"true", "false", "true", "false", "true"},
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
				reader, _, diags := newConnections(s).reader(types.StringNull(), "cluster c1")
				if diags.HasError() {
					t.Fatalf("%s: %v", what, diags)
				}
				if _, err := reader.Read(t.Context(), upgrade.Query{ClusterID: "c1"}); err != nil {
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
