package netfault_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// kinds are all kinds, with their names, and whether an error of the kind may pass: where the server was never reached, and where it was.
var kinds = map[netfault.Kind]struct {
	name              string
	passes, onceThere bool
}{
	netfault.Unknown:        {"unknown", false, true},
	netfault.NoSuchHost:     {"no such host", false, true},
	netfault.NameLookup:     {"name lookup", true, true},
	netfault.Refused:        {"refused", true, true},
	netfault.Unreachable:    {"unreachable", true, true},
	netfault.Timeout:        {"timeout", true, true},
	netfault.ConnectionLost: {"connection lost", true, true},
	netfault.Certificate:    {"certificate", false, false},
	netfault.PlainHTTP:      {"plain HTTP", false, false},
	netfault.NotTLS:         {"not TLS", false, false},
	netfault.TLSAlert:       {"TLS alert", false, true},
	netfault.NotHTTP:        {"not HTTP", false, true},
	netfault.ProxyRejected:  {"proxy rejected", false, false},
	netfault.ProxyFailed:    {"proxy failed", true, true},
}

// holdToKind holds an error to its kind, and to what that kind says.
func holdToKind(t *testing.T, err error, want netfault.Kind) {
	t.Helper()
	got := netfault.Of(err)
	if got != want {
		t.Errorf("got %s, want %s: %v (%T)", kinds[got].name, kinds[want].name, err, err)
	}
	if netfault.Transient(err) != kinds[got].passes || netfault.TransientOnceReached(err) != kinds[got].onceThere {
		t.Errorf("%s: may pass %t, once reached %t", kinds[got].name, netfault.Transient(err), netfault.TransientOnceReached(err))
	}
	if wrapped := fmt.Errorf("wrapped: %w", &url.Error{Op: "Get", URL: "https://x/", Err: err}); netfault.Of(wrapped) != got {
		t.Errorf("wrapped, %s becomes %s: %v", kinds[got].name, kinds[netfault.Of(wrapped)].name, err)
	}
}

// attempt is one request to a server, as the provider makes it.
type attempt struct {
	scheme  string // "http" if empty.
	address string
	trust   authority
	change  func(*http.Transport)
}

// make makes the request, and returns its error, or that of reading the response.
func (a attempt) make(t *testing.T) error {
	t.Helper()
	transport := ack.NewTransport(8*time.Second, 8*time.Second) // More than a machine under load takes.
	defer transport.CloseIdleConnections()
	transport.Proxy = nil
	if a.trust.cert != nil {
		transport.TLSClientConfig.RootCAs = a.trust.pool()
	}
	if a.change != nil {
		a.change(transport)
	}
	target := url.URL{Scheme: "http", Host: a.address, Path: "/"}
	if a.scheme != "" {
		target.Scheme = a.scheme
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target.String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := transport.RoundTrip(r)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.ReadAll(response.Body)
	return err
}

// throughProxy sets the proxy of a transport.
func throughProxy(address string) func(*http.Transport) {
	return func(transport *http.Transport) {
		transport.Proxy = func(*http.Request) (*url.URL, error) { return &url.URL{Scheme: "http", Host: address}, nil }
	}
}

func resolvedBy(resolver *net.Resolver, timeout time.Duration) func(*http.Transport) {
	return func(transport *http.Transport) {
		transport.DialContext = (&net.Dialer{Timeout: timeout, Resolver: resolver}).DialContext
	}
}

// impatient has an attempt wait for nothing long.
func impatient(a attempt) attempt {
	a.change = func(transport *http.Transport) {
		transport.TLSHandshakeTimeout, transport.ResponseHeaderTimeout = 200*time.Millisecond, 200*time.Millisecond
	}
	return a
}

// TestTheKindsOfErrorsOfRealServers makes a request to a server for each kind of error that a server on this machine can be made to cause.
func TestTheKindsOfErrorsOfRealServers(t *testing.T) {
	known, unknown := newAuthority(t), newAuthority(t)
	good := known.certificate(t, nil)
	secure := func(change func(*tls.Config), serve func(net.Conn)) attempt {
		config := &tls.Config{MinVersion: tls.VersionTLS12, Certificates: []tls.Certificate{good}, NextProtos: []string{"http/1.1"}}
		if change != nil {
			change(config)
		}
		return attempt{scheme: "https", address: listen(t, overTLS(config, serve)), trust: known}
	}
	shows := func(certificate tls.Certificate) attempt {
		return secure(func(c *tls.Config) { c.Certificates = []tls.Certificate{certificate} }, closes)
	}
	http2 := func(all ...[]byte) attempt {
		return secure(func(c *tls.Config) { c.NextProtos = []string{"h2"} }, frames(all...))
	}
	proxy := func(serve func(net.Conn)) attempt {
		return attempt{scheme: "https", address: "cs.example.invalid:443", change: throughProxy(listen(t, serve))}
	}
	named := func(code int) attempt {
		timeout := 8 * time.Second
		if code < 0 {
			timeout = 200 * time.Millisecond
		}
		return attempt{address: "cs.example.test:80", change: resolvedBy(nameServer(t, code), timeout)}
	}
	const ok = "HTTP/1.1 200 OK\r\n"
	slowToRespond := secure(nil, silent)
	slowToRespond.change = func(transport *http.Transport) { transport.ResponseHeaderTimeout = 200 * time.Millisecond }
	tried := map[string]struct {
		attempt
		want netfault.Kind
	}{
		"nothing listens":                         {attempt{address: nothing}, netfault.Refused},
		"nothing listens, over TLS":               {attempt{scheme: "https", address: nothing}, netfault.Refused},
		"a reset at once":                         {attempt{address: listen(t, resets)}, netfault.ConnectionLost},
		"a reset after the request":               {attempt{address: listen(t, func(c net.Conn) { request(c); resets(c) })}, netfault.ConnectionLost},
		"a reset in the TLS handshake":            {attempt{scheme: "https", address: listen(t, resets)}, netfault.ConnectionLost},
		"an end after the request":                {attempt{address: listen(t, closes)}, netfault.ConnectionLost},
		"an end in the TLS handshake":             {attempt{scheme: "https", address: listen(t, greets(""))}, netfault.ConnectionLost},
		"an end after the request, over TLS":      {secure(nil, closes), netfault.ConnectionLost},
		"an end in the response's header":         {attempt{address: listen(t, says(ok+"Content-Type: te"))}, netfault.ConnectionLost},
		"an end in the response's body":           {attempt{address: listen(t, says(ok+"Content-Length: 100\r\n\r\n{"))}, netfault.ConnectionLost},
		"an end in the response's body, over TLS": {secure(nil, says(ok+"Content-Length: 100\r\n\r\n{")), netfault.ConnectionLost},
		"an end in the response's chunks":         {attempt{address: listen(t, says(ok+"Transfer-Encoding: chunked\r\n\r\n5\r\n{\"a"))}, netfault.ConnectionLost},
		"a reset in the response's body": {attempt{address: listen(t, func(c net.Conn) {
			request(c)
			_, _ = io.WriteString(c, ok+"Content-Length: 100\r\n\r\n{")
			time.Sleep(50 * time.Millisecond)
			resets(c)
		})}, netfault.ConnectionLost},
		"no response":                                   {impatient(attempt{address: listen(t, silent)}), netfault.Timeout},
		"no TLS handshake":                              {impatient(attempt{scheme: "https", address: listen(t, silent)}), netfault.Timeout},
		"no response, over TLS":                         {slowToRespond, netfault.Timeout},
		"an SSH server":                                 {attempt{address: listen(t, greets("SSH-2.0-OpenSSH_9.6\r\n"))}, netfault.NotHTTP},
		"an SSH server, over TLS":                       {attempt{scheme: "https", address: listen(t, greets("SSH-2.0-OpenSSH_9.6\r\n"))}, netfault.NotTLS},
		"a database's greeting":                         {attempt{address: listen(t, greets("\x4a\x00\x00\x00\x0a8.0.36\x00"))}, netfault.NotHTTP},
		"a TLS server, without TLS":                     {attempt{address: listen(t, says("\x15\x03\x01\x00\x02\x02\x0a"))}, netfault.NotHTTP},
		"HTTP that hangs up on anything else, over TLS": {attempt{scheme: "https", address: listen(t, says("HTTP/1.1 400 Bad Request\r\n\r\n"))}, netfault.ConnectionLost},
		"HTTP that responds to anything, over TLS":      {attempt{scheme: "https", address: listen(t, greets("HTTP/1.1 400 Bad Request\r\n\r\n"))}, netfault.PlainHTTP},
		"a status that is no number":                    {attempt{address: listen(t, says("HTTP/1.1 abc\r\n\r\n"))}, netfault.NotHTTP},
		"a version of HTTP that is none":                {attempt{address: listen(t, says("HTTP/x 200 OK\r\n\r\n"))}, netfault.NotHTTP},
		"a header without a colon":                      {attempt{address: listen(t, says(ok+"no colon\r\n\r\n"))}, netfault.NotHTTP},
		"a header that is too large":                    {attempt{address: listen(t, says(ok+"X: "+strings.Repeat("x", 100<<10)+"\r\n\r\n"))}, netfault.Unknown},
		"two lengths":                                   {attempt{address: listen(t, says(ok+"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{"))}, netfault.Unknown},
		"a length that is none":                         {attempt{address: listen(t, says(ok+"Content-Length: x\r\n\r\n"))}, netfault.Unknown},
		"a chunk that is none":                          {attempt{address: listen(t, says(ok+"Transfer-Encoding: chunked\r\n\r\nxyz\r\n"))}, netfault.Unknown},
		"gzip that is none":                             {attempt{address: listen(t, says(ok+"Content-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"+strings.Repeat("x", 20)))}, netfault.Unknown},
		"TLS 1.1 alone":                                 {secure(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }, closes), netfault.TLSAlert},
		"a client certificate wanted, TLS 1.2":          {secure(func(c *tls.Config) { c.MaxVersion, c.ClientAuth = tls.VersionTLS12, tls.RequireAnyClientCert }, closes), netfault.TLSAlert},
		"a client certificate wanted, TLS 1.3":          {secure(func(c *tls.Config) { c.MinVersion, c.ClientAuth = tls.VersionTLS13, tls.RequireAnyClientCert }, closes), netfault.TLSAlert},
		"a name that the server does not know": {secure(func(c *tls.Config) {
			c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, errors.New("no") }
			c.Certificates = nil
		}, closes), netfault.TLSAlert},
		"no protocol in common":                 {secure(func(c *tls.Config) { c.NextProtos = []string{"smtp"} }, closes), netfault.TLSAlert},
		"an expired certificate":                {shows(known.certificate(t, func(c *x509.Certificate) { c.NotAfter = time.Now().Add(-time.Minute) })), netfault.Certificate},
		"a certificate that is not valid yet":   {shows(known.certificate(t, func(c *x509.Certificate) { c.NotBefore = time.Now().Add(time.Minute) })), netfault.Certificate},
		"a certificate of an unknown authority": {shows(unknown.certificate(t, nil)), netfault.Certificate},
		"a certificate for another name":        {shows(known.certificate(t, func(c *x509.Certificate) { c.IPAddresses, c.DNSNames = nil, []string{"proxy.invalid"} })), netfault.Certificate},
		"a certificate for clients":             {shows(known.certificate(t, func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} })), netfault.Certificate},
		"no such host":                          {named(3), netfault.NoSuchHost},
		"a name server that fails":              {named(2), netfault.NameLookup},
		"a name server that refuses":            {named(5), netfault.NameLookup},
		"a name server that says nothing":       {named(-1), netfault.NameLookup},
		"a proxy that forbids":                  {proxy(says("HTTP/1.1 403 Forbidden\r\n\r\n")), netfault.ProxyRejected},
		"a proxy that wants a password":         {proxy(says("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")), netfault.ProxyRejected},
		"a proxy that redirects":                {proxy(says("HTTP/1.1 302 Found\r\nLocation: http://x/\r\n\r\n")), netfault.ProxyRejected},
		"a proxy that knows no CONNECT":         {proxy(says("HTTP/1.1 501 Not Implemented\r\n\r\n")), netfault.ProxyRejected},
		"a proxy that throttles":                {proxy(says("HTTP/1.1 429 Too Many Requests\r\n\r\n")), netfault.ProxyFailed},
		"a proxy that cannot connect":           {proxy(says("HTTP/1.1 502 Bad Gateway\r\n\r\n")), netfault.ProxyFailed},
		"a proxy that times out":                {proxy(says("HTTP/1.1 504 Gateway Timeout\r\n\r\n")), netfault.ProxyFailed},
		"a proxy that hangs up":                 {proxy(closes), netfault.ConnectionLost},
		"a proxy that is none":                  {proxy(greets("SSH-2.0-OpenSSH_9.6\r\n")), netfault.NotHTTP},
		"no proxy":                              {attempt{scheme: "https", address: "x:443", change: throughProxy(nothing)}, netfault.Refused},
		"a proxy behind which is something else": {proxy(func(c net.Conn) {
			request(c)
			_, _ = io.WriteString(c, ok+"\r\n")
			_, _ = c.Read(make([]byte, 1)) // The proxy is through; now it is the server behind it who speaks.
			greets("SSH-2.0-OpenSSH_9.6\r\n")(c)
		}), netfault.NotTLS},
		"HTTP/2: GOAWAY, and an end":        {http2(frame(0x7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0)), netfault.ConnectionLost},
		"HTTP/2: GOAWAY for an error":       {http2(frame(0x7, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2)), netfault.ConnectionLost},
		"HTTP/2: a stream that is reset":    {http2(frame(0x3, 0, 1, 0, 0, 0, 2)), netfault.ConnectionLost},
		"HTTP/2: an end":                    {http2(), netfault.ConnectionLost},
		"HTTP/2: a frame that is too large": {http2([]byte{0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1}), netfault.NotHTTP},
		"HTTP/2: HTTP/1.1 in its place":     {http2([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), netfault.NotHTTP},
		"HTTP/2: a header that is none":     {http2(frame(0x1, 0x4, 1, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)), netfault.ConnectionLost},
		"HTTP/2: a header without a status": {http2(frame(0x1, 0x5, 1)), netfault.ConnectionLost},
	}
	var (
		mu    sync.Mutex
		found = make(map[netfault.Kind][]string)
	)
	t.Run("tried", func(t *testing.T) {
		for _, name := range slices.Sorted(maps.Keys(tried)) {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				err := tried[name].make(t)
				if err == nil {
					t.Fatal("no error")
				}
				holdToKind(t, err, tried[name].want)
				mu.Lock()
				defer mu.Unlock()
				found[netfault.Of(err)] = append(found[netfault.Of(err)], fmt.Sprintf("%s: %s", name, err))
			})
		}
	})
	for kind := netfault.Unknown; kind <= netfault.ProxyFailed; kind++ {
		slices.Sort(found[kind])
		t.Logf("%s, may pass: %t, once reached: %t\n\t%s", kinds[kind].name, kinds[kind].passes, kinds[kind].onceThere, strings.Join(found[kind], "\n\t"))
		if len(found[kind]) == 0 && kind != netfault.Unreachable { // No server on this machine is.
			t.Errorf("nothing shows %s", kinds[kind].name)
		}
	}
	t.Logf("%d servers", len(tried))
}

// What no server on this machine can be made to cause, or not for sure.
func TestTheKindOfOtherErrors(t *testing.T) {
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Err: &os.SyscallError{Syscall: "connect", Err: err}}
	}
	for name, test := range map[string]struct {
		err  error
		want netfault.Kind
	}{
		"no route to the host":        {dial(syscall.EHOSTUNREACH), netfault.Unreachable},
		"no route to the network":     {dial(syscall.ENETUNREACH), netfault.Unreachable},
		"connecting takes too long":   {dial(syscall.ETIMEDOUT), netfault.Timeout},
		"a broken pipe":               {&net.OpError{Op: "write", Net: "tcp", Err: &os.SyscallError{Syscall: "write", Err: syscall.EPIPE}}, netfault.ConnectionLost},
		"an aborted connection":       {&net.OpError{Op: "read", Net: "tcp", Err: &os.SyscallError{Syscall: "read", Err: syscall.ECONNABORTED}}, netfault.ConnectionLost},
		"a connection that was ours":  {net.ErrClosed, netfault.ConnectionLost},
		"a request sent twice":        {netfault.ErrConnectionLost, netfault.ConnectionLost},
		"a server that speaks first":  {errors.New("readLoopPeekFailLocked: %!w(<nil>)"), netfault.NotHTTP},
		"an idle connection closed":   {errors.New("http: server closed idle connection"), netfault.ConnectionLost},
		"HTTP/2 that says no more":    {errors.New("http2: client connection lost"), netfault.ConnectionLost},
		"HTTP/2 that shuts down":      {errors.New("http2: Transport received Server's graceful shutdown GOAWAY"), netfault.ConnectionLost},
		"the deadline of an attempt":  {context.DeadlineExceeded, netfault.Timeout},
		"the deadline of a socket":    {os.ErrDeadlineExceeded, netfault.Timeout},
		"no more files":               {dial(syscall.EMFILE), netfault.Unknown},
		"an interrupt":                {context.Canceled, netfault.Unknown},
		"anything else":               {errors.New("boom"), netfault.Unknown},
		"a proxy that responds 503":   {&netfault.ProxyError{HTTPStatus: 503}, netfault.ProxyFailed},
		"a proxy that responds 200":   {&netfault.ProxyError{HTTPStatus: 204}, netfault.ProxyRejected},
		"a certificate through proxy": {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, netfault.Certificate},
	} {
		t.Run(name, func(t *testing.T) { holdToKind(t, test.err, test.want) })
	}
	if got, want := (&netfault.ProxyError{HTTPStatus: 407}).Error(), "the proxy responded to CONNECT with HTTP 407 Proxy Authentication Required"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
