package ack

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// outOfStep is a desynchronized HTTP/1.1 gateway with TLS. On every third connection, it responds to the second request with the
// response to the first again, and to each later request with the response to the previous one.
func outOfStep(t *testing.T, respond func(*http.Request) string) (*Client, *atomic.Int64) {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	server.StartTLS() // For its certificate.
	t.Cleanup(server.Close)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: server.TLS.Certificates, MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	var connections, requests atomic.Int64
	var all sync.WaitGroup
	all.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = connection.Close() }()
				loses := connections.Add(1)%3 == 0
				reader := bufio.NewReader(connection)
				for last := ""; ; {
					r, err := http.ReadRequest(reader)
					if err != nil {
						return
					}
					requests.Add(1)
					next := respond(r)
					body := next
					if loses && last != "" {
						body = last
					}
					last = next
					time.Sleep(time.Millisecond)
					if _, err := fmt.Fprintf(connection, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body); err != nil {
						return
					}
				}
			})
		}
	})
	transport := NewTransport(5*time.Second, 5*time.Second)
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = listener.Close()
		all.Wait()
	})
	client := newTestClient(transport, func(c *Config) { c.Endpoint = listener.Addr().String() })
	trust(server, client)
	return client, &requests
}

// Nothing in a response names its cluster. On a reused connection, the response for another cluster would be accepted: a cluster
// that is being upgraded would be reported as succeeded.
func TestADesynchronizedGatewayCannotSwapClusters(t *testing.T) {
	const clusters = 400
	client, requests := outOfStep(t, func(r *http.Request) string {
		parts := strings.Split(r.URL.Path, "/") // /api/v2/clusters/{id}/upgrade/status
		if i, _ := strconv.Atoi(strings.TrimPrefix(parts[4], "c-")); i%2 == 0 {
			return running
		}
		return succeeded
	})
	var wrong atomic.Int64
	var group sync.WaitGroup
	for i := range clusters {
		group.Go(func() {
			status, err := client.GetUpgradeStatus(t.Context(), fmt.Sprintf("c-%d", i))
			if err != nil {
				t.Error(err)
				return
			}
			if want := []string{"running", "success"}[i%2]; *status.Status != want {
				wrong.Add(1)
			}
		})
	}
	group.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d of %d clusters read as another", n, clusters)
	}
	if n := requests.Load(); n != clusters {
		t.Errorf("%d requests for %d clusters", n, clusters)
	}
}

// The transport disables connection reuse in net/http. The rejection of a response on a reused connection does not depend on that
// setting.
func TestAResponseOnAReusedConnectionIsRejected(t *testing.T) {
	_, client := serve(t, respondRunning, (*httptest.Server).Start)
	client.config.Transport.(*http.Transport).MaxIdleConnsPerHost = 1 //nolint:forcetypeassert // NewTransport's own.
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
		t.Fatal(err)
	}
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err == nil || netfault.Of(err) != netfault.ConnectionLost || !Transient(err) {
		t.Errorf("got %v", err)
	}
}

// hostile accepts connections, reads a request from each, and calls write. The connection stays open.
func hostile(t *testing.T, write func(c net.Conn, r *http.Request)) *Client {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	all.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer func() { _ = connection.Close() }()
				r, err := http.ReadRequest(bufio.NewReader(connection))
				if err != nil {
					return
				}
				write(connection, r)
				_, _ = io.Copy(io.Discard, connection) // Until the client closes it.
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait() // The server ends only when the client has closed every connection.
	})
	return newTestClient(NewTransport(5*time.Second, 5*time.Second), func(c *Config) {
		c.Endpoint, c.Scheme, c.RetryTimeout, c.AttemptTimeout = listener.Addr().String(), "http", 0, 10*time.Second
	})
}
