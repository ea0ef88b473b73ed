//go:build unix

package realcli

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// hang is a read that does not end, and how the test notices.
type hang struct {
	workspace *Workspace
	inside    <-chan struct{} // Closed when the provider waits.
	logs      string          // Without a channel: what the provider logs right before it waits.

	clusters int              // more than one: of a fleet
	terminal bool             // Ctrl-C is pressed at a terminal, which interrupts the commands that the provider runs too.
	shows    []string         // beside the summary
	gone     <-chan struct{}  // Closed when the command has ended that the provider runs; nil if it runs none.
	check    func(*testing.T) // what else must hold afterwards, if it is not nil
}

// reading is how the provider names what it reads.
func (h hang) reading() string {
	if h.clusters > 1 {
		return strconv.Itoa(h.clusters) + " clusters"
	}
	return "cluster " + clusterID
}

// nth returns a channel that is closed when the function is called for the nth time.
func nth(n int32) (call func(), reached <-chan struct{}) {
	var calls atomic.Int32
	c := make(chan struct{})
	return func() {
		if calls.Add(1) == n {
			close(c)
		}
	}, c
}

// silent starts a server that reads requests and sends no response. The channel is closed when it has the given number.
func silent(t *testing.T, requests int32, o acksim.Options) (server *acksim.Server, inside <-chan struct{}) {
	t.Helper()
	received, inside := nth(requests)
	return serve(t, func(_ http.ResponseWriter, r *http.Request) {
		received()
		<-r.Context().Done()
	}, o), inside
}

func serve(t *testing.T, handler http.HandlerFunc, o acksim.Options) *acksim.Server {
	t.Helper()
	server, err := acksim.Start(t.Context(), handler, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return server
}

// accept listens, calls begin for the beginning of a connection, and then sends nothing more. One channel is closed when the first
// connection has come so far, the other when its client is gone.
func accept(t *testing.T, begin func(net.Conn) error) (address string, inside, gone <-chan struct{}) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	begun, inside := nth(1)
	ended, gone := nth(1)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			all.Go(func() {
				defer context.AfterFunc(t.Context(), func() { _ = connection.Close() })()
				defer func() { _ = connection.Close() }()
				if begin(connection) == nil {
					begun()
				}
				_, _ = io.Copy(io.Discard, connection) // It ends when the other side does.
				ended()
			})
		}
	})
	t.Cleanup(func() {
		_ = listener.Close()
		all.Wait()
	})
	return listener.Addr().String(), inside, gone
}

// clientHello waits for the first byte of a TLS handshake.
func clientHello(c net.Conn) error {
	_, err := c.Read(make([]byte, 1))
	return err
}

func hangInHandshake(t *testing.T) hang {
	t.Helper()
	address, inside, _ := accept(t, clientHello)
	return hang{workspace: workspace(t, strings.Replace(configuration(address, ""), `"HTTP"`, `"HTTPS"`, 1)), inside: inside}
}

func hangInHeader(t *testing.T) hang {
	t.Helper()
	server, inside := silent(t, 1, acksim.Options{})
	return hang{workspace: workspace(t, configuration(server.Endpoint(), "")), inside: inside}
}

func hangInHeaderOfHTTP2(t *testing.T) hang {
	t.Helper()
	received, inside := nth(1)
	server := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if r.ProtoMajor == 2 {
			received()
		}
		<-r.Context().Done()
	}, acksim.Options{TLS: true})
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(certificate, server.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	text := strings.Replace(configuration(server.Endpoint(), ""), `"HTTP"`, `"HTTPS"`, 1)
	return hang{workspace: workspace(t, text, "SSL_CERT_FILE="+certificate), inside: inside}
}

func hangInBody(t *testing.T) hang {
	t.Helper()
	address, inside, _ := accept(t, func(c net.Conn) error {
		if _, err := http.ReadRequest(bufio.NewReader(c)); err != nil {
			return err
		}
		// Half a body that does not fit into the buffers on the way, so that it is gone only when the provider reads it.
		if tcp, ok := c.(*net.TCPConn); ok {
			_ = tcp.SetWriteBuffer(4 << 10)
		}
		_, err := io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 262144\r\n\r\n{"+strings.Repeat(" ", 200<<10))
		return err
	})
	return hang{workspace: workspace(t, configuration(address, "")), inside: inside}
}

func hangBetweenPolls(t *testing.T) hang {
	t.Helper()
	_, server := simulate(t, inProgress, acksim.Options{})
	return hang{
		workspace: workspace(t, configuration(server.Endpoint(), "wait_for_terminal = true"), "TF_LOG_PROVIDER=DEBUG"),
		logs:      "Polled the upgrade status",
		shows:     []string{"1 poll Phases: running after"},
	}
}

func hangInBackOff(t *testing.T) hang {
	t.Helper()
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Retry-After", "20")
		w.WriteHeader(http.StatusServiceUnavailable)
	}, acksim.Options{})
	return hang{
		workspace: workspace(t, configuration(server.Endpoint(), ""), "TF_LOG_PROVIDER=WARN"),
		logs:      "Request to the ACK API failed; retrying",
		shows:     []string{"Last error: HTTP 503"},
	}
}

// At first, no more than fifty requests are under way. They are throttled, so the next one is not even made.
func hangInLine(t *testing.T) hang {
	t.Helper()
	const clusters = 51
	var requests atomic.Int32
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Ratelimit-User-Api", "Limit:50,Remain:0,TimeLeft:20000")
		w.WriteHeader(http.StatusTooManyRequests)
		_, _ = io.WriteString(w, `{"code": "Throttling.User", "message": "Request was denied due to user flow control."}`)
	}, acksim.Options{})
	return hang{
		workspace: workspace(t, fleet(t, server.Endpoint(), clusters), "TF_LOG_PROVIDER=WARN"),
		logs:      "Request to the ACK API failed; retrying",
		clusters:  clusters,
		check: func(t *testing.T) {
			t.Helper()
			if n := requests.Load(); n >= clusters {
				t.Errorf("%d requests: none of %d waited for its turn", n, clusters)
			}
		},
	}
}

func hangOfAFleet(t *testing.T) hang {
	t.Helper()
	server, inside := silent(t, 3, acksim.Options{})
	return hang{workspace: workspace(t, fleet(t, server.Endpoint(), 3)), inside: inside, clusters: 3}
}

// fleet is the configuration of a fleet read.
func fleet(t *testing.T, endpoint string, clusters int) string {
	t.Helper()
	_, text := fleetOf(t, nil, clusters, func(int) []scenario.Step { return nil }, "")
	return text(endpoint)
}

func hangInOpen(t *testing.T) hang {
	t.Helper()
	server, inside := silent(t, 1, acksim.Options{})
	text := strings.Replace(configuration(server.Endpoint(), ""), `data "ackupgrade_status"`, `ephemeral "ackupgrade_status"`, 1)
	return hang{workspace: workspace(t, text), inside: inside}
}

const assumeReader = "  assume_role {\n    role_arn = \"" + readerRole + "\"\n  }\n"

// hangInService is a read whose credentials come from a service that does not respond.
func hangInService(t *testing.T, service identity.Service, settings string, env ...string) hang {
	t.Helper()
	c := simulateCloud(t, idle)
	received, inside := nth(1)
	c.OnCall(func(call identity.Call) {
		if call.Service == service {
			received()
		}
	})
	c.Delay(service, time.Hour)
	return hang{workspace: c.workspace(t, c.configuration(strings.ReplaceAll(settings, "{plain}", c.plain), ""), env...), inside: inside}
}

func hangInSTS(t *testing.T) hang {
	t.Helper()
	return hangInService(t, identity.STS, assumeReader, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk")
}

func hangInHandshakeWithSTS(t *testing.T) hang {
	t.Helper()
	c := simulateCloud(t, idle)
	address, inside, _ := accept(t, clientHello)
	text := strings.Replace(c.configuration(assumeReader, ""), `sts = "`+c.tls+`"`, `sts = "`+address+`"`, 1)
	return hang{workspace: c.workspace(t, text, "ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk"), inside: inside}
}

func hangInMetadata(t *testing.T) hang {
	t.Helper()
	return hangInService(t, identity.Metadata, `  ecs_role_name = "runner"`)
}

func hangInCredentialsURI(t *testing.T) hang {
	t.Helper()
	return hangInService(t, identity.CredentialsURI, `  credentials_uri = "http://{plain}/credentials"`)
}

func hangInCommand(t *testing.T) hang {
	t.Helper()
	return hangInCommandWith(t, "")
}

func hangInCommandAtATerminal(t *testing.T) hang {
	t.Helper()
	h := hangInCommandWith(t, "")
	h.terminal = true
	return h
}

func hangInCommandForARole(t *testing.T) hang {
	t.Helper()
	return hangInCommandWith(t, assumeReader)
}

func hangInCommandWith(t *testing.T, settings string) hang {
	t.Helper()
	c := simulateCloud(t, idle)
	address, inside, gone := accept(t, func(net.Conn) error { return nil })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := c.workspace(t, c.configuration("  profile = \"p\"\n"+settings, ""), asCommand+"="+address)
	profiles(t, w, "p", map[string]any{"name": "p", "mode": "External", "process_command": strconv.Quote(self)})
	return hang{workspace: w, inside: inside, gone: gone}
}
