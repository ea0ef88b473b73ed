package acs3

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// vector is one request that the official client signed, with every step of its calculation.
type vector struct {
	Name             string
	AccessKeyID      string            `json:"access_key_id"`
	AccessKeySecret  string            `json:"access_key_secret"`
	SecurityToken    string            `json:"security_token"`
	Method           string            `json:"method"`
	WireURL          string            `json:"wire_url"`
	HeadersSigned    map[string]string `json:"headers_signed"`
	HeadersUnsigned  map[string]string `json:"headers_unsigned"`
	CanonicalRequest string            `json:"canonical_request"`
	StringToSign     string            `json:"string_to_sign"`
	Authorization    string            `json:"authorization"`
}

func vectors(t *testing.T) []vector {
	t.Helper()
	data, err := os.ReadFile("testdata/signing-vectors.json")
	if err != nil {
		t.Fatal(err)
	}
	var all []vector
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if len(all) == 0 {
		t.Fatal("no vectors")
	}
	return all
}

// request returns the vector's request as a caller would have built it, before it is signed.
func (v vector) request(t *testing.T) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), v.Method, v.WireURL, nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range v.HeadersUnsigned {
		r.Header.Set(name, value)
	}
	for _, name := range []string{"x-acs-action", "x-acs-version"} {
		r.Header.Set(name, v.HeadersSigned[name])
	}
	return r
}

func (v vector) sign(t *testing.T, r *http.Request) {
	t.Helper()
	date, err := time.Parse(DateFormat, v.HeadersSigned["x-acs-date"])
	if err != nil {
		t.Fatal(err)
	}
	credentials := Credentials{
		AccessKeyID:     v.AccessKeyID,
		AccessKeySecret: v.AccessKeySecret,
		SecurityToken:   v.SecurityToken,
		ProviderName:    v.HeadersSigned["x-acs-credentials-provider"],
	}
	if err := Sign(r, credentials, date, v.HeadersSigned["x-acs-signature-nonce"]); err != nil {
		t.Fatal(err)
	}
}

func TestSignEqualsTheOfficialClient(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			r := v.request(t)
			v.sign(t, r)

			canonical, _, err := appendCanonicalRequest(nil, r, r.URL.RawPath, r.URL.RawQuery, emptyHash)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(v.CanonicalRequest, string(canonical)); diff != "" {
				t.Errorf("canonical request (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(v.StringToSign, string(appendStringToSign(nil, canonical))); diff != "" {
				t.Errorf("string to sign (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(v.Authorization, r.Header.Get("Authorization")); diff != "" {
				t.Errorf("authorization (-want +got):\n%s", diff)
			}
			sent := map[string]string{"host": r.Host}
			for name := range r.Header {
				if strings.HasPrefix(name, "X-Acs-") {
					sent[strings.ToLower(name)] = r.Header.Get(name)
				}
			}
			if diff := cmp.Diff(v.HeadersSigned, sent); diff != "" {
				t.Errorf("signed headers (-want +got):\n%s", diff)
			}
		})
	}
}

// The official client spells a space in the query as '+' on the wire and as %20 in what it signs.
func TestVerifyAcceptsTheRequestOfTheOfficialClientUnchanged(t *testing.T) {
	for _, v := range vectors(t) {
		t.Run(v.Name, func(t *testing.T) {
			r := v.request(t)
			for name, value := range v.HeadersSigned {
				if name != "host" {
					r.Header.Set(name, value)
				}
			}
			r.Header.Set("Authorization", v.Authorization)
			if err := Verify(r, v.AccessKeySecret); err != nil {
				t.Error(err)
			}
			if err := Verify(r, v.AccessKeySecret+"x"); err == nil {
				t.Error("verified with another secret")
			}
		})
	}
}

func TestSignTakesAnyTimeZoneAndAnyOrder(t *testing.T) {
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com/a+b?b=2&a=z&a=a+b", nil)
	at := time.Date(2026, 1, 2, 11, 4, 5, 0, time.FixedZone("CST", 8*60*60))
	if err := Sign(r, Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}, at, "nonce"); err != nil {
		t.Fatal(err)
	}
	if got := r.Header.Get(HeaderDate); got != "2026-01-02T03:04:05Z" {
		t.Errorf("date %s", got)
	}
	// The request on the wire is exactly the signed one.
	if got, want := r.URL.String(), "https://cs.cn-hangzhou.aliyuncs.com/a%2Bb?a=a%20b&a=z&b=2"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if err := Verify(r, "secret"); err != nil {
		t.Error(err)
	}
}

func TestSignReplacesTheHeadersOfAnEarlierAttempt(t *testing.T) {
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com/", nil)
	session := Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: "token", ProviderName: "static_sts"}
	if err := Sign(r, session, time.Now(), "nonce-1"); err != nil {
		t.Fatal(err)
	}
	first := r.Header.Get("Authorization")
	if err := Sign(r, Credentials{AccessKeyID: "id2", AccessKeySecret: "secret2"}, time.Now(), "nonce-2"); err != nil {
		t.Fatal(err)
	}
	if r.Header.Get("Authorization") == first {
		t.Error("the signature is still the first attempt's")
	}
	for _, name := range []string{HeaderSecurityToken, HeaderAccessKeyID, HeaderCredentialsProvider} {
		if value := r.Header.Get(name); value != "" {
			t.Errorf("%s of the first attempt is still there: %q", name, value)
		}
	}
	if err := Verify(r, "secret2"); err != nil {
		t.Error(err)
	}
}

func TestSignRejectsInvalidRequests(t *testing.T) {
	good := Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}
	for name, test := range map[string]struct {
		credentials Credentials
		change      func(*http.Request)
		want        string
	}{
		"an empty access key id": {
			credentials: Credentials{AccessKeySecret: "secret"},
			want:        "signing needs an access key id and its secret: one of them is empty",
		},
		"an empty secret": {
			credentials: Credentials{AccessKeyID: "id"},
			want:        "signing needs an access key id and its secret: one of them is empty",
		},
		"a signed header that is there twice": {
			credentials: good,
			change:      func(r *http.Request) { r.Header["X-Acs-Action"] = []string{"a", "b"} },
			want:        "duplicate header x-acs-action: it has 2 values",
		},
		"a signed header in two spellings": {
			credentials: good,
			change: func(r *http.Request) {
				r.Header["x-acs-action"] = []string{"a"}
				r.Header["X-Acs-Action"] = []string{"b"}
			},
			want: "duplicate header x-acs-action",
		},
		"a query that cannot be read": {
			credentials: good,
			change:      func(r *http.Request) { r.URL.RawQuery = "a=%zz" },
			want:        `query "a=%zz": invalid URL escape "%zz"`,
		},
		"a body that can be read only once": {
			credentials: good,
			change:      func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("x")) },
			want:        "the request's body cannot be read twice (GetBody is nil), so it cannot be signed",
		},
		"a body that cannot be had again": {
			credentials: good,
			change: func(r *http.Request) {
				r.Body = io.NopCloser(strings.NewReader("x"))
				r.GetBody = func() (io.ReadCloser, error) { return nil, errors.New("gone") }
			},
			want: "getting the request's body: gone",
		},
		"a body that fails in the middle": {
			credentials: good,
			change: func(r *http.Request) {
				r.Body = io.NopCloser(strings.NewReader("x"))
				r.GetBody = func() (io.ReadCloser, error) {
					return io.NopCloser(io.MultiReader(strings.NewReader("x"), failingReader{})), nil
				}
			},
			want: "reading the request's body: gone",
		},
	} {
		t.Run(name, func(t *testing.T) {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com/", nil)
			if test.change != nil {
				test.change(r)
			}
			err := Sign(r, test.credentials, time.Now(), "nonce")
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, errors.New("gone") }

func TestASignedBodyCanStillBeSent(t *testing.T) {
	const body = `{"a":1}`
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://cs.cn-hangzhou.aliyuncs.com/x", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	if err := Sign(r, Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}, time.Now(), "nonce"); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(r.Header.Get("Authorization"), "SignedHeaders=content-type;host;") {
		t.Errorf("content-type is sent and not signed: %s", r.Header.Get("Authorization"))
	}
	left, err := io.ReadAll(r.Body)
	if err != nil || string(left) != body {
		t.Errorf("left of the body: %q, %v", left, err)
	}
	r.Body = io.NopCloser(strings.NewReader(body))
	if err := Verify(r, "secret"); err != nil {
		t.Error(err)
	}
	r.Body = io.NopCloser(strings.NewReader(`{"a":2}`))
	if err := Verify(r, "secret"); !errors.Is(err, ErrPayloadHash) {
		t.Errorf("another body: %v", err)
	}
	r.Body = io.NopCloser(failingReader{})
	if err := Verify(r, "secret"); err == nil || err.Error() != "reading the request's body: gone" {
		t.Errorf("a body that fails: %v", err)
	}
}

func TestSignTakesARequestWithoutHeaderMap(t *testing.T) {
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://cs.cn-hangzhou.aliyuncs.com", nil)
	r.Header, r.Host, r.URL.Host, r.URL.Path = nil, "", "cs.cn-hangzhou.aliyuncs.com", ""
	if err := Sign(r, Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}, time.Now(), "nonce"); err != nil {
		t.Fatal(err)
	}
	if err := Verify(r, "secret"); err != nil {
		t.Error(err)
	}
}

func TestTheTransportSignsEachAttemptAgain(t *testing.T) {
	var seen []http.Header
	transport := &Transport{
		Base: roundTrip(func(r *http.Request) (*http.Response, error) {
			if err := Verify(r, "secret"); err != nil {
				t.Error(err)
			}
			seen = append(seen, r.Header)
			return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody}, nil
		}),
		Credentials: func(context.Context) (Credentials, error) {
			return Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}, nil
		},
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com/a%2Fb", nil)
	for range 2 {
		response, err := transport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
	}
	if seen[0].Get(HeaderNonce) == seen[1].Get(HeaderNonce) {
		t.Error("two attempts share a nonce")
	}
	if seen[0].Get("Authorization") == seen[1].Get("Authorization") {
		t.Error("two attempts share a signature")
	}
	if len(r.Header) != 0 {
		t.Errorf("the caller's request was changed: %v", r.Header)
	}
}

func TestTheTransportClosesTheBodyOfAnUnsentRequest(t *testing.T) {
	noCredentials := errors.New("no credentials")
	for name, test := range map[string]struct {
		credentials error
		getBody     func() (io.ReadCloser, error)
		want        error
	}{
		"no credentials": {credentials: noCredentials, want: noCredentials},
		"not signable":   {},
	} {
		t.Run(name, func(t *testing.T) {
			transport := &Transport{
				Base: roundTrip(func(*http.Request) (*http.Response, error) {
					t.Error("the request was sent")
					return nil, errors.New("sent")
				}),
				Credentials: func(context.Context) (Credentials, error) {
					return Credentials{AccessKeyID: "id", AccessKeySecret: "secret"}, test.credentials
				},
			}
			body := &closeRecorder{}
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, "https://cs.cn-hangzhou.aliyuncs.com/", body)
			_, err := transport.RoundTrip(r) //nolint:bodyclose // There is no response.
			if err == nil || !errors.Is(err, test.want) && test.want != nil {
				t.Errorf("got %v, want %v", err, test.want)
			}
			var missing *CredentialsError
			if got := errors.As(err, &missing); got != (test.want != nil) {
				t.Errorf("%v is a CredentialsError: %t", err, got)
			}
			if !body.closed {
				t.Error("the body is still open")
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

type closeRecorder struct{ closed bool }

func (*closeRecorder) Read([]byte) (int, error) { return 0, io.EOF }

func (c *closeRecorder) Close() error {
	c.closed = true
	return nil
}
