package credentials

import (
	"errors"
	"testing"
)

// An optional variable of a module has the default "": what it is passed to counts as not given, and keeps the environment out.
func TestAnEmptyValueCountsAsNotSet(t *testing.T) {
	const (
		keys = `"name": "p0", "mode": "StsToken", "access_key_id": "LTAI-profile", "access_key_secret": "s", "sts_token": "t"`
		role = `"name": "p0", "mode": "RamRoleArn", "access_key_id": "LTAI-profile", "access_key_secret": "s", "ram_role_arn": "role-of-profile"`
		link = `"name": "p0", "mode": "CredentialsURI", "credentials_uri": "http://of.profile"`
		base = `"name": "base", "mode": "AK", "access_key_id": "LTAI-current", "access_key_secret": "s", "region_id": "cn-current"`
	)
	empty, p0 := ptr(""), ptr("p0")
	env := environment("ALICLOUD_ACCESS_KEY", "LTAI-env", "ALICLOUD_SECRET_KEY", "s", "ALICLOUD_SECURITY_TOKEN", "t", "ALICLOUD_CREDENTIALS_URI", "http://of.env",
		"ALICLOUD_PROFILE", "no", "ALICLOUD_ECS_ROLE_NAME", "env", "ALICLOUD_ASSUME_ROLE_ARN", "role-of-env", "ALIBABA_CLOUD_ROLE_ARN", "role-of-env")
	noKeys := Input{AccessKey: empty, SecretKey: empty, SecurityToken: empty, Getenv: env}
	with := func(change func(*Input)) Input {
		in := noKeys
		change(&in)
		return in
	}
	for name, test := range map[string]struct {
		in      Input
		profile string
		want    string
	}{
		"keys beside a profile": {with(func(in *Input) { in.Profile = p0 }), keys, `the access key …file of the profile "p0"`},
		"a URI beside a profile": {
			with(func(in *Input) { in.Profile, in.CredentialsURI = p0, empty }), link, "the credentials URI on of.profile",
		},
		"a profile": {
			Input{Profile: empty, Getenv: environment("ALICLOUD_PROFILE", "p0")}, keys, `the access key …rent of the profile "base"`,
		},
		"a role beside keys": {
			Input{Profile: p0, AssumeRole: &AssumeRole{RoleARN: empty}, Getenv: environment("ALICLOUD_ASSUME_ROLE_ARN", "role-of-env")}, keys, `the access key …file of the profile "p0"`,
		},
		"a role beside a profile's": {
			Input{Profile: p0, AssumeRole: &AssumeRole{RoleARN: empty}, Getenv: environment("ALICLOUD_ASSUME_ROLE_ARN", "role-of-env")},
			role,
			`the role role-of-profile, assumed with the access key …file of the profile "p0" (STS at sts.cn-beijing.aliyuncs.com)`,
		},
		"a role of an identity provider": {
			Input{Profile: p0, AssumeRoleWithOIDC: &AssumeRoleWithOIDC{RoleARN: empty, OIDCProviderARN: empty, OIDCTokenFile: empty}, Getenv: environment("ALIBABA_CLOUD_ROLE_ARN", "r")},
			keys,
			`the access key …file of the profile "p0"`,
		},
		"all of it": {
			with(func(in *Input) {
				in.Profile, in.CredentialsURI, in.ECSRoleName, in.SharedCredentialsFile, in.Region, in.STSEndpoint = p0, empty, empty, empty, empty, empty
				in.AssumeRole = &AssumeRole{RoleARN: empty, SessionName: empty, Policy: empty, ExternalID: empty, SessionExpiration: new(int64)}
				in.AssumeRoleWithOIDC = &AssumeRoleWithOIDC{
					OIDCProviderARN: empty, RoleARN: empty, OIDCToken: empty, OIDCTokenFile: empty, RoleSessionName: empty, Policy: empty, SessionExpiration: new(int64),
				}
			}),
			role,
			`the role role-of-profile, assumed with the access key …file of the profile "p0" (STS at sts.cn-beijing.aliyuncs.com)`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Home = home(t, `{"current": "base", "profiles": [{`+test.profile+`}, {`+base+`}]}`)
			if got := resolve(t, test.in).About; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// A selected source without credentials must not be replaced by one that was not selected: the current profile, in its region.
func TestANamedSourceWithoutCredentialsEndsTheSearch(t *testing.T) {
	const base = `{"name": "base", "mode": "AK", "access_key_id": "LTAI-current", "access_key_secret": "s"}`
	p0 := ptr("p0")
	for name, test := range map[string]struct {
		in      Input
		profile string
		want    string // the attribute with the mistake
	}{
		"a profile without its URI":      {Input{Profile: p0, CredentialsURI: ptr("")}, `"name": "p0", "mode": "CredentialsURI"`, "profile"},
		"a profile without its keys":     {Input{Profile: p0}, `"name": "p0", "mode": "AK"`, "profile"},
		"a profile that is not there":    {Input{Profile: ptr("no")}, `"name": "p0"`, "profile"},
		"a profile of another SDK":       {Input{Getenv: environment("ALIBABACLOUD_PROFILE", "no")}, `"name": "p0"`, "profile"},
		"a file that is not there":       {Input{Profile: p0, SharedCredentialsFile: ptr("/nowhere")}, `"name": "p0"`, "shared_credentials_file"},
		"an access key alone":            {Input{AccessKey: ptr("LTAI")}, `"name": "p0"`, "secret_key"},
		"a token alone":                  {Input{SecurityToken: ptr("token")}, `"name": "p0"`, "security_token"},
		"a block without a role":         {Input{AssumeRole: &AssumeRole{}}, `"name": "p0"`, "assume_role.role_arn"},
		"an OIDC block without a role":   {Input{AssumeRoleWithOIDC: &AssumeRoleWithOIDC{}}, `"name": "p0"`, "assume_role_with_oidc.oidc_provider_arn"},
		"a profile that may not be read": {Input{Profile: ptr("base"), Getenv: environment("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE")}, `"name": "p0"`, "profile"},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Home = home(t, `{"current": "base", "profiles": [{`+test.profile+`}, `+base+`]}`)
			if test.in.Getenv == nil {
				test.in.Getenv = environment()
			}
			resolved, err := Resolve(test.in)
			var wrong *Error
			if !errors.As(err, &wrong) || wrong.Attribute != test.want {
				t.Errorf("got %+v and %v, want an error on %s", resolved, err, test.want)
			}
		})
	}
}

// The parts of a pair of credentials can have several sources. The trace names each.
func TestTheTraceNamesEachSource(t *testing.T) {
	const role = `"name": "p0", "mode": "RamRoleArn", "access_key_id": "LTAI0123", "access_key_secret": "s", "ram_role_arn": "r"`
	key, p0 := ptr("LTAI0123"), ptr("p0")
	for name, test := range map[string]struct {
		in   Input
		want string
	}{
		"a token that was left over": {
			Input{AccessKey: key, SecretKey: ptr("s"), Getenv: environment("ALICLOUD_SECURITY_TOKEN", "t")},
			"the access key …0123 from the provider's attribute access_key, together with the security token from the environment variable ALICLOUD_SECURITY_TOKEN",
		},
		"a token of another tool": {
			Input{Getenv: environment("ALICLOUD_ACCESS_KEY", "LTAI0123", "ALICLOUD_SECRET_KEY", "s", "ALIBABA_CLOUD_SECURITY_TOKEN", "t")},
			"the access key …0123 from the environment variable ALICLOUD_ACCESS_KEY, together with the security token from the environment variable ALIBABA_CLOUD_SECURITY_TOKEN",
		},
		"each from elsewhere": {
			Input{AccessKey: key, Profile: p0, Getenv: environment("ALICLOUD_SECURITY_TOKEN", "t"), AssumeRole: &AssumeRole{RoleARN: ptr("")}},
			`the role r of the profile "p0", assumed with the access key …0123 from the provider's attribute access_key, together with the secret key of the profile "p0" and ` +
				"the security token from the environment variable ALICLOUD_SECURITY_TOKEN (STS at sts.cn-beijing.aliyuncs.com)",
		},
		"all from one place": {
			Input{Getenv: environment("ALICLOUD_ACCESS_KEY", "LTAI0123", "ALICLOUD_SECRET_KEY", "s", "ALICLOUD_SECURITY_TOKEN", "t")},
			"the access key …0123 from the environment variable ALICLOUD_ACCESS_KEY",
		},
		"a role of another place": {
			Input{Getenv: environment("ALICLOUD_ACCESS_KEY", "LTAI0123", "ALICLOUD_SECRET_KEY", "s"), AssumeRole: &AssumeRole{RoleARN: ptr("a")}},
			"the role a from the provider's attribute assume_role.role_arn, assumed with the access key …0123 from the environment variable ALICLOUD_ACCESS_KEY (STS at sts.cn-beijing.aliyuncs.com)",
		},
		"an identity provider of another place": {
			Input{
				AssumeRoleWithOIDC: &AssumeRoleWithOIDC{RoleARN: ptr("a"), OIDCToken: ptr("canary")},
				Getenv:             environment("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "idp"),
			},
			"the role a, assumed with an OIDC token (role from the provider's attribute assume_role_with_oidc.role_arn, identity provider from the environment variable " +
				"ALIBABA_CLOUD_OIDC_PROVIDER_ARN, token from the provider's attribute assume_role_with_oidc.oidc_token) (STS at sts.cn-beijing.aliyuncs.com)",
		},
	} {
		t.Run(name, func(t *testing.T) {
			test.in.Home = home(t, profiles(role))
			if got := resolve(t, test.in).About; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}
