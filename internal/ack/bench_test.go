package ack

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// pageOfTasks is a page in the format of the API: a hundred tasks, newest first.
func pageOfTasks() string {
	var b strings.Builder
	b.WriteString(`{"page_info":{"page_number":1,"page_size":100,"total_count":100},"tasks":[`)
	for i := range tasksOnPage {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `{"task_id":"T-%05d","task_type":"cluster_upgrade","state":"success","created":"2026-01-02T03:%02d:00+08:00","updated":"2026-01-02T04:00:00+08:00",`+
			`"error":{},"target":{"id":%q,"type":"cluster"}}`, i, 59-i%60, clusterID)
	}
	b.WriteString("]}")
	return b.String()
}

const tasksOnPage = 100

// benchmarkDecode decodes a body as a response to a call.
func benchmarkDecode[T any](b *testing.B, one call[T], body string) {
	request, err := http.NewRequestWithContext(b.Context(), http.MethodGet, "https://cs.cn-hangzhou.aliyuncs.com/", nil)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		r := response(http.StatusOK, jsonType, body)
		r.Request = request
		if _, _, err := one.read(r); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	b.Run("status", func(b *testing.B) { benchmarkDecode(b, getUpgradeStatus(clusterID), succeeded) })
	b.Run("tasks", func(b *testing.B) { benchmarkDecode(b, describeClusterTasks(clusterID, 1, tasksOnPage), pageOfTasks()) })
	b.Run("detail", func(b *testing.B) {
		benchmarkDecode(b, describeClusterDetail(clusterID), `{"cluster_id":"`+clusterID+`","state":"running","current_version":"1.33.3-aliyun.1"}`)
	})
}

// BenchmarkRead alternates between a complete read, signed and decoded, and a plain request of net/http with the same response
// and transport settings. "signed/bare" is the ratio of the two medians, and "headers/bare" that of a plain request with as many headers:
// what the protocol of the API costs every client.
func BenchmarkRead(b *testing.B) {
	for name, start := range map[string]func(*httptest.Server){"HTTP1": (*httptest.Server).Start, "HTTP2": startHTTP2} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", jsonType)
				respondRunning(w, nil)
			}))
			start(server)
			defer server.Close()
			scheme, host, _ := strings.Cut(server.URL, "://")
			signed, bare := NewTransport(5*time.Second, 5*time.Second), NewTransport(5*time.Second, 5*time.Second)
			defer signed.CloseIdleConnections()
			defer bare.CloseIdleConnections()
			client := newTestClient(signed, func(c *Config) { c.Endpoint, c.Scheme = host, scheme })
			if server.TLS != nil {
				trust(server, client)
				bare.TLSClientConfig.RootCAs = signed.TLSClientConfig.RootCAs
			}
			url := server.URL + "/api/v2/clusters/" + clusterID + "/upgrade/status"
			reads := []func() error{
				func() error { return readBare(b.Context(), bare, url, nil) },
				func() error { return readBare(b.Context(), bare, url, headersOfASignature()) },
				func() error { _, err := client.GetUpgradeStatus(b.Context(), clusterID); return err },
			}
			took := make([][]time.Duration, len(reads))
			for b.Loop() {
				for i, read := range reads {
					began := time.Now()
					if err := read(); err != nil {
						b.Fatal(err)
					}
					took[i] = append(took[i], time.Since(began))
				}
			}
			median := func(i int) float64 {
				slices.Sort(took[i])
				return float64(took[i][len(took[i])/2])
			}
			b.ReportMetric(median(2)/median(0), "signed/bare")
			b.ReportMetric(median(1)/median(0), "headers/bare")
		})
	}
}

// headersOfASignature returns headers of the size of those of a signed request. As there, three values are new in each request.
func headersOfASignature() http.Header {
	return http.Header{
		"Accept":                {jsonType},
		"User-Agent":            {"terraform-provider-ackupgrade/0.1.0 (+https://github.com/ackupgrade/terraform-provider-ackupgrade)"},
		"X-Acs-Action":          {"GetUpgradeStatus"},
		"X-Acs-Version":         {apiVersion},
		"X-Acs-Content-Sha256":  {strings.Repeat("e", 64)},
		"X-Acs-Date":            {time.Now().Format(time.RFC3339Nano)},
		"X-Acs-Signature-Nonce": {rand.Text()},
		"Authorization": {"ACS3-HMAC-SHA256 Credential=testak,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;" +
			"x-acs-signature-nonce;x-acs-version,Signature=" + rand.Text() + rand.Text() + "aaaaaaaaaaaa"},
	}
}

// readBare is a plain request of net/http.
func readBare(ctx context.Context, transport http.RoundTripper, url string, headers http.Header) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	if headers != nil {
		request.Header = headers
	}
	client := &http.Client{Transport: transport, Timeout: 20 * time.Second}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	_, err = io.ReadAll(response.Body)
	return err
}
