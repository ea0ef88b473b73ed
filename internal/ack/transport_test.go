package ack

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// serve starts a server, over real sockets, and returns a client with the settings of the provider.
func serve(t *testing.T, handler http.HandlerFunc, start func(*httptest.Server)) (*httptest.Server, *Client) {
	t.Helper()
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	start(server)
	t.Cleanup(server.Close)
	transport := NewTransport(5*time.Second, 5*time.Second)
	t.Cleanup(transport.CloseIdleConnections)
	return server, newTestClient(transport, func(c *Config) {
		c.Endpoint, c.Scheme, c.RetryTimeout = server.Listener.Addr().String(), server.URL[:len(server.URL)-len("://"+server.Listener.Addr().String())], 0
	})
}

func trust(server *httptest.Server, c *Client) {
	pool := server.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs //nolint:forcetypeassert // httptest's own.
	c.config.Transport.(*http.Transport).TLSClientConfig.RootCAs = pool         //nolint:forcetypeassert // NewTransport's own.
}

func respondRunning(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, running) }

// counted counts the connections that a server accepts.
func counted(opened *atomic.Int64, start func(*httptest.Server)) func(*httptest.Server) {
	return func(s *httptest.Server) {
		s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
			if state == http.StateNew {
				opened.Add(1)
			}
		}
		start(s)
	}
}

func startHTTP2(s *httptest.Server) {
	s.EnableHTTP2 = true
	s.StartTLS()
}

func TestConnectionsByProtocol(t *testing.T) {
	const reads = 300
	for name, test := range map[string]struct {
		start func(*httptest.Server)
		fits  func(connections int64) bool
	}{
		"HTTP/1.1 in clear: one for each request": {(*httptest.Server).Start, func(n int64) bool { return n == reads }},
		"HTTP/1.1 over TLS: one for each request": {(*httptest.Server).StartTLS, func(n int64) bool { return n == reads }},
		"HTTP/2: no more than at the beginning":   {startHTTP2, func(n int64) bool { return n <= firstInFlight }},
	} {
		t.Run(name, func(t *testing.T) {
			var opened atomic.Int64
			server, client := serve(t, respondRunning, counted(&opened, test.start))
			if server.TLS != nil {
				trust(server, client)
			}
			var group sync.WaitGroup
			for range reads {
				group.Go(func() {
					if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
			if n := opened.Load(); !test.fits(n) {
				t.Errorf("%d connections for %d reads", n, reads)
			}
		})
	}
}

func TestHTTP2AndTLS(t *testing.T) {
	var protocol string
	server, client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		protocol = r.Proto
		respondRunning(w, r)
	}, func(s *httptest.Server) {
		s.EnableHTTP2 = true
		s.StartTLS()
	})
	_, err := client.GetUpgradeStatus(t.Context(), clusterID)
	var untrusted *tls.CertificateVerificationError
	if !errors.As(err, &untrusted) || Transient(err) {
		t.Errorf("a certificate that nobody vouches for: %v", err)
	}
	trust(server, client)
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil || protocol != "HTTP/2.0" {
		t.Errorf("over %s: %v", protocol, err)
	}
}

func TestTLSBelow12IsRejected(t *testing.T) {
	server, client := serve(t, respondRunning, func(s *httptest.Server) {
		s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
		s.StartTLS()
	})
	trust(server, client)
	if status, err := client.GetUpgradeStatus(t.Context(), clusterID); err == nil {
		t.Errorf("read over TLS 1.1: %v", status)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	var elsewhere atomic.Int64
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		elsewhere.Add(1)
		respondRunning(w, r)
	}))
	defer other.Close()
	for _, code := range []int{http.StatusMovedPermanently, http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		_, client := serve(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, code) }, (*httptest.Server).Start)
		_, err := client.GetUpgradeStatus(t.Context(), clusterID)
		var api *APIError
		if !errors.As(err, &api) || api.HTTPStatus != code || api.Location != other.URL {
			t.Errorf("%d: %v", code, err)
		}
	}
	if elsewhere.Load() != 0 {
		t.Errorf("the other host got %d requests", elsewhere.Load())
	}
}

func TestPlainHTTPWhereTLSIsExpected(t *testing.T) {
	_, client := serve(t, respondRunning, (*httptest.Server).Start)
	client.config.Scheme = "https"
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); netfault.Of(err) != netfault.PlainHTTP || Transient(err) {
		t.Errorf("got %v", err)
	}
}

func gzipped(data []byte) []byte {
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	_, _ = w.Write(data) // A buffer accepts everything.
	_ = w.Close()
	return packed.Bytes()
}

func TestTheBodyLimitCountsDecompressedBytes(t *testing.T) {
	body := gzipped(make([]byte, 64<<20)) // Under the race detector, this takes longer than the timeout of an attempt.
	_, client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(body)
	}, (*httptest.Server).Start)
	var err error
	cost, _ := allocated(func() { _, err = client.GetUpgradeStatus(t.Context(), clusterID) })
	var refused *InvalidResponseError
	if !errors.As(err, &refused) || refused.Reason != "the response is larger than 262144 bytes" {
		t.Errorf("got %v", err)
	}
	if cost > maxCost {
		t.Errorf("it costs %d bytes", cost)
	}
}

func TestAnInterruptEndsARealRequestAtOnce(t *testing.T) {
	sent := make(chan struct{})
	release := make(chan struct{})
	_, client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusOK)
		_, _ = io.WriteString(w, `{"status":`)
		_ = http.NewResponseController(w).Flush()
		close(sent)
		<-release
	}, (*httptest.Server).Start)
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-sent
		cancel()
	}()
	_, err := client.GetUpgradeStatus(ctx, clusterID)
	if !errors.Is(err, context.Canceled) { // Otherwise it would never end. internal/realcli measures the time.
		t.Errorf("got %v", err)
	}
}

func TestTheTransportHasLimits(t *testing.T) {
	transport := NewTransport(3*time.Second, 7*time.Second)
	for name, ok := range map[string]bool{
		"a proxy from the environment":          transport.Proxy != nil,
		"the response header in time":           transport.ResponseHeaderTimeout == 7*time.Second,
		"the handshake in time":                 transport.TLSHandshakeTimeout == 3*time.Second,
		"a header of limited size":              transport.MaxResponseHeaderBytes > 0 && transport.MaxResponseHeaderBytes <= 64<<10,
		"HTTP/2 where it is spoken":             transport.ForceAttemptHTTP2,
		"dead HTTP/2 connections found":         transport.HTTP2.SendPingTimeout > 0 && transport.HTTP2.PingTimeout > 0,
		"no idle connections over HTTP/1.1":     transport.MaxIdleConnsPerHost < 0,
		"little that waits in an HTTP/2 stream": transport.HTTP2.MaxReceiveBufferPerStream > 0 && transport.HTTP2.MaxReceiveBufferPerStream <= 64<<10,
		"idle connections closed in the end":    transport.IdleConnTimeout > 0,
		"a TLS version that is not broken yet":  transport.TLSClientConfig.MinVersion >= tls.VersionTLS12,
	} {
		if !ok {
			t.Errorf("not there: %s", name)
		}
	}
}

func TestAnErrorOfAProxyNamesTheProxy(t *testing.T) {
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodConnect {
			t.Errorf("the proxy got %s %s", r.Method, r.URL)
		}
		w.WriteHeader(http.StatusProxyAuthRequired)
	}))
	defer proxy.Close()
	transport := NewTransport(time.Second, time.Second)
	defer transport.CloseIdleConnections()
	transport.Proxy = func(*http.Request) (*url.URL, error) { return url.Parse(proxy.URL) }
	_, err := newTestClient(transport).GetUpgradeStatus(t.Context(), clusterID)
	var refused *netfault.ProxyError
	var request *RequestError
	if !errors.As(err, &refused) || refused.HTTPStatus != http.StatusProxyAuthRequired || !errors.As(err, &request) || request.Attempts != 1 {
		t.Errorf("got %v", err)
	}
}

// By default, net/http would send the request again, and the API would reject its nonce.
func TestARequestOnALostConnectionIsNotSentAgainWithTheSameNonce(t *testing.T) {
	var (
		mu     sync.Mutex // Each connection has its own goroutine.
		nonces []string
	)
	_, client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		nonces = append(nonces, r.Header.Get(acs3.HeaderNonce))
		if len(nonces) == 2 {
			panic(http.ErrAbortHandler) // The second, on the connection of the first.
		}
		respondRunning(w, r)
	}, (*httptest.Server).Start)
	client.config.Transport.(*http.Transport).MaxIdleConnsPerHost = 1 //nolint:forcetypeassert // NewTransport's own.
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
		t.Fatal(err)
	}
	_, err := client.GetUpgradeStatus(t.Context(), clusterID)
	if !errors.Is(err, netfault.ErrConnectionLost) || !Transient(err) {
		t.Errorf("got %v", err)
	}
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
		t.Error(err)
	}
	mu.Lock()
	defer mu.Unlock()
	if last := nonces[len(nonces)-1]; slices.Contains(nonces[:2], last) {
		t.Errorf("the third read was sent with a nonce of before: %v", nonces)
	}
}
