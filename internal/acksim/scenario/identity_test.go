package scenario

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestReadScenarioReadsTheCredentialServices(t *testing.T) {
	got, err := Read(strings.NewReader(`{` + key + `,
		"roles": [
			{"arn": "acs:ram::1:role/a", "trusts": ["testak", "acs:ram::1:role/b", "oidc"], "external_id": "x",
				"max_seconds": 43200, "session_seconds": 60},
			{"arn": "acs:ram::1:role/b", "trusts": ["acs:ram::1:role/instance", "acs:ram::1:role/uri"]}
		],
		"oidc": {"provider_arn": "acs:ram::1:oidc-provider/ci", "tokens": [
			{"token": "for ever"}, {"token": "a while", "expires": "15m"}, {"token": "until then", "expires": "2026-01-02T03:04:05Z"}
		]},
		"metadata": {"role": "instance", "role_arn": "acs:ram::1:role/instance", "v1": false, "session_seconds": 30},
		"credentials_uri": {"path": "/a/b", "role_arn": "acs:ram::1:role/uri", "session_seconds": 1, "code": "No", "no_expiration": true}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	want := &Scenario{
		AccessKeys: []AccessKey{{ID: "testak", Secret: "testsk"}},
		Roles: []Role{
			{
				ARN: "acs:ram::1:role/a", Trusts: []string{"testak", "acs:ram::1:role/b", "oidc"}, ExternalID: "x",
				MaxSeconds: 43200, SessionSeconds: 60,
			},
			{ARN: "acs:ram::1:role/b", Trusts: []string{"acs:ram::1:role/instance", "acs:ram::1:role/uri"}},
		},
		OIDC: &OIDC{ProviderARN: "acs:ram::1:oidc-provider/ci", Tokens: []OIDCToken{
			{Token: "for ever"},
			{Token: "a while", ExpiresAfter: 15 * time.Minute},
			{Token: "until then", ExpiresAt: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)},
		}},
		Metadata: &Metadata{Role: "instance", RoleARN: "acs:ram::1:role/instance", SessionSeconds: 30},
		CredentialsURI: &CredentialsURI{
			Path: "/a/b", RoleARN: "acs:ram::1:role/uri", SessionSeconds: 1, Code: "No", NoExpiration: true,
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}

	got, err = Read(strings.NewReader(`{` + key + `, "metadata": {"role": "a"}, "credentials_uri": {"path": "/c", "http": {"body": "no"}}}`))
	if err != nil || !got.Metadata.V1 || got.CredentialsURI.HTTP.Status != 200 || got.CredentialsURI.HTTP.Body != "no" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestErrorsAboutCredentialServicesNameTheField(t *testing.T) {
	role := func(fields string) string {
		return `"roles": [` + "\n" + `{"arn": "acs:ram::1:role/a", ` + fields + `}]`
	}
	oidc := func(fields string) string {
		return `"oidc": {"provider_arn": "acs:ram::1:oidc-provider/ci", "tokens": [` + "\n" + fields + `]}`
	}
	for name, test := range map[string]struct{ fields, want string }{
		"an unknown field of a role": {
			role(`"trust": []`),
			"line 3, roles[0].trust: unknown field: use one of arn, external_id, max_seconds, session_seconds, trusts",
		},
		"a role without an ARN": {
			`"roles": [{}]`, `line 2, roles[0].arn: "" is not the ARN of a role: write acs:ram::<account>:role/<name>`,
		},
		"a role that is no ARN": {
			`"roles": [{"arn": "a"}]`, `line 2, roles[0].arn: "a" is not the ARN of a role: write acs:ram::<account>:role/<name>`,
		},
		"two roles of one ARN": {
			`"roles": [{"arn": "acs:ram::1:role/a", "trusts": ["testak"]}, {"arn": "acs:ram::1:role/a", "trusts": ["testak"]}]`,
			`line 2, roles[1].arn: duplicate ARN "acs:ram::1:role/a": give each role its own ARN`,
		},
		"a role that nobody may assume": {
			role(`"trusts": []`),
			`line 3, roles[0].trusts: no identity can assume it: name an access key's id, a role's ARN, or "oidc"`,
		},
		"a role that trusts nobody there is": {
			role(`"trusts": ["testak",` + "\n" + `"testka"]`),
			`line 4, roles[0].trusts[1]: unknown identity "testka": use the id of one of access_keys, ` +
				`the ARN of one of roles, of metadata or of credentials_uri, or "oidc" if there is oidc`,
		},
		"a role that trusts an OIDC provider that is not there": {
			role(`"trusts": ["oidc"]`),
			`line 3, roles[0].trusts[0]: unknown identity "oidc": use the id of one of access_keys, ` +
				`the ARN of one of roles, of metadata or of credentials_uri, or "oidc" if there is oidc`,
		},
		"a trust that is no text": {
			role(`"trusts": [1]`), "line 3, roles[0].trusts[0]: it is a number: write a string, or leave the field out",
		},
		"too small a maximum": {
			role(`"trusts": ["testak"], "max_seconds": 900`),
			"line 3, roles[0].max_seconds: 900 is not a maximum that a role can have: give 3600 to 43200",
		},
		"too great a maximum": {
			role(`"trusts": ["testak"], "max_seconds": 43201`),
			"line 3, roles[0].max_seconds: 43201 is not a maximum that a role can have: give 3600 to 43200",
		},
		"sessions that are longer than their maximum": {
			role(`"trusts": ["testak"], "session_seconds": 3601`),
			"line 3, roles[0].session_seconds: 3601 is not a length that a session of this role can have: give 1 to 3600",
		},
		"sessions that end before they begin": {
			role(`"trusts": ["testak"], "session_seconds": -1`),
			"line 3, roles[0].session_seconds: -1 is not a length that a session of this role can have: give 1 to 3600",
		},
		"an OIDC provider without an ARN": {
			`"oidc": {}`, `line 2, oidc.provider_arn: "" is not the ARN of an OIDC provider: write acs:ram::<account>:oidc-provider/<name>`,
		},
		"no tokens": {oidc(``), `line 2, oidc.tokens: there is no token to show: give at least one, [{"token": "..."}]`},
		"a token that is too short": {
			oidc(`{"token": "abc"}`), "line 3, oidc.tokens[0].token: it has 3 characters: give 4 to 20000",
		},
		"a token that is too long": {
			oidc(`{"token": "` + strings.Repeat("a", 20001) + `"}`), "line 3, oidc.tokens[0].token: it has 20001 characters: give 4 to 20000",
		},
		"two tokens that are one": {
			oidc(`{"token": "abcd"}, {"token": "abcd"}`), "line 3, oidc.tokens[1].token: another token is the same: leave one of them out",
		},
		"a token that has expired": {
			oidc(`{"token": "abcd", "expires": "-1m"}`),
			"line 3, oidc.tokens[0].expires: -1m0s is in the past: give a positive duration, or a time",
		},
		"a token that expires at some time": {
			oidc(`{"token": "abcd", "expires": "soon"}`),
			`line 3, oidc.tokens[0].expires: "soon" is neither a duration nor a time: write "15m", or "2026-01-02T03:04:05Z"`,
		},
		"an instance without a role": {
			`"metadata": {}`, `line 2, metadata.role: "" is not the name of a role: use 1 to 64 letters, digits and any of .@_-`,
		},
		"an instance's role with a slash": {
			`"metadata": {"role": "a/b"}`, `line 2, metadata.role: "a/b" is not the name of a role: use 1 to 64 letters, digits and any of .@_-`,
		},
		"an instance's role that is no ARN": {
			`"metadata": {"role": "a", "role_arn": "a"}`,
			`line 2, metadata.role_arn: "a" is not the ARN of a role: write acs:ram::<account>:role/<name>`,
		},
		"an instance's role of another name": {
			`"metadata": {"role": "a", "role_arn": "acs:ram::1:role/b"}`,
			`line 2, metadata.role_arn: "acs:ram::1:role/b" is not the ARN of "a": it must end in the role's name`,
		},
		"a version that is not a boolean": {
			`"metadata": {"role": "a", "v1": "no"}`, "line 2, metadata.v1: it is a string: write true or false, or leave the field out",
		},
		"an instance's sessions that are too long": {
			`"metadata": {"role": "a", "session_seconds": 43201}`,
			"line 2, metadata.session_seconds: 43201 is not a length that a session can have: give 1 to 43200",
		},
		"a URI without a path": {
			`"credentials_uri": {}`,
			`line 2, credentials_uri.path: "" is not a path to serve: write /, and letters, digits and any of .-_/`,
		},
		"a URI at STS's path": {
			`"credentials_uri": {"path": "/"}`,
			`line 2, credentials_uri.path: "/" is not a path to serve: write /, and letters, digits and any of .-_/`,
		},
		"a URI with a query": {
			`"credentials_uri": {"path": "/a?b"}`,
			`line 2, credentials_uri.path: "/a?b" is not a path to serve: write /, and letters, digits and any of .-_/`,
		},
		"a URI among the clusters": {
			`"credentials_uri": {"path": "/api/v2/clusters/c"}`,
			`line 2, credentials_uri.path: "/api/v2/clusters/c" is where ACK has its clusters: take another path`,
		},
		"a URI of no role": {
			`"credentials_uri": {"path": "/a", "role_arn": "x"}`,
			`line 2, credentials_uri.role_arn: "x" is not the ARN of a role: write acs:ram::<account>:role/<name>`,
		},
		"a URI with two responses": {
			`"credentials_uri": {"path": "/a", "code": "No", "http": {}}`,
			"line 2, credentials_uri: it has http besides code or no_expiration: leave out http, or the others",
		},
		"a URI with an impossible response": {
			`"credentials_uri": {"path": "/a", "http": {"status": 99}}`,
			"line 2, credentials_uri.http.status: 99 is not the status of a response: give 200 to 599",
		},
		"a URI's sessions that end before they begin": {
			`"credentials_uri": {"path": "/a", "session_seconds": -1}`,
			"line 2, credentials_uri.session_seconds: -1 is not a length that a session can have: give 1 to 43200",
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Parse([]byte("{" + key + ",\n" + test.fields + "}"))
			if want := "scenario, " + test.want; err == nil || err.Error() != want {
				t.Errorf("\ngot  %v\nwant %s", err, want)
			}
		})
	}
}
