package ack

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"golang.org/x/sync/semaphore"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

const (
	// maxHeader is the maximum size of a response header in bytes.
	maxHeader = 64 << 10

	// streamWindow is the maximum number of unread bytes in an HTTP/2 stream. The default of net/http, 4 MiB, is more than a
	// response may have, for each of 200 streams. The window of the connection stays at its default, so that streams do not wait
	// for each other.
	streamWindow = 64 << 10
)

// NewTransport returns a transport for one endpoint. connectTimeout limits the connection and the TLS handshake, each.
// readTimeout limits the time to the response header. Proxies are taken from the environment.
//
// Over HTTP/2, all requests share a connection. Over HTTP/1.1, every request has a connection of its own: nothing in a response
// of GetUpgradeStatus names its cluster, so if a gateway or proxy sends an extra response on a connection, every later request on
// it receives the response of the previous one.
func NewTransport(connectTimeout, readTimeout time.Duration) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  netfault.ProxyFromEnvironment(),
		OnProxyConnectResponse: netfault.RejectedByProxy,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, ClientSessionCache: tls.NewLRUClientSessionCache(0)},
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  readTimeout,
		MaxResponseHeaderBytes: maxHeader,
		MaxIdleConnsPerHost:    -1, // None over HTTP/1.1. DisableKeepAlives would do the same to HTTP/2.
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
		HTTP2: &http.HTTP2Config{
			// A connection that a firewall has dropped looks alive until something is sent. Pings detect it.
			SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second,
			MaxReceiveBufferPerStream: streamWindow,
		},
	}
}

// attemptTransport makes one attempt of each request, and limits its duration up to the last byte of the response body. It is
// below the signing transport for two reasons: the timeout of an http.Client would include fetching credentials, and a request
// that is sent again must be signed again.
type attemptTransport struct {
	base    http.RoundTripper
	timeout time.Duration // zero is no bound
	large   *semaphore.Weighted
}

func newAttemptTransport(base http.RoundTripper, timeout time.Duration) *attemptTransport {
	return &attemptTransport{base: base, timeout: timeout, large: semaphore.NewWeighted(maxLargeBodies)}
}

// RoundTrip implements http.RoundTripper. If an idle connection is lost, net/http sends a GET again on a new connection, with a
// nonce that the API may have seen. The attempt ends before that.
func (t *attemptTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	ctx, lose := context.WithCancelCause(r.Context())
	cancel := func() { lose(nil) }
	if t.timeout > 0 {
		var stop context.CancelFunc
		ctx, stop = context.WithTimeout(ctx, t.timeout)
		cancel = func() { stop(); lose(nil) }
	}
	var sent, reused atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
		GotConn: func(connection httptrace.GotConnInfo) {
			if sent.Load() {
				lose(netfault.ErrConnectionLost)
			}
			reused.Store(connection.Reused)
		},
	})
	response, err := t.base.RoundTrip(r.WithContext(ctx))
	if err != nil {
		lost := context.Cause(ctx) == netfault.ErrConnectionLost //nolint:errorlint // Our own error, compared by identity.
		cancel()
		if lost {
			return nil, netfault.ErrConnectionLost
		}
		return nil, redactError(err, r, t.proxy())
	}
	response.Body = &attemptBody{body: response.Body, ctx: ctx, cancel: cancel, large: t.large}
	switch lost := context.Cause(ctx) == netfault.ErrConnectionLost; { //nolint:errorlint // As above.
	case lost, response.ProtoMajor == 1 && reused.Load():
		// If the request was sent twice, or the connection carried another request, it is unknown which request this response
		// belongs to.
		_ = response.Body.Close()
		return nil, netfault.ErrConnectionLost
	case response.StatusCode < http.StatusOK:
		// A 101 is not a final response. net/http returns the connection as its body, and no context ends a read of it.
		_ = response.Body.Close()
		response.Body = http.NoBody
	}
	return response, nil
}

// proxy returns the function that selects the proxy of a request, or nil.
func (t *attemptTransport) proxy() func(*http.Request) (*url.URL, error) {
	if transport, ok := t.base.(*http.Transport); ok {
		return transport.Proxy
	}
	return nil
}
