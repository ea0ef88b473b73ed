package credentials

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
)

func TestTheScrubberHides(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"parameters of a URL": {
			`Post "https://sts.x/?AccessKeyId=canary&Action=AssumeRole&SecurityToken=canary%2Bx&Signature=canary%3D&SignatureNonce=canary": EOF`,
			`Post "https://sts.x/?AccessKeyId=(hidden)&Action=AssumeRole&SecurityToken=(hidden)&Signature=(hidden)&SignatureNonce=(hidden)": EOF`,
		},
		"a string to sign": {
			"POST&%2F&AccessKeyId%3Dcanary%26SecurityToken%3Dcanary%252Bx%253D%26Version%3D2015", "POST&%2F&AccessKeyId%3D(hidden)%26SecurityToken%3D(hidden)%26Version%3D2015",
		},
		"fields of JSON":              {`{"AccessKeyId": "canary", "AccessKeySecret":"canary","SecurityToken" : "canary", "Code":"x"}`, `{"AccessKeyId": "(hidden)", "AccessKeySecret":"(hidden)","SecurityToken" : "(hidden)", "Code":"x"}`},
		"fields of the CLI's JSON":    {`{"access_key_id":"canary","sts_token":"canary","oauth_refresh_token":"canary"}`, `{"access_key_id":"(hidden)","sts_token":"(hidden)","oauth_refresh_token":"(hidden)"}`},
		"JSON that is cut off":        {`{"AccessKeySecret":"canar`, `{"AccessKeySecret":"(hidden)"`},
		"a quote in a secret":         {`{"AccessKeySecret":"can\"ary","a":"b"}`, `{"AccessKeySecret":"(hidden)","a":"b"}`},
		"JSON in a string":            {`"{\"AccessKeySecret\":\"canary\"}"`, `"{\"AccessKeySecret\":"(hidden)"`},
		"a number":                    {`{"secret": 123456}`, `{"secret": "(hidden)"}`},
		"a bearer token":              {"Authorization: Bearer canary.x", "Authorization: Bearer (hidden)"},
		"a shell's variables":         {"+ export ALIBABA_CLOUD_ACCESS_KEY_SECRET=canary X=1", "+ export ALIBABA_CLOUD_ACCESS_KEY_SECRET=(hidden) X=1"},
		"YAML":                        {"access_key_secret: canary", "access_key_secret: (hidden)"},
		"a JWT":                       {"token canary? eyJhbGciOi.eyJzdWIi.c2lnbmF0 here", "token canary? (hidden) here"},
		"an access key id":            {"key LTAI5tExample1234 and STS.NUExample12", "key (hidden) and (hidden)"},
		"a security token":            {"CAISabcdefghijklmnop+/==", "(hidden)"},
		"line ends":                   {"a\r\n\tb\x00c", "a b c"},
		"not the words behind a code": {"MissingSecurityToken: SecurityToken is mandatory for this action.", "MissingSecurityToken: SecurityToken is mandatory for this action."},
		"not the words of a sentence": {"failed to read the token: no such file; password: canary", "failed to read the token: no such file; password: (hidden)"},
		"not the name of a scheme":    {"Basic authentication is required. Bearer token is missing", "Basic authentication is required. Bearer token is missing"},
		"a secret behind a code":      {"InvalidSecurityToken: c4nary-token", "InvalidSecurityToken: (hidden)"},
		"a secret in a sentence":      {"token: c4nary", "token: (hidden)"},
		"nothing that is no secret":   {`httpStatus: 404, message = {"Code":"SignatureDoesNotMatch"} oidc token file: no`, `httpStatus: 404, message = {"Code":"SignatureDoesNotMatch"} oidc token file: no`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := (&scrubber{}).text(test.text); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestTheScrubberKnows(t *testing.T) {
	s := &scrubber{}
	s.learn("abcd", "abcdefgh", "a+b/c=d", `q"uote`, "xyz")
	for text, want := range map[string]string{
		"abcdefgh":         "(hidden)", // the longer of two that begin alike
		"x a%2Bb%2Fc%3Dd":  "x (hidden)",
		"a+b/c=d":          "(hidden)",
		`{"m":"q\"uote."}`: `{"m":"(hidden)."}`,
		"xyz is too short": "xyz is too short",
	} {
		if got := s.text(text); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got, want := s.opaque("see /opt/tool: q83vASNFZ4mrze8BI0VniavN, authenticationrequired"), "see /opt/tool: (hidden), authenticationrequired"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzNoKnownSecretSurvives(f *testing.F) {
	f.Add("p4ssW0rd", "before ", ` after`)
	f.Add("a+b/c==", `{"AccessKeySecret":"`, `"}`)
	f.Add(`with"quote\`, "https://x/?a=", "&b=c")
	f.Add("spaced out", "x", "y")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		// What no secret is: short, broken, or made of what is put in its place.
		if len(secret) < 4 || strings.ToValidUTF8(secret, "") != secret || strings.ContainsFunc(secret, func(r rune) bool {
			return notInAHeader(r) && r != ' ' || strings.ContainsRune("(hidden)$…", r) || r == '?'
		}) || strings.Trim(secret, " ") != secret {
			return
		}
		s := &scrubber{}
		s.learn(secret)
		quoted, err := json.Marshal(secret)
		if err != nil {
			return
		}
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted)} {
			if got := s.text(before + form + after); strings.Contains(got, secret) {
				t.Errorf("%q survives in %q", secret, got)
			}
		}
	})
}
