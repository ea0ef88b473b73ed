package ack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// net/http returns the connection as the body of a 101. No context ends a read of it.
func TestStatus101EndsTheRequestAtOnce(t *testing.T) {
	for _, head := range []string{
		"HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
		"HTTP/1.1 101 Switching Protocols\r\n\r\n{\"status\":\"success\"",
		"HTTP/1.0 101 Switching Protocols\r\nContent-Length: 10\r\n\r\n",
	} {
		client := hostile(t, func(c net.Conn, _ *http.Request) { _, _ = io.WriteString(c, head) })
		_, err := client.GetUpgradeStatus(t.Context(), clusterID)
		var api *APIError
		if !errors.As(err, &api) || api.HTTPStatus != http.StatusSwitchingProtocols || api.Kind() != KindNotTheAPI {
			t.Errorf("%q: %v", head, err)
		}
	}
}

func TestEndlessInformationalResponsesAreBounded(t *testing.T) {
	client := hostile(t, func(c net.Conn, _ *http.Request) {
		for {
			if _, err := io.WriteString(c, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"); err != nil {
				return
			}
		}
	})
	// The number of responses ends it, not the timeout of the attempt.
	if status, err := client.GetUpgradeStatus(t.Context(), clusterID); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, %v", status, err)
	}
}

// blockingBody is a body that ends only with the test.
type blockingBody struct{ release <-chan struct{} }

func (s blockingBody) Read([]byte) (int, error) { <-s.release; return 0, io.EOF }

func (s blockingBody) Close() error { return nil }

func TestNoBodyOutlivesTheContext(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	client := newTestClient(roundTrip(func(r *http.Request) (*http.Response, error) {
		resp := response(http.StatusOK, jsonType, "")
		resp.Request, resp.Body = r, blockingBody{release}
		return resp, nil
	}), func(c *Config) { c.RetryTimeout, c.AttemptTimeout = 0, 100*time.Millisecond })
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("by its time-out: %v", err)
	}
	client.base.(*attemptTransport).timeout = time.Hour //nolint:forcetypeassert // NewClient's own.
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := client.GetUpgradeStatus(ctx, clusterID); !errors.Is(err, context.Canceled) {
		t.Errorf("by an interrupt: %v", err)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

const sessionToken = "CAISabcDEF+ghi/jklMNOpqr0123456789stuVWX=="

// secretsOf returns the secrets of a request.
func secretsOf(r *http.Request) (token, signature string) {
	authorization, _ := acs3.ParseAuthorization(r.Header.Get("Authorization")) // The test fails if a part is missing.
	return r.Header.Get(acs3.HeaderSecurityToken), authorization.Signature
}

// net/http quotes in its error the part of a response that it cannot parse, of any length.
func TestErrorsOfNetHTTPContainNoSecretAndAreShort(t *testing.T) {
	for name, format := range map[string]string{
		"a Content-Length":         "HTTP/1.1 200 OK\r\nContent-Length: %s\r\n\r\n",
		"a status line":            "HTTP/1.1 %s\r\n\r\n",
		"a version":                "%s 200 OK\r\n\r\n",
		"a header without a colon": "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
		"a header's name":          "HTTP/1.1 200 OK\r\n%s\x01: a\r\n\r\n",
		"a transfer encoding":      "HTTP/1.1 200 OK\r\nTransfer-Encoding: %s\r\n\r\n",
		"a chunk's header":         "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n%s\r\n",
		"a trailer":                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n%s\r\n\r\n",
		"a redirect":               "HTTP/1.1 302 Found\r\nLocation: https://x/?%s\r\nContent-Length: 0\r\n\r\n",
		"a content type":           "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: 2\r\n\r\n{}",
		"a content encoding":       "HTTP/1.1 200 OK\r\nContent-Encoding: %s\r\nContent-Length: 2\r\n\r\n{}",
	} {
		t.Run(name, func(t *testing.T) {
			var token, signature string
			client := hostile(t, func(c net.Conn, r *http.Request) {
				token, signature = secretsOf(r)
				_, _ = fmt.Fprintf(c, format, token+" "+url.QueryEscape(token)+" "+signature+strings.Repeat("x", 20_000))
				_ = c.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // It is one.
			})
			client.config.Credentials = func(context.Context) (acs3.Credentials, error) {
				return acs3.Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: sessionToken}, nil
			}
			_, err := client.GetUpgradeStatus(t.Context(), clusterID)
			if err == nil || token == "" || signature == "" {
				t.Fatalf("%v, with token %q and signature %q", err, token, signature)
			}
			text := err.Error()
			for _, secret := range []string{token, url.QueryEscape(token), signature} {
				if strings.Contains(text, secret[:12]) {
					t.Errorf("%q shows in %s", secret, text)
				}
			}
			if len(text) > 1000 || strings.ContainsAny(text, "\r\n\x01") {
				t.Errorf("%d characters: %.200q", len(text), text)
			}
		})
	}
}

func TestTheProxyPasswordIsRedacted(t *testing.T) {
	const password = "hunter2-and/more"
	for name, format := range map[string]string{
		"a status line": "HTTP/1.1 407 %s\r\n\r\n",
		"a header":      "HTTP/1.1 200 OK\r\n%s\r\n\r\n",
		"rubbish":       "%s\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			client := hostile(t, func(c net.Conn, r *http.Request) {
				_, _ = fmt.Fprintf(c, format, r.Header.Get("Proxy-Authorization")+" "+password)
				_ = c.(*net.TCPConn).CloseWrite() //nolint:forcetypeassert // It is one.
			})
			proxy := &url.URL{Scheme: "http", Host: client.config.Endpoint, User: url.UserPassword("admin", password)}
			client.config.Transport.(*http.Transport).Proxy = func(*http.Request) (*url.URL, error) { return proxy, nil } //nolint:forcetypeassert // NewTransport's own.
			client.config.Scheme, client.config.Endpoint = "https", "cs.cn-hangzhou.aliyuncs.com"
			_, err := client.GetUpgradeStatus(t.Context(), clusterID)
			if err == nil {
				t.Fatal("it was read")
			}
			for _, secret := range []string{password, "YWRtaW46aHVudGVy"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q shows in %v", secret, err)
				}
			}
		})
	}
}

// The texts of a response are stored in the state. If a gateway repeats the request, its token must not get there.
func TestTextsOfAResponseContainNoSecretAndAreBounded(t *testing.T) {
	escaped := strings.NewReplacer("/", `\/`, "+", `\u002b`).Replace(sessionToken)
	long := strings.Repeat("é", 50_000)
	body := fmt.Sprintf(`{"error_message":"token %s %s","precheck_report_id":"%s","status":"%[1]s","upgrade_step":{"a":"%[1]s"},"upgrade_task":{"status":"%[1]s","message":"%s%[1]s"}}`,
		sessionToken, escaped, url.QueryEscape(sessionToken), long)
	tasks := fmt.Sprintf(`{"tasks":["%[1]s",{"task_id":"%[1]s","task_type":"%[1]s","state":"%[1]s","error":{"code":"%[1]s","message":"%[2]s%[1]s"}}]}`, sessionToken, long)
	detail := fmt.Sprintf(`{"state":"%[1]s","current_version":"%[1]s"}`, sessionToken)
	_, client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/status"):
			_, _ = io.WriteString(w, body)
		case strings.HasSuffix(r.URL.Path, "/tasks"):
			_, _ = io.WriteString(w, tasks)
		default:
			_, _ = io.WriteString(w, detail)
		}
	}, (*httptest.Server).Start)
	client.config.Credentials = func(context.Context) (acs3.Credentials, error) {
		return acs3.Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: sessionToken}, nil
	}
	status, err := client.GetUpgradeStatus(t.Context(), clusterID)
	if err != nil {
		t.Fatal(err)
	}
	page, err := client.DescribeClusterTasks(t.Context(), clusterID, 1, 100)
	if err != nil {
		t.Fatal(err)
	}
	what, err := client.DescribeClusterDetail(t.Context(), clusterID)
	if err != nil {
		t.Fatal(err)
	}
	task := page.Tasks[1]
	texts := []*string{
		status.ErrorMessage, status.PrecheckReportID, status.Status, status.UpgradeStep, status.UpgradeTask.Status, status.UpgradeTask.Message,
		&page.Tasks[0].Similar, task.ID, task.Type, task.State, task.ErrorCode, task.ErrorMessage, what.State, what.CurrentVersion,
	}
	for i, text := range texts {
		if strings.Contains(*text, "CAISabc") || strings.Contains(*text, "stuVWX") || len(*text) > maxMessage+10 {
			t.Errorf("text %d has %d bytes: %.100s", i, len(*text), *text)
		}
	}
	if want := "token (hidden) (hidden)"; *status.ErrorMessage != want {
		t.Errorf("got %s, want %s", *status.ErrorMessage, want)
	}
}

// A truncated text must not become a value that opens a gate.
func TestATruncatedTextIsNotAKnownValue(t *testing.T) {
	for _, word := range []string{"success" + strings.Repeat(" ", maxWord) + "not", "success" + strings.Repeat(" ", 2*maxWord)} {
		status, err := readStatus(response(http.StatusOK, jsonType, `{"status":"`+word+`","upgrade_step":"success","upgrade_task":{"status":"`+word+`"}}`))
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(*status.Status) == "success" || strings.TrimSpace(*status.UpgradeTask.Status) == "success" {
			t.Errorf("%.20q of %d bytes became a word", word, len(word))
		}
	}
}

func TestContentTypesOfAResponse(t *testing.T) {
	for contentType, ok := range map[string]bool{
		"": true, "application/json": true, "application/json; charset=utf-8": true, "APPLICATION/JSON": true, "text/json": true,
		"application/problem+json": true, "text/plain; charset=utf-8": true, "application/json;": true,
		"text/html": false, "text/html; charset=utf-8": false, "image/png": false, "application/octet-stream": false,
		"application/javascript": false, "multipart/form-data; boundary=x": false, "x/json": false, "json": false,
	} {
		_, err := readStatus(response(http.StatusOK, contentType, running))
		var invalid *InvalidResponseError
		if ok != (err == nil) || !ok && (!errors.As(err, &invalid) || !strings.Contains(invalid.Reason, "content type")) {
			t.Errorf("%q: %v", contentType, err)
		}
	}
}

// An error with another name than those of the API, in a response with success.
func TestAnErrorBesideSuccessIsAnError(t *testing.T) {
	const success = `"status":"success","upgrade_step":"success","upgrade_task":{"status":"success"}`
	for _, extra := range []string{
		`"errorCode":"Forbidden"`, `"error_code":"X"`, `"ErrorCode":"X"`, `"errCode":"X"`, `"err_code":1`,
		`"success":false`, `"Success":false`, `"success":"false"`, `"SUCCESS":" False "`, `"error":{"errorCode":"X"}`,
	} {
		if status, err := readStatus(response(http.StatusOK, jsonType, `{`+extra+`,`+success+`}`)); err == nil {
			t.Errorf("%s: %+v", extra, status)
		}
	}
	for _, extra := range []string{`"success":true`, `"errorCode":null`, `"errorCode":""`, `"success":null`} {
		if _, err := readStatus(response(http.StatusOK, jsonType, `{`+extra+`,`+success+`}`)); err != nil {
			t.Errorf("%s: %v", extra, err)
		}
	}
}
