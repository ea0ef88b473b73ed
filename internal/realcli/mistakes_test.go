package realcli

import (
	"crypto/tls"
	"encoding/pem"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// A wait for an hour must not spend it on an endpoint that never was the API: what cannot pass ends it at once.
func TestAnEndpointThatNeverWasTheAPIEndsAWaitAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		protocol string
		serve    func(t *testing.T) (endpoint string, certificate []byte)
		want     string
	}{
		"an SSH server":                   {"HTTP", sshServer, "does not support HTTP"},
		"plain HTTP where TLS is meant":   {"HTTPS", plainServer, "does not support HTTPS"},
		"old versions of TLS only":        {"HTTPS", tlsServer(&tls.Config{MaxVersion: tls.VersionTLS11}), "TLS handshake failed"},
		"a client certificate is wanted":  {"HTTPS", tlsServer(&tls.Config{ClientAuth: tls.RequireAnyClientCert}), "TLS handshake failed"},
		"a certificate that is not known": {"HTTPS", tlsServer(nil), "is not trusted"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			endpoint, certificate := test.serve(t)
			text := configuration(endpoint, "wait_for_terminal = true\n  poll_interval = \"1s\"")
			var env []string
			if test.protocol == "HTTPS" {
				text = strings.Replace(text, "  protocol = \"HTTP\"\n", "", 1)
			}
			if certificate != nil && test.want != "is not trusted" {
				file := filepath.Join(t.TempDir(), "ca.pem")
				if err := os.WriteFile(file, certificate, 0o600); err != nil {
					t.Fatal(err)
				}
				env = append(env, "SSL_CERT_FILE="+file)
			}
			w := workspace(t, text, env...)
			output, err := w.Run(t.Context(), "plan", "-no-color")
			if err == nil || !strings.Contains(unwrap(output), test.want) {
				t.Errorf("%v, and %q is not shown in:\n%s", err, test.want, output)
			}
			t.Log(output)
		})
	}
}

func sshServer(t *testing.T) (string, []byte) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Write([]byte("SSH-2.0-OpenSSH_9.6\r\n"))
			_, _ = conn.Read(make([]byte, 1<<10))
			_ = conn.Close()
		}
	}()
	return listener.Addr().String(), nil
}

func plainServer(t *testing.T) (string, []byte) {
	t.Helper()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), nil
}

func tlsServer(config *tls.Config) func(t *testing.T) (string, []byte) {
	return func(t *testing.T) (string, []byte) {
		t.Helper()
		server := httptest.NewUnstartedServer(http.NotFoundHandler())
		server.TLS = config
		server.Config.ErrorLog = log.New(io.Discard, "", 0)
		server.StartTLS()
		t.Cleanup(server.Close)
		return server.Listener.Addr().String(), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	}
}

// If a source of credentials does not respond, the error names it, for every cluster, also one without a request so far.
func TestAFleetWhoseCredentialsHangNamesThem(t *testing.T) {
	t.Parallel()
	const clusters = 260 // More than there are turns.
	simulator, server := simulate(t, idle, acksim.Options{})
	_, text := fleetOf(t, simulator, clusters, func(int) []scenario.Step {
		return []scenario.Step{{Phase: story.Succeeded}}
	}, `timeouts { read = "2s" }`)
	release := make(chan struct{})
	hanging := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(hanging.Close)
	t.Cleanup(func() { close(release) })
	w := workspace(t, text(server.Endpoint()), "ALICLOUD_ACCESS_KEY=", "ALICLOUD_SECRET_KEY=", "ALICLOUD_CREDENTIALS_URI="+hanging.URL)
	output, err := w.Run(t.Context(), "plan", "-no-color")
	if err == nil {
		t.Fatalf("it went through:\n%.1000s", output)
	}
	shown := unwrap(output)
	for _, want := range []string{"Error: " + summary.ReadTimeout(summary.Cluster("c-00000")) + " (and 259 more clusters)", "Check the credentials source"} {
		if !strings.Contains(shown, want) || strings.Count(shown, "Error: ") != 1 {
			t.Errorf("%q is not shown, or is not the only error, in:\n%.2000s", want, output)
		}
	}
	if n := len(simulator.Requests()); n != 0 {
		t.Errorf("%d requests were made", n)
	}
	t.Logf("%.1200s", output)
}
