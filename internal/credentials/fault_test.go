package credentials

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

func TestWhichFaultsPass(t *testing.T) {
	post := func(err error) error { return &url.Error{Op: "Post", URL: "https://sts", Err: err} }
	sts := func(body string) error { return errors.New("refresh session token failed: " + body) }
	for name, test := range map[string]struct {
		err  error
		want bool
	}{
		"a request that was lost":              {post(io.EOF), true},
		"a connection refused":                 {&net.OpError{Op: "dial", Err: errors.New("refused")}, true},
		"an answer that was lost":              {fmt.Errorf("x: %w", io.ErrUnexpectedEOF), true},
		"a deadline":                           {context.DeadlineExceeded, true},
		"a certificate":                        {post(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), false},
		"an endpoint that is no host":          {&url.Error{Op: "parse", URL: "https://a b", Err: errors.New("invalid")}, false},
		"a host that does not exist":           {post(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "sts.x", IsNotFound: true}}), false},
		"a name server that fails":             {post(&net.DNSError{Err: "server misbehaving", Name: "sts.x", IsTemporary: true}), true},
		"an HTTP server in place of STS":       {post(http.ErrSchemeMismatch), false},
		"no TLS":                               {post(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), false},
		"a server that refuses the handshake":  {post(&net.OpError{Op: "remote error", Err: tls.AlertError(40)}), false},
		"a URL without a host":                 {&url.Error{Op: "Get", URL: "http:///x", Err: errors.New("http: no Host in request URL")}, false},
		"a URL of another scheme":              {&url.Error{Op: "Get", URL: "ftp://x", Err: errors.New("unsupported protocol scheme \"ftp\"")}, false},
		"throttling":                           {sts(`{"Code":"Throttling.User","Message":"m"}`), true},
		"a service that is not there":          {sts(`{"Code":"ServiceUnavailable","Message":"m"}`), true},
		"an error of the service":              {sts(`{"Code":"InternalError","Message":"m"}`), true},
		"a nonce used twice":                   {sts(`{"Code":"SignatureNonceUsed","Message":"m"}`), true},
		"the page of a gateway":                {sts("<html>"), true},
		"no permission":                        {sts(`{"Code":"NoPermission","Message":"m"}`), false},
		"a code and no message":                {sts(`{"Code":"NoPermission"}`), false},
		"metadata that fails":                  {errors.New("refresh Ecs sts token err, httpStatus: 503, message = x"), true},
		"metadata that throttles":              {errors.New("refresh Ecs sts token err, httpStatus: 429, message = "), true},
		"metadata that is not there":           {errors.New("refresh Ecs sts token err, httpStatus: 404, message = x"), false},
		"metadata whose roles fail":            {errors.New("get role name failed: GET http://100.100.100.200/latest/ 500"), true},
		"metadata that refuses the connection": {errors.New("get role name failed: dial tcp: connection refused"), true},
		"metadata that hangs":                  {errors.New("refresh Ecs sts token err: context deadline exceeded (Client.Timeout exceeded while awaiting headers)"), true},
		"a sign-in that fails":                 {errors.New("failed to refresh token, status code: 502"), true},
		"a sign-in that is refused":            {errors.New("failed to refresh token, status code: 400"), false},
		"a sign-in that is not built":          {errors.New("failed to refresh token, status code: 501"), false},
		"an answer that is not built":          {errors.New("the answer is HTTP 501 Not Implemented"), false},
		"an answer of a gateway":               {errors.New("the answer is HTTP 502 Bad Gateway"), true},
		"a command that fails":                 {&commandError{text: "it failed: exit status 1; it said: status code: 503, connection refused, unexpected EOF"}, false},
		"a command that throttles":             {&commandError{text: `it failed: exit status 1; it said: {"Code":"Throttling","Message":"m"}`}, false},
		"a command that takes too long":        {fmt.Errorf("x: %w", &commandError{text: "it did not end within 1m0s", passing: true}), true},
	} {
		t.Run(name, func(t *testing.T) {
			_, code := (&scrubber{}).explain(test.err)
			if got := transient(test.err, code); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}

func TestFaultsInWords(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"without the URL of the request": {
			&url.Error{Op: "Post", URL: "https://sts.x/?AccessKeyId=canary&Signature=canary", Err: errors.New("dial tcp: lookup sts.x: no such host")},
			"dial tcp: lookup sts.x: no such host",
		},
		"without it where it is text, with a quote": {
			errors.New(`get metadata token failed: Put "http://100.100.100.200/\"x": dial tcp 100.100.100.200:80: i/o timeout`),
			"get metadata token failed: dial tcp 100.100.100.200:80: i/o timeout",
		},
		"without a URL that is malformed": {&url.Error{Op: "parse", URL: "https://a b/", Err: errors.New("invalid character")}, "invalid character"},
		"without the string to sign": {
			errors.New(`refresh session token failed: {"Code":"SignatureDoesNotMatch","Message":"Not matched. server string to sign is:POST&%2F","RequestId":"R"}`),
			"SignatureDoesNotMatch: Not matched. (request id R)",
		},
		"with the status of a command that prints an answer of its own": {
			&commandError{text: `it failed: exit status 1; it said: {"Code":"C","Message":"m"}`},
			`it failed: exit status 1; it said: {"Code":"C","Message":"m"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got, _ := (&scrubber{}).explain(test.err); got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The errors as net/http and the system make them.
func TestRealFaultsThatLast(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	defer secure.Close()
	secure.Config.ErrorLog = log.New(io.Discard, "", 0)
	for name, at := range map[string]string{
		"TLS with a server that has none":   strings.Replace(server.URL, "http:", "https:", 1),
		"a certificate that nobody vouches": secure.URL,
		"a port that is none":               "http://localhost:99999",
	} {
		_, err := resolve(t, Input{CredentialsURI: &at}).Source(t.Context())
		var failed *FetchError
		if !errors.As(err, &failed) || failed.Transient() {
			t.Errorf("%s: got %v, want an error that lasts", name, err)
		}
	}
}
