package credentials

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// What each setting is read back from.
func TestEachFieldComesFromTheAttributeThenTheVariablesInOrderThenTheProfile(t *testing.T) {
	keys := func(t *testing.T, in Input) acs3.Credentials {
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
		return f.words()
	}
	aboutRole := func(t *testing.T, in Input) string { // Its source follows it.
		words, _, _ := strings.Cut(about(t, in), ",")
		words, _, _ = strings.Cut(words, " from the ")
		words, _, _ = strings.Cut(words, " of the ")
		return words
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
		{RoleARN, `"mode": "RamRoleArn", "ram_role_arn": "PROFILE"`, func(in *Input, v *string) { role(in).RoleARN = v }, aboutRole, func(value string) string {
			return "the role " + value
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
			_, _ = w.Write([]byte(stsResponse("STS.session0", time.Hour)))
		})
		if _, err := resolve(t, in).Source(t.Context()); err != nil {
			t.Fatal(err)
		}
		return got
	}
}
