package credentials

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// Each test here checks with the real library what library.go has in common with it.

// library makes the library's own sources. Those that have a setting for their host get host.
var library = map[string]func(host string) (providers.CredentialsProvider, error){
	"AssumeRole": func(host string) (providers.CredentialsProvider, error) {
		return providers.NewRAMRoleARNCredentialsProviderBuilder().WithAccessKeyId("a").WithAccessKeySecret("b").
			WithRoleArn("r").WithRoleSessionName("s").WithStsEndpoint(host).Build()
	},
	"AssumeRoleWithOIDC": func(host string) (providers.CredentialsProvider, error) {
		return providers.NewOIDCCredentialsProviderBuilder().WithOIDCProviderARN("p").WithOIDCToken("t").WithRoleArn("r").
			WithRoleSessionName("s").WithSTSEndpoint(host).Build()
	},
	"CloudSSO": func(host string) (providers.CredentialsProvider, error) {
		return providers.NewCloudSSOCredentialsProviderBuilder().WithSignInUrl("https://" + host).WithAccountId("1").WithAccessConfig("c").
			WithAccessToken("t").WithAccessTokenExpire(time.Now().Add(time.Hour).Unix()).Build()
	},
	"OAuth": func(host string) (providers.CredentialsProvider, error) {
		return providers.NewOAuthCredentialsProviderBuilder().WithSignInUrl("https://" + host).WithClientId("1").WithAccessToken("t").Build()
	},
}

// intercept lets a handler respond to every request of the library, and returns its host.
func intercept(t *testing.T, handler http.HandlerFunc) string {
	t.Helper()
	secure, plain := httptest.NewTLSServer(handler), httptest.NewServer(handler)
	t.Cleanup(secure.Close)
	t.Cleanup(plain.Close)
	transport := secure.Client().Transport.(*http.Transport).Clone() //nolint:forcetypeassert // As the library does.
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		if r.URL.Scheme == "https" {
			return nil, nil
		}
		return url.Parse(plain.URL)
	}
	replaceTransport(t, transport)
	return strings.TrimPrefix(secure.URL, "https://")
}

// Otherwise the response of a proxy would be unknown.
func TestTheLibraryClonesTheDefaultTransport(t *testing.T) {
	proxy := httptest.NewServer(respond(http.StatusForbidden, ""))
	defer proxy.Close()
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	transport := &http.Transport{}
	prepare(transport)
	transport.Proxy = http.ProxyURL(at)
	replaceTransport(t, transport)
	for name, source := range library {
		provider, err := source("service.example")
		if err != nil {
			t.Fatal(err)
		}
		var rejected *netfault.ProxyError
		if _, err := provider.GetCredentials(); !errors.As(err, &rejected) || rejected.HTTPStatus != http.StatusForbidden {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if prepared, ok := http.DefaultTransport.(*http.Transport); !ok || prepared.OnProxyConnectResponse == nil {
		t.Error("the default transport is not prepared")
	}
}

func TestTheLibraryRenewsSessionsBeforeTheirEnd(t *testing.T) {
	for lasts, want := range map[time.Duration]int{refreshWindow - 2*time.Second: 2, refreshWindow + 10*time.Second: 1} {
		requests := 0
		provider, err := library["AssumeRole"](intercept(t, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			_, _ = w.Write([]byte(stsResponse("STS.1", lasts)))
		}))
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := provider.GetCredentials(); err != nil {
				t.Fatal(err)
			}
		}
		if requests != want {
			t.Errorf("a session of %s: %d requests, want %d", lasts, requests, want)
		}
	}
}

// Words of a command are those that the library's own source of this kind would run.
func TestCommandsAreSplitAsTheLibraryDoes(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		`a b`, `a#b`, `#a`, `"a\sb"`, `"a\$b\\c\"d"`, `'a\b'`, `a\ b`, `a\#b`, "a\\\nb", "\"a\\\nb\"", `"" ''`, `a"b c"'d e'f`, "a\t b\n", `\"`, `"'"`, `$HOME *`,
	} {
		t.Run(words, func(t *testing.T) {
			ours := ""
			args, err := splitCommand(words, false)
			if err == nil {
				ours = strings.Join(args, "|")
			}
			path := filepath.Join(t.TempDir(), "words")
			t.Setenv(asCommand, "words")
			t.Setenv("GORACE", "atexit_sleep_ms=0")
			t.Setenv(wordsFile, path)
			provider, err := providers.NewExternalCredentialsProviderBuilder().WithProcessCommand(quote(self) + " " + words).Build()
			if err != nil {
				t.Fatal(err)
			}
			if _, err := provider.GetCredentials(); err != nil {
				t.Fatal(err)
			}
			if theirs, err := os.ReadFile(path); err != nil || string(theirs) != ours && ours != "" {
				t.Errorf("the library runs %q, %v; we %q", theirs, err, ours)
			}
			if shell, err := exec.LookPath("sh"); err == nil && !strings.ContainsAny(words, "#$*") { // These mean more to a shell.
				if output, err := exec.CommandContext(t.Context(), shell, "-c", quote(self)+" "+words).CombinedOutput(); err != nil {
					t.Fatalf("%v: %s", err, output)
				}
				if theirs, err := os.ReadFile(path); err != nil || string(theirs) != ours && ours != "" {
					t.Errorf("a shell runs %q, %v; we %q", theirs, err, ours)
				}
			}
		})
	}
}
