package acksim

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

func startServer(t *testing.T, handler http.Handler, o Options) *Server {
	t.Helper()
	server, err := Start(t.Context(), handler, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// client returns a client that trusts the server and signs what it sends.
func client(t *testing.T, s *Server, change func(*http.Transport)) *http.Client {
	t.Helper()
	base := &http.Transport{ForceAttemptHTTP2: true}
	if pem := s.CertificatePEM(); pem != nil {
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			t.Fatal("CertificatePEM holds no certificate")
		}
		base.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	if change != nil {
		change(base)
	}
	t.Cleanup(base.CloseIdleConnections)
	credentials := func(context.Context) (acs3.Credentials, error) { return longLived, nil }
	return &http.Client{Transport: &acs3.Transport{Base: base, Credentials: credentials}}
}

func get(t *testing.T, c *http.Client, scheme, endpoint string) (*http.Response, error) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://"+endpoint+pathBefore+clusterID+pathAfter, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(gateway.HeaderAction, action)
	r.Header.Set(gateway.HeaderVersion, version)
	response, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	_, err = io.Copy(io.Discard, response.Body)
	return response, errors.Join(err, response.Body.Close())
}

func TestTheServerResponds(t *testing.T) {
	for name, test := range map[string]struct {
		options Options
		scheme  string
		change  func(*http.Transport)
		proto   string
	}{
		"HTTP":                    {scheme: "http", proto: "HTTP/1.1"},
		"HTTPS with HTTP/2":       {options: Options{TLS: true}, scheme: "https", proto: "HTTP/2.0"},
		"HTTPS with HTTP/1.1":     {options: Options{TLS: true}, scheme: "https", proto: "HTTP/1.1", change: func(t *http.Transport) { t.ForceAttemptHTTP2 = false }},
		"HTTPS with TLS 1.2":      {options: Options{TLS: true}, scheme: "https", proto: "HTTP/2.0", change: func(t *http.Transport) { t.TLSClientConfig.MaxVersion = tls.VersionTLS12 }},
		"on every address":        {options: Options{Listen: ":0", TLS: true}, scheme: "https", proto: "HTTP/2.0"},
		"under the name it is to": {options: Options{Listen: "localhost:0", TLS: true}, scheme: "https", proto: "HTTP/2.0"},
	} {
		t.Run(name, func(t *testing.T) {
			simulator := start(t, playing(scenario.Step{Phase: story.Running}))
			server := startServer(t, simulator, test.options)
			response, err := get(t, client(t, server, test.change), test.scheme, server.Endpoint()) //nolint:bodyclose // get closes it.
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != http.StatusOK || response.Proto != test.proto {
				t.Errorf("%s %s", response.Proto, response.Status)
			}
			if (server.CertificatePEM() != nil) != test.options.TLS {
				t.Errorf("certificate: %q", server.CertificatePEM())
			}
			if got := simulator.Requests(); len(got) != 1 || got[0].Status != http.StatusOK {
				t.Errorf("%+v", got)
			}
		})
	}
}

func TestTheCertificateIsForThisMachineAlone(t *testing.T) {
	server := startServer(t, start(t, playing(scenario.Step{Phase: story.Running})), Options{TLS: true})
	_, port, err := net.SplitHostPort(server.Endpoint())
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"localhost", "127.0.0.1", "::1", "cs.cn-hangzhou.aliyuncs.com"} {
		c := client(t, server, func(tr *http.Transport) { tr.TLSClientConfig.ServerName = name })
		_, err := get(t, c, "https", "127.0.0.1:"+port) //nolint:bodyclose // get closes it.
		var wrongName x509.HostnameError
		if theirs := strings.HasPrefix(name, "cs."); errors.As(err, &wrongName) != theirs || (err != nil) != theirs {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheServerRejectsTLSBelow12(t *testing.T) {
	server := startServer(t, start(t, playing(scenario.Step{Phase: story.Running})), Options{TLS: true})
	c := client(t, server, func(tr *http.Transport) {
		tr.TLSClientConfig.MinVersion, tr.TLSClientConfig.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
	})
	if _, err := get(t, c, "https", server.Endpoint()); err == nil { //nolint:bodyclose // There is no response.
		t.Error("TLS 1.1 was accepted")
	}
}

func TestTheServerReportsFailedHandshakes(t *testing.T) {
	logged := make(chan string, 1)
	server := startServer(t, start(t, playing(scenario.Step{Phase: story.Running})), Options{
		TLS: true, ErrorLog: log.New(writer(func(p []byte) { logged <- string(p) }), "", 0),
	})
	c := client(t, server, func(tr *http.Transport) { tr.TLSClientConfig = nil })
	var unknown x509.UnknownAuthorityError
	if _, err := get(t, c, "https", server.Endpoint()); !errors.As(err, &unknown) { //nolint:bodyclose // There is no response.
		t.Errorf("a client that does not trust the certificate: %v", err)
	}
	if got := <-logged; !strings.Contains(got, "TLS handshake error") {
		t.Errorf("logged: %q", got)
	}
}

type writer func([]byte)

func (w writer) Write(p []byte) (int, error) {
	w(bytes.Clone(p))
	return len(p), nil
}

func TestTheServerReportsThatItCannotListen(t *testing.T) {
	first := startServer(t, http.NotFoundHandler(), Options{})
	_, err := Start(t.Context(), http.NotFoundHandler(), Options{Listen: first.Endpoint()})
	want := "starting the simulator: listen tcp " + first.Endpoint() + ": bind: address already in use"
	if err == nil || err.Error() != want {
		t.Errorf("\ngot  %v\nwant %s", err, want)
	}
}

func TestTheServerEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server, err := Start(ctx, http.NotFoundHandler(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	<-server.served
	server.Close()
	if _, err := get(t, client(t, server, nil), "http", server.Endpoint()); err == nil { //nolint:bodyclose // There is no response.
		t.Error("it still serves")
	}
}

func TestCloseLeavesNothingBehind(t *testing.T) {
	for name, tls := range map[string]bool{"HTTP": false, "HTTPS": true} {
		t.Run(name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			received := make(chan struct{})
			var ended bool // Written by the handler, and read after Close: without waiting, the race detector says so.
			server := startServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				close(received)
				<-r.Context().Done() // A handler that sends no response, and ends with its connection.
				ended = true
			}), Options{TLS: tls})
			c := client(t, server, nil)
			idle, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", server.Endpoint())
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = idle.Close() }()
			failed := make(chan error)
			go func() {
				scheme := map[bool]string{false: "http", true: "https"}[tls]
				_, err := get(t, c, scheme, server.Endpoint()) //nolint:bodyclose // There is no response.
				failed <- err
			}()
			<-received
			server.Close()
			server.Close()
			if !ended {
				t.Error("Close has returned, and a handler still runs")
			}
			if err := <-failed; err == nil {
				t.Error("the request that was cut off has succeeded")
			}
			// The client's own goroutines, and the last instructions of the server's, take a moment.
			for runtime.NumGoroutine() > before { // A leak is seen when the tests time out, with all stacks.
				runtime.Gosched()
			}
		})
	}
}

// A client that takes a response for complete can send another request on the same connection. Then net/http does not see it close.
func TestCloseEndsAHandlerWhoseClientHasSentTheNextRequest(t *testing.T) {
	simulator, err := New(&scenario.Scenario{
		AccessKeys: []scenario.AccessKey{{ID: longLived.AccessKeyID, Secret: longLived.AccessKeySecret}},
		Clusters:   map[string]scenario.Cluster{clusterID: {Timeline: []scenario.Step{{HTTP: &response.Raw{Status: http.StatusNoContent}}}}},
		Faults:     []fault.Fault{{Kind: fault.SilentInBody}},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := startServer(t, simulator, Options{})
	c := client(t, server, func(tr *http.Transport) { tr.ResponseHeaderTimeout = 100 * time.Millisecond })
	for _, want := range []bool{true, false} { // The second is not read: the first is still being handled.
		response, err := get(t, c, "http", server.Endpoint())
		if err == nil {
			_, _ = io.Copy(io.Discard, response.Body)
			_ = response.Body.Close()
		}
		if got := err == nil; got != want {
			t.Fatalf("responded: %t, want %t: %v", got, want, err)
		}
	}
	server.Close() // It would wait for ever for a handler that does not end.
}

func TestNoHandlerStartsAfterTheServerIsClosed(t *testing.T) {
	server := startServer(t, http.NotFoundHandler(), Options{})
	server.Close()
	began := false
	server.counted(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { began = true })).ServeHTTP(nil, nil)
	if began {
		t.Error("it began")
	}
}
