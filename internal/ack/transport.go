package ack

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// maxIdleConnections is how many idle connections to one endpoint are kept. The CLIs read ten data sources at a time unless
// told otherwise, and 200 is what people tell them.
const maxIdleConnections = 256

// NewTransport returns a transport for one endpoint that keeps its connections alive for as many parallel reads as a
// CLI makes. connectTimeout bounds connecting and the TLS handshake, each; readTimeout the time to the answer's header.
// Proxies are taken from the environment.
func NewTransport(connectTimeout, readTimeout time.Duration) *http.Transport {
	dialer := &net.Dialer{Timeout: connectTimeout, KeepAlive: 30 * time.Second}
	return &http.Transport{
		Proxy:                  netfault.ProxyFromEnvironment(),
		OnProxyConnectResponse: netfault.RejectedByProxy,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout:    connectTimeout,
		ResponseHeaderTimeout:  readTimeout,
		MaxResponseHeaderBytes: 64 << 10,
		MaxIdleConns:           maxIdleConnections,
		MaxIdleConnsPerHost:    maxIdleConnections,
		IdleConnTimeout:        90 * time.Second,
		ForceAttemptHTTP2:      true,
		// A connection that a firewall has forgotten looks alive until something is sent: over HTTP/2, ask it now and then.
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second},
	}
}

// attemptTransport makes one attempt of each request, and bounds it, to the last byte of the answer's body. It stands
// beneath the signing transport: http.Client's own time-out would run while credentials are fetched too, which takes what
// time it takes; and what is sent again has to be signed again.
type attemptTransport struct {
	base    http.RoundTripper
	timeout time.Duration // zero is no bound
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
	var sent atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		WroteHeaders: func() { sent.Store(true) },
		GotConn: func(httptrace.GotConnInfo) {
			if sent.Load() {
				lose(netfault.ErrConnectionLost)
			}
		},
	})
	response, err := t.base.RoundTrip(r.WithContext(ctx))
	lost := context.Cause(ctx) == netfault.ErrConnectionLost //nolint:errorlint // Our own, to the letter.
	if err == nil && !lost {
		response.Body = &cancelBody{response.Body, cancel}
		return response, nil
	}
	cancel()
	if err == nil { // It was answered all the same: with what was sent twice, no one knows to which.
		_ = response.Body.Close()
	}
	if lost {
		return nil, netfault.ErrConnectionLost
	}
	return nil, err
}

// cancelBody ends the time-out of a request when its answer has been read.
type cancelBody struct {
	io.ReadCloser

	cancel context.CancelFunc
}

// Close implements io.Closer.
func (b *cancelBody) Close() error {
	defer b.cancel()
	return b.ReadCloser.Close()
}
