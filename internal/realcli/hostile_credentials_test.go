//go:build unix

package realcli

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

// Any response without credentials is soon an error, and costs little.
func TestAFloodInPlaceOfCredentialsCostsLittle(t *testing.T) {
	block := bytes.Repeat([]byte("x"), 1<<20)
	for flood, handler := range map[string]http.HandlerFunc{
		"1 GiB": func(w http.ResponseWriter, _ *http.Request) {
			for range 1 << 10 {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		},
		"a 101": func(w http.ResponseWriter, _ *http.Request) {
			if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
				_, _ = io.WriteString(c, switching)
				_, _ = io.Copy(io.Discard, c)
				_ = c.Close()
			}
		},
	} {
		plain, secure := serve(t, handler, acksim.Options{}), serve(t, handler, acksim.Options{TLS: true})
		certificate := filepath.Join(t.TempDir(), "ca.pem")
		if err := os.WriteFile(certificate, secure.CertificatePEM(), 0o600); err != nil {
			t.Fatal(err)
		}
		for source, test := range map[string]struct {
			settings string
			env      []string
		}{
			"a credentials URI":    {`  credentials_uri = "http://` + plain.Endpoint() + `/credentials"`, nil},
			"the metadata service": {`  ecs_role_name = "runner"`, []string{"HTTP_PROXY=http://" + plain.Endpoint(), "NO_PROXY=127.0.0.1"}},
			"STS":                  {"  access_key = \"testak\"\n  secret_key = \"testsk\"\n" + assumeReader, nil},
		} {
			if source == "STS" && flood == "a 101" {
				continue // Over HTTP/2 there is none.
			}
			t.Run(source+" "+flood, func(t *testing.T) {
				text := strings.Replace(configuration("127.0.0.1:9", ""), `    cs = "127.0.0.1:9"`, "    cs = \"127.0.0.1:9\"\n    sts = \""+secure.Endpoint()+"\"", 1)
				text = strings.Replace(text, "  endpoints {", test.settings+"\n  max_retry_timeout = 1\n  endpoints {", 1)
				w := workspace(t, text, append([]string{"SSL_CERT_FILE=" + certificate, "ALICLOUD_ACCESS_KEY=", "ALICLOUD_SECRET_KEY="}, test.env...)...)
				m, err := measureRun(t, w)
				want := map[string]string{"1 GiB": "the response is larger than 65536 bytes", "a 101": "HTTP 101 is not a final response"}[flood]
				if err == nil || !strings.Contains(unwrap(m.output), want) {
					t.Errorf("%v\n%.2000s", err, m.output)
				}
				t.Logf("%s %s: %s from %s: ended after %s, provider's peak memory %.1f MiB",
					cli.Name, cli.Version, flood, source, m.wall.Round(time.Millisecond), float64(m.memory)/(1<<20))
				if m.memory > 64<<20 || m.wall > 20*time.Second {
					t.Errorf("peak memory %d MiB, and %s", m.memory>>20, m.wall)
				}
			})
		}
	}
}
