package credentials

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// resolve resolves and fails the test on an error.
func resolve(t *testing.T, in Input) *Resolved {
	t.Helper()
	if in.Getenv == nil {
		in.Getenv = environment()
	}
	resolved, err := Resolve(in)
	if err != nil {
		t.Fatal(err)
	}
	return resolved
}

// used lists what the trace says was used.
func used(trace Trace) string {
	var all []string
	for _, look := range trace {
		if strings.HasPrefix(look.Result, "used") || look.Source == "assume_role" {
			all = append(all, look.Source+": "+look.Result)
		}
	}
	return strings.Join(all, "; ")
}

func TestEachSourceWinsOverThoseAfterIt(t *testing.T) {
	const (
		external = `"name": "p0", "mode": "External", "process_command": "print-credentials"`
		oidc     = `"name": "p0", "mode": "OIDC", "ram_role_arn": "role-of-profile", "oidc_provider_arn": "idp", "oidc_token_file": "f"`
	)
	type source struct {
		want string
		set  func(*Input)
	}
	sources := []source{
		{"access_key and secret_key: used: the access key …0123, from the provider's attribute access_key", func(in *Input) {
			in.AccessKey, in.SecretKey = ptr("LTAI0123"), ptr("secret")
		}},
		{`profile: used: "p0", of the mode External`, func(in *Input) { in.Profile, in.Home = ptr("p0"), home(t, profiles(external)) }},
		{"credentials_uri: used, from the provider's attribute credentials_uri", func(in *Input) { in.CredentialsURI = ptr("http://localhost") }},
		{"ecs_role_name: used: the role node of the ECS instance", func(in *Input) { in.ECSRoleName = ptr("node") }},
		{"assume_role_with_oidc: used: the role r", func(in *Input) {
			in.AssumeRoleWithOIDC = &AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCToken: ptr("token")}
		}},
		{`profile: used: "p0", of the mode OIDC`, func(in *Input) {
			if in.Profile == nil { // A profile is one source or the other.
				in.Profile, in.Home = ptr("p0"), home(t, profiles(oidc))
			}
		}},
		{"OIDC from the environment: used: the role env", func(in *Input) {
			in.Getenv = environment("ALIBABA_CLOUD_ROLE_ARN", "env", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "idp", "ALIBABA_CLOUD_OIDC_TOKEN_FILE", "f")
		}},
		{`the current profile of HOME/.aliyun/config.json: used: "p0", of the mode External`, func(in *Input) {
			if in.Home == "" {
				in.Home = home(t, profiles(external))
			}
		}},
	}
	for i, s := range sources {
		t.Run(s.want, func(t *testing.T) {
			in := Input{Getenv: environment()}
			for _, later := range sources[i:] {
				later.set(&in)
			}
			got := used(resolve(t, in).Trace)
			if in.Home != "" {
				got = strings.ReplaceAll(got, in.Home, "HOME")
			}
			if got != s.want {
				t.Errorf("got  %s\nwant %s", got, s.want)
			}
		})
	}
}

// What each setting is read back from.
func TestEachFieldComesFromTheAttributeThenTheVariablesInOrderThenTheProfile(t *testing.T) {
	keys := func(t *testing.T, in Input) Credentials {
		c, err := resolve(t, in).Source(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	withKeys := func(in *Input) {
		if in.AccessKey == nil {
			in.AccessKey = ptr("LTAI0123")
		}
		if in.SecretKey == nil {
			in.SecretKey = ptr("secret")
		}
	}
	about := func(t *testing.T, in Input) string {
		r := (&resolver{Input: in, scrub: &scrubber{}})
		f, err := r.find()
		if err != nil {
			t.Fatal(err)
		}
		return f.about
	}
	type test struct {
		setting Setting
		profile string // its fields, with PROFILE where the value is; nothing when no field counts
		set     func(*Input, *string)
		read    func(*testing.T, Input) string
		say     func(value string) string // what is read when the value is this
	}
	same := func(value string) string { return value }
	role := func(in *Input) *AssumeRole {
		withKeys(in)
		if in.AssumeRole == nil {
			in.AssumeRole = &AssumeRole{}
		}
		return in.AssumeRole
	}
	oidc := func(in *Input) *AssumeRoleWithOIDC {
		if in.AssumeRoleWithOIDC == nil {
			in.AssumeRoleWithOIDC = &AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCToken: ptr("token")}
		}
		return in.AssumeRoleWithOIDC
	}
	tests := []test{
		{
			AccessKey, `"mode": "AK", "access_key_id": "PROFILE"`, func(in *Input, v *string) {
				in.AccessKey = v
				in.SecretKey = ptr("secret")
			},
			func(t *testing.T, in Input) string { return keys(t, in).AccessKeyID }, same,
		},
		{SecretKey, `"mode": "AK", "access_key_secret": "PROFILE"`, func(in *Input, v *string) {
			in.AccessKey, in.SecretKey = ptr("LTAI0123"), v
		}, func(t *testing.T, in Input) string { return keys(t, in).AccessKeySecret }, same},
		{SecurityToken, `"mode": "StsToken", "sts_token": "PROFILE"`, func(in *Input, v *string) {
			withKeys(in)
			in.SecurityToken = v
		}, func(t *testing.T, in Input) string { return keys(t, in).SecurityToken }, same},
		{Region, `"mode": "AK", "region_id": "PROFILE"`, func(in *Input, v *string) {
			withKeys(in)
			in.Region = v
		}, func(t *testing.T, in Input) string { return resolve(t, in).Region.Text }, same},
		{ECSRoleName, `"mode": "EcsRamRole", "ram_role_name": "PROFILE"`, func(in *Input, v *string) { in.ECSRoleName = v }, about, func(value string) string {
			return "the ECS metadata service, role " + value
		}},
		{URI, `"mode": "CredentialsURI", "credentials_uri": "PROFILE"`, func(in *Input, v *string) { in.CredentialsURI = v }, about, func(value string) string {
			return "the credentials URI on " + strings.TrimPrefix(value, "http://")
		}},
		{RoleARN, `"mode": "RamRoleArn", "ram_role_arn": "PROFILE"`, func(in *Input, v *string) { role(in).RoleARN = v }, about, func(value string) string {
			return "assuming the role " + value + " with the access key …0123, at sts.cn-beijing.aliyuncs.com"
		}},
		{RoleSessionName, `"mode": "RamRoleArn", "ram_role_arn": "r", "ram_session_name": "PROFILE"`, func(in *Input, v *string) {
			role(in).SessionName = v
			in.AssumeRole.RoleARN = ptr("r")
		}, sent("RoleSessionName"), same},
		{OIDCProviderARN, "", func(in *Input, v *string) { oidc(in).OIDCProviderARN = v }, sent("OIDCProviderArn"), same},
		{OIDCRoleARN, "", func(in *Input, v *string) { oidc(in).RoleARN = v }, sent("RoleArn"), same},
		{OIDCToken, "", func(in *Input, v *string) { oidc(in).OIDCToken = v }, sent("OIDCToken"), same},
		{OIDCSessionName, "", func(in *Input, v *string) { oidc(in).RoleSessionName = v }, sent("RoleSessionName"), same},
	}
	for _, test := range tests {
		form := func(value string) string { return value }
		if test.setting.Attribute == URI.Attribute {
			form = func(value string) string { return "http://" + value }
		}
		places := append([]string{"the attribute"}, test.setting.Variables...)
		if test.profile != "" {
			places = append(places, "the profile")
		}
		for i, place := range places {
			t.Run(test.setting.Attribute+" from "+place, func(t *testing.T) {
				var variables []string
				var attribute *string
				in := Input{}
				for j, p := range places[i:] {
					value := form(fmt.Sprintf("from-%d", i+j))
					switch p {
					case "the attribute":
						attribute = &value
					case "the profile":
						in.Profile = ptr("p0")
						in.Home = home(t, profiles(`"name": "p0", `+strings.ReplaceAll(test.profile, "PROFILE", value)))
					default:
						variables = append(variables, p, value)
					}
				}
				in.Getenv = environment(variables...)
				test.set(&in, attribute)
				if got, want := test.read(t, in), test.say(form(fmt.Sprintf("from-%d", i))); got != want {
					t.Errorf("got %q, want %q", got, want)
				}
			})
		}
	}
}

// sent reads a parameter back from what goes to STS.
func sent(parameter string) func(*testing.T, Input) string {
	return func(t *testing.T, in Input) string {
		var got string
		in.STSEndpoint = overTLS(t, func(w http.ResponseWriter, r *http.Request) {
			got = r.FormValue(parameter)
			_, _ = w.Write([]byte(stsAnswer("STS.session0", time.Hour)))
		})
		if _, err := resolve(t, in).Source(t.Context()); err != nil {
			t.Fatal(err)
		}
		return got
	}
}

func TestWhatCountsWhere(t *testing.T) {
	const role = `"name": "p0", "mode": "RamRoleArn", "access_key_id": "LTAI0123", "access_key_secret": "secret", "ram_role_arn": "role-of-profile"`
	env := environment("ALICLOUD_ASSUME_ROLE_ARN", "role-of-env", "ALIBABA_CLOUD_ROLE_ARN", "other")
	const key = "access_key and secret_key: used: the access key …0123, from "
	p0 := ptr("p0")
	for name, test := range map[string]struct {
		in     Input
		config string
		want   string
	}{
		"the environment's role without the block does not count": {
			Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("secret"), Getenv: env}, "", key + "the provider's attribute access_key",
		},
		"the environment's role counts in an empty block": {
			Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("secret"), Getenv: env, AssumeRole: &AssumeRole{}},
			"",
			key + "the provider's attribute access_key; assume_role: the role role-of-env is assumed with that",
		},
		"a profile's role is assumed with its key": {
			Input{Profile: p0}, role, key + `the profile "p0"; assume_role: the role role-of-profile is assumed with that`,
		},
		"a profile's role is assumed with the attributes' key": {
			Input{Profile: p0, AccessKey: ptr("LTAI9999"), SecretKey: ptr("s")},
			role,
			`access_key and secret_key: used: the access key …9999, from the provider's attribute access_key; assume_role: the role role-of-profile is assumed with that`,
		},
		"a profile's role is assumed with whatever else won": {
			Input{Profile: p0, CredentialsURI: ptr("http://localhost")},
			`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "role-of-profile"`,
			"credentials_uri: used, from the provider's attribute credentials_uri; assume_role: the role role-of-profile is assumed with that",
		},
		"the block's role replaces the profile's": {
			Input{Profile: p0, AssumeRole: &AssumeRole{RoleARN: ptr("role-of-block")}},
			role,
			key + `the profile "p0"; assume_role: the role role-of-block is assumed with that`,
		},
		"an empty block takes the profile's role": {
			Input{Profile: p0, AssumeRole: &AssumeRole{}}, role, key + `the profile "p0"; assume_role: the role role-of-profile is assumed with that`,
		},
		"half a pair does no harm where a later source serves": {
			Input{AccessKey: ptr("LTAI0123"), ECSRoleName: ptr("node")}, "", "ecs_role_name: used: the role node of the ECS instance",
		},
		"an unknown profile does no harm where another source serves": {
			Input{Profile: ptr("no"), ECSRoleName: ptr("node")}, role, "ecs_role_name: used: the role node of the ECS instance",
		},
		"an ECS profile without a role name means the instance's own": {
			Input{Profile: p0}, `"name": "p0", "mode": "EcsRamRole"`, "ecs_role_name: used: the role of the ECS instance",
		},
		"a role on top of the ECS instance's": {
			Input{Profile: p0},
			`"name": "p0", "mode": "RamRoleArnWithRoleName", "ram_role_name": "node", "ram_role_arn": "role-of-profile"`,
			"ecs_role_name: used: the role node of the ECS instance; assume_role: the role role-of-profile is assumed with that",
		},
		"a key pair in an ECS profile does not count": {
			Input{Profile: p0},
			`"name": "p0", "mode": "EcsRamRole", "access_key_id": "LTAI0123", "access_key_secret": "secret"`,
			"ecs_role_name: used: the role of the ECS instance",
		},
		"a role in a profile of another mode does not count": {
			Input{Profile: p0},
			`"name": "p0", "mode": "AK", "access_key_id": "LTAI0123", "access_key_secret": "secret", "ram_role_arn": "r"`,
			key + `the profile "p0"`,
		},
		"a profile of the mode CredentialsURI": {
			Input{Profile: p0}, `"name": "p0", "mode": "CredentialsURI", "credentials_uri": "http://localhost"`, `credentials_uri: used, from the profile "p0"`,
		},
		"the current profile's role": {
			Input{}, role, `the current profile of HOME/.aliyun/config.json: used: "p0", of the mode RamRoleArn; assume_role: the role role-of-profile is assumed with that`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if test.config != "" {
				test.in.Home = home(t, profiles(test.config))
			}
			got := used(resolve(t, test.in).Trace)
			if test.in.Home != "" {
				got = strings.ReplaceAll(got, test.in.Home, "HOME")
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTheRegionComesFromTheProfileThatIsUsed(t *testing.T) {
	config := profiles(`"name": "p0", "mode": "AK", "access_key_id": "LTAI0123", "access_key_secret": "secret", "region_id": "cn-hangzhou"`)
	folder := home(t, config)
	for name, test := range map[string]struct {
		in   Input
		want Value
	}{
		"the named one":             {Input{Profile: ptr("p0")}, Value{"cn-hangzhou", `the profile "p0"`}},
		"the current one":           {Input{}, Value{"cn-hangzhou", `the profile "p0"`}},
		"not over the attribute":    {Input{Region: ptr("cn-shanghai")}, Value{"cn-shanghai", "the provider's attribute region"}},
		"not over the environment":  {Input{Getenv: environment("ALICLOUD_REGION", "x")}, Value{"x", "the environment variable ALICLOUD_REGION"}},
		"not if a key is set aside": {Input{AccessKey: ptr("a"), SecretKey: ptr("b")}, Value{DefaultRegion, "the default, as no region is set"}},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Home = folder
			if diff := cmp.Diff(test.want, resolve(t, test.in).Region); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhereRolesAreAssumed(t *testing.T) {
	const role = `"name": "p0", "mode": "RamRoleArn", "access_key_id": "LTAI0123", "access_key_secret": "secret", "ram_role_arn": "r", "region_id": "cn-hangzhou"`
	for want, test := range map[string]struct {
		endpoint, fields string
	}{
		"sts.cn-hangzhou.aliyuncs.com":     {"", ""},
		"sts.cn-shanghai.aliyuncs.com":     {"", `, "sts_region": "cn-shanghai"`},
		"sts-vpc.cn-hangzhou.aliyuncs.com": {"", `, "enable_vpc": true`},
		"127.0.0.1:1":                      {"127.0.0.1:1", `, "enable_vpc": true, "sts_region": "cn-shanghai"`},
	} {
		in := Input{Profile: ptr("p0"), Home: home(t, profiles(role+test.fields)), STSEndpoint: test.endpoint, Getenv: environment()}
		f, err := (&resolver{Input: in, scrub: &scrubber{}}).find()
		if err != nil {
			t.Fatal(err)
		}
		if want := "assuming the role r with the access key …0123, at " + want; f.about != want {
			t.Errorf("got  %s\nwant %s", f.about, want)
		}
	}
}

// What goes to STS, request by request.
func TestChainsOfRoles(t *testing.T) {
	const key = `"access_key_id": "LTAI0123", "access_key_secret": "secret"`
	for name, test := range map[string]struct {
		in   Input
		file string
		want []string
	}{
		"a role with all its fields": {
			Input{Profile: ptr("p0")},
			profiles(`"name": "p0", "mode": "RamRoleArn", ` + key + `, "ram_role_arn": "r", "ram_session_name": "s", "expired_seconds": 900, "policy": "{}", "external_id": "e"`),
			[]string{"LTAI0123 r s 900 {} e"},
		},
		"a role with the defaults": {
			Input{Profile: ptr("p0")}, profiles(`"name": "p0", "mode": "RamRoleArn", ` + key + `, "ram_role_arn": "r"`), []string{"LTAI0123 r terraform 3600  "},
		},
		"the block's role without what the profile says about its own": {
			Input{Profile: ptr("p0"), AssumeRole: &AssumeRole{RoleARN: ptr("b")}},
			profiles(`"name": "p0", "mode": "RamRoleArn", ` + key + `, "ram_role_arn": "r", "ram_session_name": "s", "expired_seconds": 900, "policy": "{}", "external_id": "e"`),
			[]string{"LTAI0123 b s 900  "},
		},
		"an empty block with all that the profile says": {
			Input{Profile: ptr("p0"), AssumeRole: &AssumeRole{}},
			profiles(`"name": "p0", "mode": "RamRoleArn", ` + key + `, "ram_role_arn": "r", "ram_session_name": "s", "expired_seconds": 900, "policy": "{}", "external_id": "e"`),
			[]string{"LTAI0123 r s 900 {} e"},
		},
		"the block with all its attributes": {
			Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("s"), AssumeRole: &AssumeRole{
				RoleARN: ptr("b"), SessionName: ptr("n"), SessionExpiration: ptr(int64(43200)), Policy: ptr("{}"), ExternalID: ptr("x"),
			}}, "", []string{"LTAI0123 b n 43200 {} x"},
		},
		"the block's expiration from the environment": {
			Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("s"), Getenv: environment("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "900"), AssumeRole: &AssumeRole{RoleARN: ptr("b")}},
			"",
			[]string{"LTAI0123 b terraform 900  "},
		},
		"a chain, and the block's role on top": {
			Input{Profile: ptr("p0"), AssumeRole: &AssumeRole{RoleARN: ptr("b")}},
			profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "r0"`,
				`"name": "p1", "mode": "ChainableRamRoleArn", "source_profile": "p2", "ram_role_arn": "r1"`,
				`"name": "p2", "mode": "RamRoleArn", `+key+`, "ram_role_arn": "r2"`),
			[]string{"LTAI0123 r2 terraform 3600  ", "STS.1 r1 terraform 3600  ", "STS.2 r0 terraform 3600  ", "STS.3 b terraform 3600  "},
		},
		"a chain from a key pair that is nobody's but the profile's": {
			Input{Profile: ptr("p0"), Getenv: environment("ALICLOUD_ACCESS_KEY", "LTAI9999")},
			profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "r0"`, `"name": "p1", "mode": "AK", `+key),
			[]string{"LTAI0123 r0 terraform 3600  "},
		},
		"a chain from an STS token": {
			Input{Profile: ptr("p0")},
			profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "r0"`, `"name": "p1", "mode": "StsToken", "sts_token": "tttt", `+key),
			[]string{"LTAI0123 r0 terraform 3600  "},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("ALIBABA_CLOUD_ROLE_SESSION_NAME", "wrong") // What the library would read by itself must not count.
			t.Setenv("ALIBABA_CLOUD_ROLE_ARN", "wrong")
			var got []string
			test.in.STSEndpoint = overTLS(t, func(w http.ResponseWriter, r *http.Request) {
				f := r.FormValue
				got = append(got, strings.Join([]string{
					f("AccessKeyId"), f("RoleArn"), f("RoleSessionName"), f("DurationSeconds"), f("Policy"), f("ExternalId"),
				}, " "))
				_, _ = w.Write([]byte(stsAnswer(fmt.Sprintf("STS.%d", len(got)), time.Hour)))
			})
			if test.file != "" {
				test.in.Home = home(t, test.file)
			}
			source := resolve(t, test.in).Source
			for range 3 {
				c, err := source(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				if want := fmt.Sprintf("STS.%d", len(test.want)); c.AccessKeyID != want {
					t.Errorf("got the session %s, want %s", c.AccessKeyID, want)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestCloudSSO(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer sso-access-token" || r.URL.Path != "/cloud-credentials" {
			t.Errorf("unexpected request %s with %v", r.URL, r.Header)
		}
		_, _ = fmt.Fprintf(w, `{"CloudCredential":{"AccessKeyId":"STS.sso","AccessKeySecret":"s","SecurityToken":"t","Expiration":%q}}`, in(time.Hour))
	}))
	defer server.Close()
	config := profiles(fmt.Sprintf(`"name": "p0", "mode": "CloudSSO", "cloud_sso_sign_in_url": "%s/start", "cloud_sso_account_id": "1",
		"cloud_sso_access_config": "ac", "access_token": "sso-access-token", "cloud_sso_access_token_expire": %d`, server.URL, time.Now().Add(time.Hour).Unix()))
	got, err := resolve(t, Input{Profile: ptr("p0"), Home: home(t, config)}).Source(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Credentials{"STS.sso", "s", "t", "cloud_sso"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// No canary of any mode may be in a trace.
func TestTheTraceHoldsNoSecret(t *testing.T) {
	fields := []string{
		"access_key_secret", "sts_token", "oidc_token", "access_token", "oauth_access_token", "oauth_refresh_token",
	}
	var secrets strings.Builder
	for _, field := range fields {
		fmt.Fprintf(&secrets, `, %q: "canary-%s"`, field, field)
	}
	for _, mode := range modes {
		in := Input{Getenv: environment("ALICLOUD_ECS_ROLE_NAME", "node"), Profile: ptr("p0")}
		in.Home = home(t, profiles(fmt.Sprintf(`"name": "p0", "mode": %q, "access_key_id": "LTAIcanary0123", "ram_role_arn": "r", "oidc_provider_arn": "idp",
			"credentials_uri": "http://u:canary-password@localhost/canary-path", "process_command": "x canary-argument", "oauth_site_type": "CN",
			"source_profile": "p0"`, mode)+secrets.String()))
		var text string
		if resolved, err := Resolve(in); err != nil {
			text = err.Error()
		} else {
			text = resolved.Trace.String()
		}
		if strings.Contains(text, "canary") {
			t.Errorf("%s: %s", mode, text)
		}
	}
}
