package credentials

import "testing"

// With the aliyun CLI set up, no configuration is needed.
func TestProfilesAsTheCLIReadsThem(t *testing.T) {
	const (
		keys = `"access_key_id": "LTAI0123", "access_key_secret": "s"`
		sts  = " (STS at sts.cn-beijing.aliyuncs.com)"
	)
	for name, test := range map[string]struct {
		env  []string
		file string
		want string
	}{
		"no current profile is the profile default": {
			nil, `{"profiles": [{"name": "p0"}, {"name": "default", "mode": "AK", ` + keys + `}]}`, `the access key …0123 of the profile "default"`,
		},
		"no mode is AK": {nil, profiles(`"name": "p0", ` + keys), `the access key …0123 of the profile "p0"`},
		"no mode, and a token, is StsToken": {
			nil, profiles(`"name": "p0", "sts_token": "t", ` + keys), `the access key …0123 of the profile "p0"`,
		},
		"no mode, and a role, is RamRoleArn": {
			nil, profiles(`"name": "p0", "ram_role_arn": "r", "sts_token": "t", ` + keys), `the role r, assumed with the access key …0123 of the profile "p0"` + sts,
		},
		"the endpoint of STS in the profile": {
			nil, profiles(`"name": "p0", "mode": "RamRoleArn", "sts_endpoint": "sts-vpc.{region}.example", "ram_role_arn": "r", "sts_region": "no", "region_id": "cn-x", ` + keys),
			`the role r, assumed with the access key …0123 of the profile "p0" (STS at sts-vpc.cn-x.example)`,
		},
		"the endpoint of STS in the environment": {
			[]string{"ALIBABA_CLOUD_STS_ENDPOINT", "sts.env"},
			profiles(`"name": "p0", "mode": "RamRoleArn", "sts_endpoint": "no", "ram_role_arn": "r", ` + keys),
			`the role r, assumed with the access key …0123 of the profile "p0" (STS at sts.env)`,
		},
		"the profile in the CLI's own variable": {
			[]string{"ALIBABACLOUD_PROFILE", "p1"}, profiles(`"name": "p0", "mode": "AK", `+keys, `"name": "p1", "mode": "EcsRamRole"`), "the ECS metadata service, role of the instance",
		},
		"an opt-out that is off": {
			[]string{"ALIBABA_CLOUD_IGNORE_PROFILE", "FALSE", "ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "false", "ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "0"},
			profiles(`"name": "p0", "mode": "External", "process_command": "x"`), "the command x",
		},
		"a URI of the environment, where those of profiles are forbidden": {
			[]string{"ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1", "ALICLOUD_CREDENTIALS_URI", "http://of.env"}, profiles(), "the credentials URI on of.env",
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := resolve(t, Input{Home: home(t, test.file), Getenv: environment(test.env...)}).About; got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
		})
	}
}

// An STS token of a profile that assumes a role goes along, in the profile itself and at the end of a chain.
func TestARoleProfileMayContainAToken(t *testing.T) {
	const role = `"mode": "RamRoleArn", "access_key_id": "LTAI0123", "access_key_secret": "s", "sts_token": "token-of-profile", "ram_role_arn": "r"`
	for name, file := range map[string]string{
		"named":     profiles(`"name": "p0", ` + role),
		"in a role": profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "q"`, `"name": "p1", `+role),
	} {
		for _, profile := range []*string{nil, ptr("p0")} {
			first := ""
			in := Input{Home: home(t, file), Profile: profile, Getenv: environment()}
			in.STSEndpoint = overTLS(t, recordFirst(&first, "SecurityToken"))
			if _, err := resolve(t, in).Source(t.Context()); err != nil || first != "token-of-profile" {
				t.Errorf("%s: got the token %q and %v", name, first, err)
			}
		}
	}
}
