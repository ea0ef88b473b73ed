package credentials

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestWhereRolesAreAssumed(t *testing.T) {
	const role = `"name": "p0", "mode": "RamRoleArn", "access_key_id": "LTAI0123", "access_key_secret": "secret", "ram_role_arn": "r", "region_id": "cn-hangzhou"`
	for want, test := range map[string]struct {
		endpoint, fields string
		needsRegion      bool
	}{
		"sts.cn-hangzhou.aliyuncs.com":     {"", "", true},
		"sts.cn-shanghai.aliyuncs.com":     {"", `, "sts_region": "cn-shanghai"`, false},
		"sts-vpc.cn-hangzhou.aliyuncs.com": {"", `, "enable_vpc": true`, true},
		"127.0.0.1:1":                      {"127.0.0.1:1", `, "enable_vpc": true, "sts_region": "cn-shanghai"`, false},
	} {
		got := resolve(t, Input{Profile: ptr("p0"), Home: home(t, profiles(role+test.fields)), STSEndpoint: &test.endpoint})
		if want := `the role r, assumed with the access key …0123 of the profile "p0" (STS at ` + want + ")"; got.About != want {
			t.Errorf("got  %s\nwant %s", got.About, want)
		}
		if !got.UsesSTS || got.NeedsRegion != test.needsRegion {
			t.Errorf("%s: got %t and %t", want, got.UsesSTS, got.NeedsRegion)
		}
	}
}

func TestWhichCredentialsSign(t *testing.T) {
	const key = `"access_key_id": "LTAI0123", "access_key_secret": "canary-secret"`
	p0 := ptr("p0")
	for name, test := range map[string]struct {
		in                   Input
		config               string
		want                 string
		usesSTS, needsRegion bool
	}{
		"a key pair": {
			Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("s")}, "", "the access key …0123 from the provider's attribute access_key", false, false,
		},
		"a profile's key pair": {
			Input{}, profiles(`"name": "p0", "mode": "AK", ` + key), `the access key …0123 of the profile "p0"`, false, false,
		},
		"a token of an identity provider": {
			Input{AssumeRoleWithOIDC: &AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCToken: ptr("canary-token")}},
			"",
			"the role r, assumed with an OIDC token (STS at sts.cn-beijing.aliyuncs.com)", true, true,
		},
		"two roles": {
			Input{Profile: p0, AssumeRole: &AssumeRole{RoleARN: ptr("a")}},
			profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "b"`, `"name": "p1", "mode": "AK", `+key),
			`the role a from the provider's attribute assume_role.role_arn, assumed with the role b, assumed with the access key …0123 of the profile "p1" (STS at sts.cn-beijing.aliyuncs.com)`, true, true,
		},
		"two roles of two STS, one of the region": {
			Input{Profile: p0, AssumeRole: &AssumeRole{RoleARN: ptr("a")}},
			profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "b", "sts_region": "x"`, `"name": "p1", "mode": "AK", `+key),
			`the role a from the provider's attribute assume_role.role_arn, assumed with the role b, assumed with the access key …0123 of the profile "p1" (STS at sts.x.aliyuncs.com and sts.cn-beijing.aliyuncs.com)`, true, true,
		},
		"two roles of two STS, the first of the region": {
			Input{Profile: p0},
			profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1", "ram_role_arn": "a", "sts_region": "x"`,
				`"name": "p1", "mode": "RamRoleArn", "ram_role_arn": "b", `+key),
			`the role a, assumed with the role b, assumed with the access key …0123 of the profile "p1" (STS at sts.cn-beijing.aliyuncs.com and sts.x.aliyuncs.com)`, true, true,
		},
		"a command whose name is a secret": {
			Input{Profile: p0},
			profiles(`"name": "p0", "mode": "External", "process_command": "/opt/canary-secret --x", ` + key),
			"the command /opt/(hidden)", false, false,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if test.config != "" {
				test.in.Home = home(t, test.config)
			}
			got := resolve(t, test.in)
			if got.About != test.want || got.UsesSTS != test.usesSTS || got.NeedsRegion != test.needsRegion || got.Warnings != nil {
				t.Errorf("got  %q %t %t %v\nwant %q %t %t", got.About, got.UsesSTS, got.NeedsRegion, got.Warnings, test.want, test.usesSTS, test.needsRegion)
			}
		})
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
				_, _ = w.Write([]byte(stsResponse(fmt.Sprintf("STS.%d", len(got)), time.Hour)))
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
