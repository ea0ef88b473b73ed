package credentials

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime/metrics"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// fetched are the sources that request credentials of a service at host, ours and the library's.
func fetched() map[string]func(host string) (providers.CredentialsProvider, error) {
	of := func(text string) Value { return Value{Text: text} }
	assumed := role{arn: of("r"), sessionName: "s", seconds: 900}
	all := map[string]func(host string) (providers.CredentialsProvider, error){
		"a role": func(host string) (providers.CredentialsProvider, error) {
			source, err := static("canary-id", "canary-secret", "canary-token")
			if err != nil {
				return nil, err
			}
			r := assumed
			r.sts.name = host
			return newRoleProvider(source, r)
		},
		"a role with OIDC": func(host string) (providers.CredentialsProvider, error) {
			r := assumed
			r.sts.name = host
			return newOIDCProvider(oidc{provider: of("p"), role: r}, func() string { return "canary-token" }), nil
		},
		"the metadata service": func(string) (providers.CredentialsProvider, error) {
			return newMetadataProvider("node", func(string) string { return "" })
		},
		"a credentials URI": func(host string) (providers.CredentialsProvider, error) {
			f, err := uriSource("https://"+host+"/canary", nil)
			if err != nil {
				return nil, err
			}
			return f.provider, nil
		},
	}
	profile := map[string]*profile{
		"CloudSSO":                       {Mode: modeCloudSSO, AccountID: "1", AccessConfig: "c", AccessToken: "canary", AccessTokenExpire: time.Now().Add(time.Hour).Unix()},
		"a sign-in":                      {Mode: modeOAuth, OAuthSiteType: "CN", OAuthAccessToken: "canary"},
		"a sign-in that must be renewed": {Mode: modeOAuth, OAuthSiteType: "CN", OAuthRefreshToken: "canary"},
	}
	for name, p := range profile {
		all[name] = func(host string) (providers.CredentialsProvider, error) {
			if p.Mode == modeCloudSSO {
				p.SignInURL = "https://" + host
				f, err := cloudSSOSource(p)
				if err != nil {
					return nil, err
				}
				return f.provider, nil
			}
			f, err := oauthSource(&configFile{path: "nowhere"}, p, &scrubber{}, func(string, string) {})
			if err != nil {
				return nil, err
			}
			f.provider.(*signIn).site.url = "https://" + host //nolint:forcetypeassert // oauthSource made it.
			return f.provider, nil
		}
	}
	return all
}

// hostileServices has every source fetch from a handler, with the transport as it is prepared.
func hostileServices(t *testing.T, handler http.HandlerFunc, check func(t *testing.T, name string, source providers.CredentialsProvider)) {
	t.Helper()
	for name, source := range fetched() {
		t.Run(name, func(t *testing.T) {
			host := intercept(t, handler)
			transport := http.DefaultTransport.(*http.Transport) //nolint:forcetypeassert // intercept has set it.
			harden(transport)
			provider, err := source(host)
			if err != nil {
				t.Fatal(err)
			}
			check(t, name, provider)
		})
	}
}

// What is sent to a service is for that service. A redirect must not bring a signature, a token or a Referer to another host.
func TestNoRequestForCredentialsFollowsARedirect(t *testing.T) {
	for _, status := range []int{http.StatusFound, http.StatusTemporaryRedirect, http.StatusPermanentRedirect} {
		var elsewhere atomic.Int32
		other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			elsewhere.Add(1)
			_, _ = io.WriteString(w, stsResponse("STS.stolen", time.Hour))
		}))
		defer other.Close()
		hostileServices(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, other.URL, status) },
			func(t *testing.T, _ string, source providers.CredentialsProvider) {
				t.Helper()
				_, err := source.GetCredentials()
				if err == nil || !errors.Is(err, errRedirect) {
					t.Errorf("HTTP %d: %v", status, err)
				}
			})
		if n := elsewhere.Load(); n > 0 {
			t.Errorf("HTTP %d: the other host received %d requests", status, n)
		}
	}
}

func heap() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// A body without an end, one that unpacks to much, a header that is large, and a status that is not final: all are an error
// at once, and cost little.
func TestLargeResponsesWithCredentialsAreBounded(t *testing.T) {
	block := bytes.Repeat([]byte("x"), 1<<20)
	var packed bytes.Buffer
	packer := gzip.NewWriter(&packed)
	for range 256 {
		_, _ = packer.Write(block)
	}
	_ = packer.Close()
	for flood, handler := range map[string]http.HandlerFunc{
		"a body of 256 MiB": func(w http.ResponseWriter, _ *http.Request) {
			for range 256 {
				if _, err := w.Write(block); err != nil {
					return
				}
			}
		},
		"a body that unpacks to 256 MiB": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(packed.Bytes())
		},
		"a header of 512 KiB": func(w http.ResponseWriter, _ *http.Request) {
			for i := range 512 {
				w.Header().Set(fmt.Sprintf("X-%d", i), string(block[:1<<10]))
			}
		},
		"switching protocols": func(w http.ResponseWriter, _ *http.Request) {
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				return
			}
			_, _ = io.WriteString(connection, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
			_, _ = io.Copy(io.Discard, connection)
			_ = connection.Close()
		},
	} {
		t.Run(flood, func(t *testing.T) {
			hostileServices(t, handler, func(t *testing.T, _ string, source providers.CredentialsProvider) {
				t.Helper()
				before := heap()
				_, err := source.GetCredentials()
				if err == nil {
					t.Error("got credentials")
				}
				cost := heap() - before
				t.Logf("%.1f MiB allocated by client and server: %v", float64(cost)/(1<<20), err)
				if cost > 64<<20 { // The server's garbage is in it.
					t.Errorf("it costs %d MiB", cost>>20)
				}
			})
		})
	}
}

// net/http repeats what it cannot parse of a response, credentials in it too, which the redactor does not know yet.
func TestTheErrorAboutAMalformedResponseDoesNotQuoteIt(t *testing.T) {
	for name, format := range map[string]string{
		"a header":         "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
		"a Content-Length": "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"a status line":    "HTTP/1.1 %s\r\n\r\n",
		"a trailer":        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n%s\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			hostileServices(t, func(w http.ResponseWriter, _ *http.Request) {
				connection, _, err := http.NewResponseController(w).Hijack()
				if err != nil {
					return
				}
				_, _ = fmt.Fprintf(connection, format, "issued q83vASNFZ4mrze8BI0VniavN")
				_ = connection.Close()
			}, func(t *testing.T, _ string, source providers.CredentialsProvider) {
				t.Helper()
				if _, err := source.GetCredentials(); err == nil || strings.Contains(err.Error(), "q83v") {
					t.Errorf("got %v", err)
				}
			})
		})
	}
}

// A connection for credentials ends with its request: a refresh every few minutes would leave one open each time.
func TestNoConnectionForCredentialsStaysOpen(t *testing.T) {
	closed := make(chan struct{}, 3)
	server := httptest.NewUnstartedServer(respond(http.StatusOK, `{"AccessKeyId": "a", "AccessKeySecret": "b"}`))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	server.Start()
	defer server.Close()
	replaceTransport(t, &http.Transport{})
	for range cap(closed) {
		if _, _, err := fetchURI(context.Background(), server.URL); err != nil {
			t.Fatal(err)
		}
		<-closed // A connection that stayed open would be waited for until the tests time out.
	}
}

// A request is signed as the library signs it.
func TestARequestToSTSIsSignedAsTheLibraryDoes(t *testing.T) {
	for name, source := range map[string]func(string) (providers.CredentialsProvider, error){"ours": fetched()["a role"], "the library's": library["AssumeRole"]} {
		var got string
		secret := map[string]string{"ours": "canary-secret", "the library's": "b"}[name]
		provider, err := source(intercept(t, func(w http.ResponseWriter, r *http.Request) {
			_ = r.ParseForm()
			query := r.URL.Query()
			signature := query.Get("Signature")
			query.Del("Signature")
			got = signature
			if want := stsSignature(query, r.PostForm, secret); signature != want {
				t.Errorf("%s: signed %s, want %s", name, signature, want)
			}
			_, _ = io.WriteString(w, stsResponse("STS.1", time.Hour))
		}))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := provider.GetCredentials(); err != nil || got == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheSignedQueryIsTheSentQuery(t *testing.T) {
	text := "a b+c*d~e/f=g&h%i\"j<é升"
	got := stsSignature(url.Values{"A": {text}}, url.Values{"B": {text}}, "s")
	if again := stsSignature(url.Values{"B": {text}}, url.Values{"A": {text}}, "s"); got != again || got == "" {
		t.Errorf("got %s and %s", got, again)
	}
}
