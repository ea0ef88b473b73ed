package acs3

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestParseAuthorization(t *testing.T) {
	for value, want := range map[string]string{
		"ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature=ab": "",
		"": `the Authorization header does not begin with "ACS3-HMAC-SHA256"`,
		"ACS3-HMAC-SHA256 SignedHeaders=host,Credential=id,Signature=ab": "the Authorization header has no Credential where it belongs",
		"ACS3-HMAC-SHA256 Credential=,SignedHeaders=host,Signature=ab":   "the Authorization header has no Credential where it belongs",
		"ACS3-HMAC-SHA256 Credential=id":                                 "the Authorization header has no SignedHeaders where it belongs",
		"ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host,Signature":    "the Authorization header has no Signature where it belongs",
	} {
		a, err := ParseAuthorization(value)
		switch {
		case want == "" && err != nil:
			t.Errorf("%q: %v", value, err)
		case want == "" && a.String() != value:
			t.Errorf("%q is written back as %q", value, a)
		case want != "" && (err == nil || err.Error() != want):
			t.Errorf("%q:\ngot  %v\nwant %s", value, err, want)
		}
	}
}

func TestVerifyRejectsInvalidSignatures(t *testing.T) {
	mismatch := &MismatchError{}
	for name, test := range map[string]struct {
		change func(*http.Request)
		is     error
		as     any
	}{
		"no Authorization header":             {change: func(r *http.Request) { r.Header.Del("Authorization") }},
		"an x-acs header added after signing": {change: func(r *http.Request) { r.Header.Set("X-Acs-Extra", "1") }, is: ErrSignedHeaders},
		"a content type added after signing":  {change: func(r *http.Request) { r.Header.Set("Content-Type", "a/b") }, is: ErrSignedHeaders},
		"a signed header removed":             {change: func(r *http.Request) { r.Header.Del(HeaderNonce) }, is: ErrSignedHeaders},
		"a signed header doubled":             {change: func(r *http.Request) { r.Header.Add(HeaderNonce, "2") }},
		"no payload hash":                     {change: func(r *http.Request) { r.Header.Del(HeaderContentHash) }, is: ErrPayloadHash},
		"another host":                        {change: func(r *http.Request) { r.Host = "elsewhere" }, as: &mismatch},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com/", nil)
			if err := Sign(r, Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}, time.Now(), "nonce"); err != nil {
				t.Fatal(err)
			}
			test.change(r)
			err := Verify(r, "secret")
			switch {
			case err == nil:
				t.Error("verified")
			case test.is != nil && !errors.Is(err, test.is):
				t.Errorf("got %v, want %v", err, test.is)
			case test.as != nil && !errors.As(err, test.as):
				t.Errorf("got %v, want a %T", err, test.as)
			}
			if err != nil && strings.Contains(err.Error(), signature("secret", nil)) {
				t.Errorf("the error shows a signature: %v", err)
			}
		})
	}
}

// FuzzSignVerify holds the signature's promise over arbitrary requests: what is signed verifies, and one changed byte in
// anything that is signed, or in the secret, never does.
func FuzzSignVerify(f *testing.F) {
	f.Add("GET", "/api/v2/clusters/c1/upgrade/status", "name", "x y+z", "token", "nonce", "secret", int64(1767323045), uint8(0), uint16(3), uint8(1))
	f.Add("POST", "/a b/é%2F", "", "", "", "n", "s", int64(0), uint8(3), uint16(0), uint8(0x80))
	f.Add("G", "/", "a&b", "=", "CAIS+/==", "\t n", "\x00", int64(-1), uint8(7), uint16(9), uint8(0x20))
	f.Fuzz(func(t *testing.T, method, path, name, value, token, nonce, secret string, seconds int64, field uint8, at uint16, flip uint8) {
		if secret == "" || len(secret) > 64 || flip == 0 { // A key longer than a block is hashed first, which says nothing new.
			return
		}
		r := &http.Request{
			Method: method,
			Host:   "cs.cn-hangzhou.aliyuncs.com",
			URL:    &url.URL{Scheme: "https", Host: "cs.cn-hangzhou.aliyuncs.com", Path: "/" + path, RawQuery: url.Values{name: {value}}.Encode()},
			Header: http.Header{"X-Acs-Action": {"GetUpgradeStatus"}},
		}
		credentials := Credentials{AccessKeyID: "id", AccessKeySecret: secret, SecurityToken: token, ProviderName: "static_sts"}
		if err := Sign(r, credentials, time.Unix(seconds, 0), nonce); err != nil {
			t.Fatalf("signing: %v", err)
		}
		if err := Verify(r, secret); err != nil {
			t.Fatalf("what was signed does not verify: %v", err)
		}

		var what string
		changed := true
		header := func(name string) {
			what = name
			was := r.Header.Get(name)
			r.Header.Set(name, flipByte(was, at, flip))
			changed = strings.TrimSpace(was) != strings.TrimSpace(r.Header.Get(name)) // The white space around a value is not signed.
		}
		switch field % 10 {
		case 0:
			what, r.Method = "method", flipByte(r.Method, at, flip)
			changed = r.Method != method
		case 1:
			was := r.URL.Path
			what, r.URL.Path, r.URL.RawPath = "path", "/"+flipByte(r.URL.Path[1:], at, flip), ""
			changed = was != r.URL.Path
		case 2:
			other := flipByte(value, at, flip)
			what, r.URL.RawQuery = "query value", url.Values{name: {other}}.Encode()
			changed = other != value
		case 3:
			other := flipByte(name, at, flip)
			what, r.URL.RawQuery = "query name", url.Values{other: {value}}.Encode()
			changed = other != name
		case 4:
			what, r.Host = "host", flipByte(r.Host, at, flip)
			changed = strings.TrimSpace(r.Host) != r.URL.Host
		case 5:
			header("X-Acs-Action")
		case 6:
			header(HeaderDate)
		case 7:
			header(HeaderNonce)
		case 8:
			if token == "" {
				return
			}
			header(HeaderSecurityToken)
		case 9:
			what, secret = "secret", flipByte(secret, at, flip)
		}
		if changed && Verify(r, secret) == nil {
			t.Fatalf("verified with a changed %s", what)
		}
	})
}

// flipByte returns s with one byte changed, or s itself when it is empty.
func flipByte(s string, at uint16, flip uint8) string {
	if s == "" {
		return s
	}
	b := []byte(s)
	b[int(at)%len(b)] ^= flip
	return string(b)
}
