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
	// maxHeader is how many bytes of a response's header are read.
	maxHeader = 64 << 10

	// streamWindow is how many bytes of a response wait in an HTTP/2 stream until they are read. net/http's own 4 MiB are more
	// than a response may have, for each of 200 streams. The connection's window stays as large as it is: streams must not wait for
	// each other.
	streamWindow = 64 << 10
)

// NewTransport returns a transport for one endpoint. connectTimeout bounds connecting and the TLS handshake, each; readTimeout
// the time to the response's header. Proxies are taken from the environment.
//
// Over HTTP/2, all requests share a connection. Over HTTP/1.1, every request has a connection of its own: nothing in a
// response of GetUpgradeStatus names its cluster, so a gateway or proxy that sends one response too many on a connection makes
// every later request on it receive the response of the one before.
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
			// A connection that a firewall has forgotten looks alive until something is sent: check it with pings.
			SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second,
			MaxReceiveBufferPerStream: streamWindow,
		},
	}
}

// attemptTransport makes one attempt of each request, and bounds it, to the last byte of the response's body. It stands
// beneath the signing transport: http.Client's own time-out would run while credentials are fetched too, which takes what
// time it takes; and what is sent again has to be signed again.
type attemptTransport struct {
	base    http.RoundTripper
	timeout time.Duration // zero is no bound
	large   *semaphore.Weighted
}

func newAttemptTransport(base http.RoundTripper, timeout time.Duration) *attemptTransport {
	return &attemptTransport{base: base, timeout: timeout, large: semaphore.NewWeighted(maxLargeBodies)}
}

// RoundTrip implements http.RoundTripper. When a connection that was kept turns out to be gone, net/http by itself takes
// another and sends a GET again, with the nonce that the API may have seen by then. That is where the attempt ends.
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
		lost := context.Cause(ctx) == netfault.ErrConnectionLost //nolint:errorlint // Our own, to the letter.
		cancel()
		if lost {
			return nil, netfault.ErrConnectionLost
		}
		return nil, redactError(err, r, t.proxy())
	}
	response.Body = &attemptBody{body: response.Body, ctx: ctx, cancel: cancel, large: t.large}
	switch lost := context.Cause(ctx) == netfault.ErrConnectionLost; { //nolint:errorlint // As above.
	case lost, response.ProtoMajor == 1 && reused.Load():
		// With a request that was sent twice, or a connection that carried another request, nobody knows to which of them this is
		// the response.
		_ = response.Body.Close()
		return nil, netfault.ErrConnectionLost
	case response.StatusCode < http.StatusOK:
		// No final response. net/http hands the connection over as the body of a 101, and no context ends its reads.
		_ = response.Body.Close()
		response.Body = http.NoBody
	}
	return response, nil
}

// proxy returns what decides through which proxy a request goes, or nil.
func (t *attemptTransport) proxy() func(*http.Request) (*url.URL, error) {
	if transport, ok := t.base.(*http.Transport); ok {
		return transport.Proxy
	}
	return nil
}
