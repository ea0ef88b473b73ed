//go:build unix

package realcli

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

const (
	running   = `{"status":"running","upgrade_step":"upgrading","upgrade_task":{"status":"running"}}`
	succeeded = `{"status":"success","upgrade_step":"success","upgrade_task":{"status":"Success"}}`
)

// converse lets respond write the response to each request on a connection, byte by byte. The connection stays open unless respond
// fails.
func converse(t *testing.T, respond func(c net.Conn, r *http.Request, onConnection int) error) string {
	t.Helper()
	address, _, _ := accept(t, func(c net.Conn) error {
		reader := bufio.NewReader(c)
		for n := 0; ; n++ {
			r, err := http.ReadRequest(reader)
			if err != nil {
				return err
			}
			if err := respond(c, r, n); err != nil {
				return err
			}
		}
	})
	return address
}

func writeResponse(w io.Writer, body string) error {
	_, err := fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

const switching = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"

func TestSwitchingProtocolsEndsARead(t *testing.T) {
	t.Parallel()
	for _, form := range []string{"data", "ephemeral"} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			address := converse(t, func(c net.Conn, _ *http.Request, _ int) error {
				_, err := io.WriteString(c, switching)
				return err
			})
			text := strings.Replace(configuration(address, "wait_for_terminal = true"), `data "ackupgrade_status"`, form+` "ackupgrade_status"`, 1)
			started := time.Now()
			output, err := workspace(t, text).Run(t.Context(), "plan", "-no-color")
			if err == nil || !strings.Contains(unwrap(output), "HTTP 101 Switching Protocols") {
				t.Errorf("%v:\n%s", err, output)
			}
			took := time.Since(started)
			t.Logf("%s %s: %s ended after %s", cli.Name, cli.Version, form, took.Round(time.Millisecond))
		})
	}
}

// A server that was the API before is polled again during the wait. Ctrl-C comes then.
func hangAfterSwitchingProtocols(t *testing.T) hang {
	t.Helper()
	received, inside := nth(2)
	var requests atomic.Int32
	address := converse(t, func(c net.Conn, _ *http.Request, _ int) error {
		if requests.Add(1) == 1 {
			return writeResponse(c, running)
		}
		_, err := io.WriteString(c, switching)
		received()
		return err
	})
	return hang{workspace: workspace(t, configuration(address, "wait_for_terminal = true\n  poll_interval = \"1s\"")), inside: inside}
}

func hangAmongInformationalResponses(t *testing.T) hang {
	t.Helper()
	begun, inside := nth(2)
	address := converse(t, func(c net.Conn, _ *http.Request, _ int) error {
		for {
			if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\n\r\n"); err != nil {
				return err
			}
			begun()
			time.Sleep(50 * time.Millisecond)
		}
	})
	return hang{workspace: workspace(t, configuration(address, "")), inside: inside}
}

// A gateway that is out of step responds with the response to the previous request. Nothing in a response names its cluster.
func TestADesynchronizedGatewayCannotSwapClusters(t *testing.T) {
	t.Parallel()
	const clusters = 400
	var requests, connections atomic.Int32
	address := converse(t, func() func(net.Conn, *http.Request, int) error {
		var last atomic.Pointer[string] // The gateway has one queue of responses for each connection; one for all is worse.
		return func(c net.Conn, r *http.Request, onConnection int) error {
			requests.Add(1)
			body := succeeded
			if i, _ := strconv.Atoi(strings.TrimPrefix(strings.Split(r.URL.Path, "/")[4], "c-")); i%2 == 0 {
				body = running
			}
			before := last.Swap(&body)
			if onConnection == 0 {
				connections.Add(1)
			} else if before != nil {
				body = *before
			}
			return writeResponse(c, body)
		}
	}())
	output, err := workspace(t, fleet(t, address, clusters)).Run(t.Context(), "plan", "-no-color")
	if err != nil {
		t.Fatalf("%v\n%.2000s", err, output)
	}
	if want := fmt.Sprintf("[id=%d clusters: %d running, %[2]d succeeded]", clusters, clusters/2); !strings.Contains(output, want) {
		t.Errorf("%q is not shown in:\n%.2000s", want, output)
	}
	t.Logf("%s %s: %d clusters, %d requests on %d connections", cli.Name, cli.Version, clusters, requests.Load(), connections.Load())
}

// Responses as large as they may be, of a whole fleet: no more than a share of them is in memory, and none in state.
func TestAFleetOfLargeResponsesCostsLittleMemory(t *testing.T) {
	message := strings.Repeat("x", 250<<10)
	body := []byte(`{"status":"success","upgrade_step":"success","upgrade_task":{"status":"Success","message":"` + message + `"}}`)
	for name, test := range map[string]struct {
		clusters int
		tls      bool
		memory   int64
	}{
		"1100 over HTTP/1.1": {1100, false, 160 << 20},
		"2500 over HTTP/2":   {2500, true, 256 << 20},
	} {
		t.Run(name, func(t *testing.T) {
			server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }, acksim.Options{TLS: test.tls})
			text := fleet(t, server.Endpoint(), test.clusters)
			var w *Workspace
			if test.tls {
				certificate := filepath.Join(t.TempDir(), "ca.pem")
				if err := os.WriteFile(certificate, server.CertificatePEM(), 0o600); err != nil {
					t.Fatal(err)
				}
				w = workspace(t, strings.Replace(text, "  protocol = \"HTTP\"\n", "", 1), "SSL_CERT_FILE="+certificate)
			} else {
				w = workspace(t, text)
			}
			m := measure(t, w)
			t.Logf("%s %s: %d responses of %d KiB, %s: plan %s, provider's peak memory %.1f MiB",
				cli.Name, cli.Version, test.clusters, len(body)>>10, name, m.wall.Round(time.Millisecond), float64(m.memory)/(1<<20))
			if m.memory > test.memory {
				t.Errorf("peak memory %d MiB, at most %d are allowed", m.memory>>20, test.memory>>20)
			}
			if want := fmt.Sprintf("[id=%d clusters: %[1]d succeeded]", test.clusters); !strings.Contains(m.output, want) {
				t.Errorf("%q is not shown in:\n%.1000s", want, m.output)
			}
		})
	}
}

// Each text is bounded by itself, and so are all of them together: what does not fit is an error that says so.
func TestAFleetOfTooMuchTextIsAnErrorOfOurs(t *testing.T) {
	t.Parallel()
	word, message := strings.Repeat("w", 1000), strings.Repeat("x", 4<<10)
	body := []byte(`{"status":"` + word + `","upgrade_step":"` + word + `","precheck_report_id":"` + word + `","error_message":"` + message + `","upgrade_task":{"status":"` + word + `","message":"` + message + `"}}`)
	server := serve(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }, acksim.Options{})
	output, err := workspace(t, fleet(t, server.Endpoint(), 3500)).Run(t.Context(), "plan", "-no-color")
	if err == nil || !strings.Contains(unwrap(output), "Error: The responses for 3500 clusters are too large") {
		t.Errorf("%v\n%.2000s", err, output)
	}
}

const sessionToken = "CAISabcDEF+ghi/jklMNOpqr0123456789stuVWX=="

// A gateway that repeats what it was sent must not bring it on the screen, into state, or into a log.
func TestWhatAGatewayRepeatsShowsNowhere(t *testing.T) {
	t.Parallel()
	for name, respond := range map[string]func(w *bytes.Buffer, token, signature string){
		"in a Content-Length": func(w *bytes.Buffer, token, signature string) {
			fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nContent-Length: %s %s%s\r\n\r\n", token, signature, strings.Repeat("x", 60_000))
		},
		"in a header": func(w *bytes.Buffer, token, signature string) {
			fmt.Fprintf(w, "HTTP/1.1 200 OK\r\n%s %s\r\n\r\n", token, signature)
		},
		"in a status line": func(w *bytes.Buffer, token, signature string) {
			fmt.Fprintf(w, "HTTP/1.1 %s %s\r\n\r\n", token, signature)
		},
		"in a chunk's header": func(w *bytes.Buffer, token, signature string) {
			fmt.Fprintf(w, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s %s\r\n", token, signature)
		},
		"in the texts of a response": func(w *bytes.Buffer, token, signature string) {
			_ = writeResponse(w, fmt.Sprintf(`{"status":"fail","error_message":"%s %s","upgrade_task":{"status":"Failed","message":"%s"}}`, token, signature, url.QueryEscape(token)))
		},
		"in an error": func(w *bytes.Buffer, token, signature string) {
			body := fmt.Sprintf(`{"Code":"SignatureDoesNotMatch","Message":"signed %s with %s","RequestId":"R-1"}`, token, signature)
			fmt.Fprintf(w, "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var signature atomic.Value
			address := converse(t, func(c net.Conn, r *http.Request, _ int) error {
				_, made, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
				signature.Store(made)
				var b bytes.Buffer
				respond(&b, r.Header.Get("X-Acs-Security-Token"), made)
				_, _ = c.Write(b.Bytes())
				_ = c.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // It is one.
				return nil
			})
			text := strings.Replace(configuration(address, ""), `  protocol = "HTTP"`, "  protocol = \"HTTP\"\n  max_retry_timeout = 1", 1) + `
output "all" {
  value = data.ackupgrade_status.this
}
`
			w := workspace(t, text, "ALICLOUD_SECURITY_TOKEN="+sessionToken, "TF_LOG_PROVIDER=TRACE")
			output, _ := w.Run(t.Context(), "apply", "-no-color", "-auto-approve")
			state, _ := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
			made, _ := signature.Load().(string)
			if made == "" {
				t.Fatalf("nothing was requested:\n%s", output)
			}
			for what, shown := range map[string]string{"the output": output, "the state": string(state)} {
				for _, secret := range []string{sessionToken, url.QueryEscape(sessionToken), made} {
					if i := strings.Index(shown, secret[:16]); i >= 0 {
						t.Errorf("%s has a secret: %.300s", what, shown[max(0, i-150):])
					}
				}
			}
			for line := range strings.Lines(output) {
				if len(line) > 8<<10 {
					t.Errorf("a line of %d bytes: %.200s", len(line), line)
				}
			}
		})
	}
}
