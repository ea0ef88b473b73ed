package credentials

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
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
		"a command that fails":                 {errors.New("it failed: exit status 1; it said: nothing"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := transient(test.err, readAnswer(test.err.Error()).Code); got != test.want {
				t.Errorf("got %t, want %t", got, test.want)
			}
		})
	}
}
