package redact

import (
	"encoding/json"
	"html"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"unicode"
)

func TestPatternsHide(t *testing.T) {
	for name, test := range map[string]struct{ text, want string }{
		"parameters of a URL": {
			`Post "https://sts.x/?AccessKeyId=canary&Action=AssumeRole&SecurityToken=canary%2Bx&Signature=canary%3D&SignatureNonce=canary": EOF`,
			`Post "https://sts.x/?AccessKeyId=(hidden)&Action=AssumeRole&SecurityToken=(hidden)&Signature=(hidden)&SignatureNonce=(hidden)": EOF`,
		},
		"a string to sign": {
			"POST&%2F&AccessKeyId%3Dcanary%26SecurityToken%3Dcanary%252Bx%253D%26Version%3D2015", "POST&%2F&AccessKeyId%3D(hidden)%26SecurityToken%3D(hidden)%26Version%3D2015",
		},
		"fields of JSON":               {`{"AccessKeyId": "canary", "AccessKeySecret":"canary","SecurityToken" : "canary", "Code":"x"}`, `{"AccessKeyId": "(hidden)", "AccessKeySecret":"(hidden)","SecurityToken" : "(hidden)", "Code":"x"}`},
		"fields of the CLI's JSON":     {`{"access_key_id":"canary","sts_token":"canary","oauth_refresh_token":"canary"}`, `{"access_key_id":"(hidden)","sts_token":"(hidden)","oauth_refresh_token":"(hidden)"}`},
		"JSON that is cut off":         {`{"AccessKeySecret":"canar`, `{"AccessKeySecret":"(hidden)"`},
		"a quote in a secret":          {`{"AccessKeySecret":"can\"ary","a":"b"}`, `{"AccessKeySecret":"(hidden)","a":"b"}`},
		"JSON in a string":             {`"{\"AccessKeySecret\":\"canary\"}"`, `"{\"AccessKeySecret\":"(hidden)"`},
		"a number":                     {`{"secret": 123456}`, `{"secret": "(hidden)"}`},
		"a bearer token":               {"Authorization: Bearer canary.x", "Authorization: Bearer (hidden)"},
		"a shell's variables":          {"+ export ALIBABA_CLOUD_ACCESS_KEY_SECRET=canary X=1", "+ export ALIBABA_CLOUD_ACCESS_KEY_SECRET=(hidden) X=1"},
		"a command's user":             {"+ curl -s -u admin:canary https://x", "+ curl -s -u (hidden) https://x"},
		"a command's user, quoted":     {"+ curl --user 'admin:canary' --proxy-user=a:canary https://x", "+ curl --user '(hidden)' --proxy-user=(hidden) https://x"},
		"a user in a URL":              {"cannot reach https://admin:canary@vault.example/v1", "cannot reach https://(hidden)@vault.example/v1"},
		"YAML":                         {"access_key_secret: canary", "access_key_secret: (hidden)"},
		"a JWT":                        {"token canary? eyJhbGciOi.eyJzdWIi.c2lnbmF0 here", "token canary? (hidden) here"},
		"an access key id":             {"key LTAI5tExample1234 and STS.NUExample12", "key (hidden) and (hidden)"},
		"a security token":             {"CAISabcdefghijklmnop+/==", "(hidden)"},
		"line ends":                    {"a\r\n\tb\x00c", "a b c"},
		"controls beyond ASCII":        {"a\u009b31mb\u202ec", "a 31mb c"},
		"not the words behind a code":  {"MissingSecurityToken: SecurityToken is mandatory for this action.", "MissingSecurityToken: SecurityToken is mandatory for this action."},
		"not the words of a sentence":  {"failed to read the token: no such file; password: canary", "failed to read the token: no such file; password: (hidden)"},
		"not the name of a scheme":     {"Basic authentication is required. Bearer token is missing", "Basic authentication is required. Bearer token is missing"},
		"a secret behind a code":       {"InvalidSecurityToken: c4nary-token", "InvalidSecurityToken: (hidden)"},
		"a secret in a sentence":       {"token: c4nary", "token: (hidden)"},
		"nothing that is not a secret": {`httpStatus: 404, message = {"Code":"SignatureDoesNotMatch"} oidc token file: no`, `httpStatus: 404, message = {"Code":"SignatureDoesNotMatch"} oidc token file: no`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := New().Text(test.text, 400); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

func TestKnownSecretsAreHiddenInEverySpelling(t *testing.T) {
	r := New("abcd", "abcdefgh", "a+b/c=d", `q"uote`, "xyz", "Long/enough+for=any/case")
	for text, want := range map[string]string{
		"abcdefgh":                 "(hidden)", // the longer of two that begin alike
		"x a%2Bb%2Fc%3Dd":          "x (hidden)",
		"x a%252Bb%252Fc%253Dd":    "x (hidden)",
		"a+b/c=d, A+B/C=D":         "(hidden), A+B/C=D",
		"LONG/ENOUGH+FOR=ANY/CASE": "(hidden)",
		`a\u002bb\/c\u003dd`:       "(hidden)",
		"a&#43;b/c&#61;d":          "(hidden)",
		`{"m":"q\"uote."}`:         `{"m":"(hidden)."}`,
		"q&#34;uote":               "(hidden)",
		"xyz is too short":         "xyz is too short",
		"nothing of it, but abc d": "nothing of it, but abc d",
	} {
		if got := r.Line(text, 400); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got, want := r.Opaque("see /opt/tool: q83vASNFZ4mrze8BI0VniavN, authenticationrequired", 400), "see /opt/tool: (hidden), authenticationrequired"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestASecretThatIsCutOffIsHidden(t *testing.T) {
	const secret = "CAISabcDEFghijklMNOpqr0123456789"
	r := New(secret)
	for text, want := range map[string]string{
		"token " + secret[:20]:           "token (hidden)",
		"token " + secret[:minBeginning]: "token (hidden)",
		"token " + secret[:8]:            "token " + secret[:8],
	} {
		if got := r.Known(text); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if got := r.Line(strings.Repeat("x", 90)+secret, 100); strings.Contains(got, "CAIS") {
		t.Errorf("the cut left a part of it: %s", got)
	}
}

func TestAddressHidesUserAndPassword(t *testing.T) {
	for text, want := range map[string]string{
		"cs.cn-hangzhou.aliyuncs.com:443": "cs.cn-hangzhou.aliyuncs.com:443",
		"user:p@ss@host:443":              "(hidden)@host:443",
		"https://user:pass@host/a":        "https://(hidden)@host/a",
	} {
		if got := Address(text); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestTheProxyPasswordBecomesAKnownSecret(t *testing.T) {
	r := &Redactor{}
	r.LearnProxy(nil)
	r.LearnProxy(&url.URL{Host: "proxy:3128"})
	r.LearnProxy(&url.URL{User: url.UserPassword("admin", "hunter2!"), Host: "proxy:3128"})
	if got, want := r.Known("Basic YWRtaW46aHVudGVyMiE= of hunter2!"), "Basic (hidden) of (hidden)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzKnownSecretsAreRedacted(f *testing.F) {
	f.Add("p4ssW0rd", "before ", ` after`)
	f.Add("a+b/c==", `{"AccessKeySecret":"`, `"}`)
	f.Add(`with"quote\`, "https://x/?a=", "&b=c")
	f.Add("spaced out", "x", "y")
	f.Add("CAISabcdefghijklmnop+/==", "x\u009b", "\u202ey")
	f.Fuzz(func(t *testing.T, secret, before, after string) {
		// What no secret is: short, broken, or made of what is put in its place.
		if len(secret) < minSecret || strings.ToValidUTF8(secret, "") != secret || strings.ContainsFunc(secret, func(r rune) bool {
			return r > unicode.MaxASCII || unicode.IsControl(r) || strings.ContainsRune("(hidden)$…?", r)
		}) || strings.Trim(secret, " ") != secret || strings.Contains(secret, "  ") {
			return
		}
		r := New(secret)
		quoted, err := json.Marshal(secret)
		if err != nil {
			return
		}
		for _, form := range []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted), strconv.Quote(secret), html.EscapeString(secret),
			url.QueryEscape(url.QueryEscape(secret)),
		} {
			for _, got := range []string{r.Line(before+form+after, 1<<20), r.Text(before+form+after, 1<<20), r.Opaque(before+form+after, 1<<20)} {
				if strings.Contains(got, secret) {
					t.Errorf("%q survives in %q", secret, got)
				}
			}
		}
	})
}
