package credentials

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"syscall"
	"testing"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

func TestWhichErrorsAreTransient(t *testing.T) {
	post := func(err error) error { return &url.Error{Op: "Post", URL: "https://sts", Err: err} }
	sts := func(body string) error { return &rejection{body: body} }
	for name, test := range map[string]struct {
		err               error
		want, onceReached bool
	}{
		"a request that was lost":              {post(io.EOF), true, true},
		"a deadline":                           {context.DeadlineExceeded, true, true},
		"a certificate":                        {post(&tls.CertificateVerificationError{Err: errors.New("unknown authority")}), false, false},
		"a host that does not exist":           {post(&net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "sts.x", IsNotFound: true}}), false, true},
		"a name server that fails":             {post(&net.DNSError{Err: "server misbehaving", Name: "sts.x", IsTemporary: true}), true, true},
		"a proxy that rejects":                 {post(&netfault.ProxyError{HTTPStatus: 403}), false, false},
		"a proxy that fails":                   {post(&netfault.ProxyError{HTTPStatus: 502}), true, true},
		"a proxy that is none":                 {post(&netfault.InvalidProxyError{Variable: "HTTPS_PROXY"}), false, false},
		"throttling":                           {sts(`{"Code":"Throttling.User","Message":"m"}`), true, true},
		"a service that is not there":          {sts(`{"Code":"ServiceUnavailable","Message":"m"}`), true, true},
		"an error of the service":              {sts(`{"Code":"InternalError","Message":"m"}`), true, true},
		"a nonce used twice":                   {sts(`{"Code":"SignatureNonceUsed","Message":"m"}`), true, true},
		"no permission":                        {sts(`{"Code":"NoPermission","Message":"m"}`), false, false},
		"a code and no message":                {sts(`{"Code":"NoPermission"}`), false, false},
		"the page of a gateway":                {sts("<html>503 Service Temporarily Unavailable"), true, true},
		"the page of a firewall":               {sts("<html>403 Forbidden"), false, true},
		"metadata that fails":                  {&rejection{status: 503, body: "x"}, true, true},
		"metadata that throttles":              {&rejection{status: 429}, true, true},
		"metadata that is not there":           {&rejection{status: 404, body: "x"}, false, false},
		"metadata whose roles fail":            {&rejection{status: 500}, true, true},
		"metadata that refuses the connection": {&url.Error{Op: "Get", URL: "http://100.100.100.200", Err: syscall.ECONNREFUSED}, true, true},
		"metadata that hangs":                  {&url.Error{Op: "Get", URL: "http://100.100.100.200", Err: context.DeadlineExceeded}, true, true},
		"a sign-in that fails":                 {&rejection{status: 502}, true, true},
		"a sign-in that is refused":            {&rejection{status: 400}, false, true},
		"a sign-in that is not built":          {&rejection{status: 501}, false, true},
		"a response without credentials":       {errNoCredentials, false, false},
		"a command that fails":                 {&commandError{text: "it failed: exit status 1; stderr: status code: 503, connection refused, unexpected EOF"}, false, false},
		"a command that throttles":             {&commandError{text: `it failed: exit status 1; stderr: {"Code":"Throttling","Message":"m"}`}, false, false},
		"a command that takes too long":        {fmt.Errorf("x: %w", &commandError{text: "it did not end within 1m0s", passing: true}), true, true},
	} {
		t.Run(name, func(t *testing.T) {
			err := named(serviceSTS, test.err)
			got, onceReached := understand(err, &scrubber{}, false).mayPass, understand(err, &scrubber{}, true).mayPass
			if got != test.want || onceReached != test.onceReached {
				t.Errorf("got %t, and once it was reached %t; want %t and %t", got, onceReached, test.want, test.onceReached)
			}
		})
	}
}

func TestTheTextsOfErrors(t *testing.T) {
	for name, test := range map[string]struct {
		err  error
		want string
	}{
		"without the URL of the request": {
			&url.Error{Op: "Post", URL: "https://sts.x/?AccessKeyId=canary&Signature=canary", Err: errors.New("dial tcp: lookup sts.x: no such host")},
			"dial tcp: lookup sts.x: no such host",
		},
		"without it where it is text, with a quote": {
			errors.New(`Put "http://100.100.100.200/\"x": dial tcp 100.100.100.200:80: i/o timeout`),
			"dial tcp 100.100.100.200:80: i/o timeout",
		},
		"without a URL that is malformed": {&url.Error{Op: "parse", URL: "https://a b/", Err: errors.New("invalid character")}, "invalid character"},
		"without the string to sign": {
			&rejection{body: `{"Code":"SignatureDoesNotMatch","Message":"Not matched. server string to sign is:POST&%2F","RequestId":"R"}`},
			"SignatureDoesNotMatch: Not matched. (request ID R)",
		},
		"with the code and the message apart": {
			&rejection{body: `{"Code":"MissingSecurityToken","Message":"SecurityToken is mandatory for this action."}`},
			"MissingSecurityToken: SecurityToken is mandatory for this action.",
		},
		"with a code that is none": {
			&rejection{body: `{"Code":"AccessKeySecret=canary","Message":"m"}`}, "AccessKeySecret=(hidden): m",
		},
		"with the status of a command that prints its own response": {
			&commandError{text: `it failed: exit status 1; stderr: {"Code":"C","Message":"m"}`},
			`it failed: exit status 1; stderr: {"Code":"C","Message":"m"}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			if got := understand(named(serviceSTS, test.err), &scrubber{}, false).reason; got != test.want {
				t.Errorf("\ngot  %s\nwant %s", got, test.want)
			}
		})
	}
}

// The hint for the host of a finance or government region says that its name differs.
func TestAMissingSTSHostOfAFinanceRegion(t *testing.T) {
	err := named(serviceSTS, &net.DNSError{Err: "no such host", Name: "sts.cn-shanghai-finance-1.aliyuncs.com", IsNotFound: true})
	want := "Check the region and endpoints.sts, and the network: the host does not exist in DNS. In regions for finance and government, the host can differ from " +
		"sts.<region>.aliyuncs.com. Set endpoints.sts to the host in the documentation of the region."
	if got := understand(err, &scrubber{}, false).hint; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// A source that has given credentials before is there: what has stopped working may work again.
func TestASourceThatSucceededBeforeIsRetried(t *testing.T) {
	s := &stub{result: func(call int) (*providers.Credentials, error) {
		if call == 2 {
			return nil, named(serviceSTS, &net.DNSError{Err: "no such host", Name: "sts.x", IsNotFound: true})
		}
		return key(call), nil
	}}
	for _, first := range []bool{true, false} {
		session := newSession(s)
		if !first {
			s.calls = 0
			if _, err := session.get(t.Context()); err != nil {
				t.Fatal(err)
			}
		} else {
			s.calls = 1
		}
		_, err := session.get(t.Context())
		var failed *FetchError
		if !errors.As(err, &failed) || failed.Transient() == first {
			t.Errorf("first fetch: %t; got %v, transient: %t", first, err, failed.Transient())
		}
	}
}
