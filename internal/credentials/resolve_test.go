package credentials

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
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

func TestWhichSettingsApplyToWhichSource(t *testing.T) {
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
			key + "the provider's attribute access_key; assume_role: assumes the role role-of-env with these credentials",
		},
		"a profile's role is assumed with its key": {
			Input{Profile: p0}, role, key + `the profile "p0"; assume_role: assumes the role role-of-profile with these credentials`,
		},
		"a profile's role is assumed with the attributes' key": {
			Input{Profile: p0, AccessKey: ptr("LTAI9999"), SecretKey: ptr("s")},
			role,
			`access_key and secret_key: used: the access key …9999, from the provider's attribute access_key; assume_role: assumes the role role-of-profile with these credentials`,
		},
		"a profile's role is assumed with whatever else won": {
			Input{Profile: p0, CredentialsURI: ptr("http://localhost")},
			`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "role-of-profile"`,
			"credentials_uri: used, from the provider's attribute credentials_uri; assume_role: assumes the role role-of-profile with these credentials",
		},
		"the block's role replaces the profile's": {
			Input{Profile: p0, AssumeRole: &AssumeRole{RoleARN: ptr("role-of-block")}},
			role,
			key + `the profile "p0"; assume_role: assumes the role role-of-block with these credentials`,
		},
		"an empty block takes the profile's role": {
			Input{Profile: p0, AssumeRole: &AssumeRole{}}, role, key + `the profile "p0"; assume_role: assumes the role role-of-profile with these credentials`,
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
			"ecs_role_name: used: the role node of the ECS instance; assume_role: assumes the role role-of-profile with these credentials",
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
			Input{}, role, `the current profile of HOME/.aliyun/config.json: used: "p0", of the mode RamRoleArn; assume_role: assumes the role role-of-profile with these credentials`,
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

// No canary of any mode may be in a trace.
func TestTheTraceContainsNoSecret(t *testing.T) {
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

func TestAMistakeInAnUnusedSourceIsAWarning(t *testing.T) {
	const node = "\n\nThe provider uses other credentials instead: the ECS metadata service, role node."
	p0 := ptr("p0")
	for name, test := range map[string]struct {
		in     Input
		config string
		want   []string // summaries
	}{
		"half a pair":                     {Input{AccessKey: ptr("LTAI0123"), ECSRoleName: ptr("node")}, "", []string{summary.Missing("secret_key")}},
		"an unknown profile":              {Input{Profile: ptr("no"), ECSRoleName: ptr("node")}, profiles(`"name": "p0"`), []string{summary.UnknownProfile("no")}},
		"a file that is missing":          {Input{Profile: p0, ECSRoleName: ptr("node")}, "", []string{summary.UnreadableFile}},
		"both":                            {Input{SecretKey: ptr("s"), Profile: ptr("no"), ECSRoleName: ptr("node")}, profiles(`"name": "p0"`), []string{summary.Missing("access_key"), summary.UnknownProfile("no")}},
		"half an access key of a profile": {Input{Profile: p0, ECSRoleName: ptr("node")}, profiles(`"name": "p0", "mode": "AK", "access_key_id": "LTAI0123"`), []string{summary.Missing("secret_key")}},
		"a profile without a pair":        {Input{Profile: p0, ECSRoleName: ptr("node")}, profiles(`"name": "p0", "mode": "AK"`), []string{summary.UnusableProfile("p0")}},
		"a profile without a URI":         {Input{Profile: p0, ECSRoleName: ptr("node")}, profiles(`"name": "p0", "mode": "CredentialsURI"`), []string{summary.UnusableProfile("p0")}},
		"nothing that is wrong":           {Input{ECSRoleName: ptr("node")}, "", nil},
		"not what stands after it":        {Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("s"), Profile: ptr("no")}, profiles(`"name": "p0"`), nil},
		"not a profile that has a role":   {Input{Profile: p0, ECSRoleName: ptr("node")}, profiles(`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "r"`), nil},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Home = t.TempDir()
			if test.config != "" {
				test.in.Home = home(t, test.config)
			}
			var got []string
			for _, w := range resolve(t, test.in).Warnings {
				got = append(got, w.Summary)
				if !strings.HasSuffix(w.Detail, node) {
					t.Errorf("got the detail %q", w.Detail)
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
