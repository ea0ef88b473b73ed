package acs3

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tokens are what a request is signed with: a long-lived key, and a session's, whose token is long.
var tokens = map[string]string{"key": "", "session": strings.Repeat("CAIS+/==", 112)}

// newRequest returns a request as the client builds it.
func newRequest(t testing.TB) *http.Request {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		"https://cs.cn-hangzhou.aliyuncs.com/api/v2/clusters/c106f377e16f34eb1808d6b9362c9abcd/upgrade/status", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "terraform-provider-ackupgrade/0.1.0")
	r.Header.Set("X-Acs-Action", "GetUpgradeStatus")
	r.Header.Set("X-Acs-Version", "2015-12-15")
	return r
}

// BenchmarkSign signs a request as the transport hands it to Sign: its header has room for what is added.
func BenchmarkSign(b *testing.B) {
	for name, token := range tokens {
		b.Run(name, func(b *testing.B) {
			r := copyToSign(newRequest(b))
			credentials := Credentials{AccessKeyID: "LTAI5tExample", AccessKeySecret: "secret", SecurityToken: token, ProviderName: "static_ak"}
			date := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
			b.ReportAllocs()
			for b.Loop() {
				if err := Sign(r, credentials, date, "3b1a6cf0e1d94d2f"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTransport is all that signing adds to a request: credentials, a copy, a date, a nonce and the signature.
func BenchmarkTransport(b *testing.B) {
	r := newRequest(b)
	transport := &Transport{
		Base: roundTrip(func(*http.Request) (*http.Response, error) { return nil, nil }),
		Credentials: func(context.Context) (Credentials, error) {
			return Credentials{AccessKeyID: "LTAI5tExample", AccessKeySecret: "secret", ProviderName: "static_ak"}, nil
		},
	}
	b.ReportAllocs()
	for b.Loop() {
		_, _ = transport.RoundTrip(r) //nolint:bodyclose // There is none.
	}
}

func BenchmarkVerify(b *testing.B) {
	for name, token := range tokens {
		b.Run(name, func(b *testing.B) {
			r := newRequest(b)
			credentials := Credentials{AccessKeyID: "LTAI5tExample", AccessKeySecret: "secret", SecurityToken: token}
			if err := Sign(r, credentials, time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), "3b1a6cf0e1d94d2f"); err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := Verify(r, "secret"); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func TestSigningTakesFewAllocations(t *testing.T) {
	const budget = 12
	for name, token := range tokens {
		r := copyToSign(newRequest(t))
		credentials := Credentials{AccessKeyID: "LTAI5tExample", AccessKeySecret: "secret", SecurityToken: token, ProviderName: "sts"}
		got := testing.AllocsPerRun(100, func() {
			if err := Sign(r, credentials, time.Now(), "3b1a6cf0e1d94d2f"); err != nil {
				t.Fatal(err)
			}
		})
		if got > budget {
			t.Errorf("%s: %v allocations, at most %d are allowed", name, got, budget)
		}
	}
}
