package ack

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

const (
	clusterID = "c106f377e16f34eb1808d6b9362c9abcd"
	running   = `{"status":"running","upgrade_step":"upgrading","upgrade_task":{"status":"running"}}`
	succeeded = `{"status":"success","upgrade_step":"success","upgrade_task":{"status":"Success"}}`
	throttled = `{"Code":"Throttling.User","Message":"too many","RequestId":"R"}`
)

// script responds to the requests in order, and fails the test on an extra request. It records the requests and their times.
type script struct {
	t         *testing.T
	responses []func(*http.Request) (*http.Response, error)
	sent      []*http.Request
	at        []time.Duration
	started   time.Time
}

func newScript(t *testing.T, responses ...func(*http.Request) (*http.Response, error)) *script {
	t.Helper()
	return &script{t: t, responses: responses, started: time.Now()}
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := acs3.Verify(r, "secret"); err != nil {
		s.t.Errorf("request %d: %v", len(s.sent)+1, err)
	}
	if len(s.sent) == len(s.responses) {
		s.t.Errorf("request %d was not expected", len(s.sent)+1)
		return nil, errors.New("not expected")
	}
	s.sent = append(s.sent, r)
	s.at = append(s.at, time.Since(s.started))
	return s.responses[len(s.sent)-1](r)
}

func (s *script) done() {
	if missing := len(s.responses) - len(s.sent); missing > 0 {
		s.t.Errorf("%d expected requests were not made", missing)
	}
}

func says(status int, contentType, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		resp := response(status, contentType, body)
		resp.Request = r
		for i := 0; i < len(headers); i += 2 {
			resp.Header.Set(headers[i], headers[i+1])
		}
		return resp, nil
	}
}

func fails(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs never responds: like the network, it ends only with its context.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

var refused = &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}

func staticKey(context.Context) (acs3.Credentials, error) {
	return acs3.Credentials{AccessKeyID: "id", AccessKeySecret: "secret", SecurityToken: "token-of+the/session="}, nil
}

func newTestClient(transport http.RoundTripper, change ...func(*Config)) *Client {
	config := Config{
		Endpoint:       "cs.cn-hangzhou.aliyuncs.com",
		Scheme:         "https",
		UserAgent:      "test",
		Credentials:    staticKey,
		Transport:      transport,
		AttemptTimeout: 20 * time.Second,
		RetryTimeout:   30 * time.Second,
	}
	for _, c := range change {
		c(&config)
	}
	return NewClient(config)
}

func TestGetUpgradeStatusSendsTheDocumentedRequest(t *testing.T) {
	s := newScript(t, says(200, jsonType, running, "X-Acs-Request-Id", "R-1"))
	status, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
	if err != nil {
		t.Fatal(err)
	}
	if status.RequestID != "R-1" || *status.Status != "running" {
		t.Errorf("got %+v", status)
	}
	s.done()
	r := s.sent[0]
	got := map[string]string{"method": r.Method, "url": r.URL.String()}
	for _, name := range []string{"Accept", "User-Agent", "X-Acs-Action", "X-Acs-Version"} {
		got[name] = r.Header.Get(name)
	}
	want := map[string]string{
		"method": "GET", "url": "https://cs.cn-hangzhou.aliyuncs.com/api/v2/clusters/" + clusterID + "/upgrade/status",
		"Accept": "application/json", "User-Agent": "test", "X-Acs-Action": "GetUpgradeStatus", "X-Acs-Version": "2015-12-15",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestExtraHeadersAreSignedAndEmptyOnesAreNotSent(t *testing.T) {
	s := newScript(t, says(200, jsonType, running))
	client := newTestClient(s, func(c *Config) {
		c.Headers = map[string]string{"X-Acs-Source-Ip": "192.0.2.1", "X-Acs-Secure-Transport": ""}
	})
	if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
		t.Fatal(err)
	}
	header := s.sent[0].Header
	_, sent := header["X-Acs-Secure-Transport"]
	if !strings.Contains(header.Get("Authorization"), ";x-acs-source-ip;") || sent {
		t.Errorf("sent %v", header)
	}
}

func TestAClusterIDIsOnePathSegment(t *testing.T) {
	s := newScript(t, says(200, jsonType, running))
	if _, err := newTestClient(s).GetUpgradeStatus(t.Context(), "a/../b?c#é*+"); err != nil {
		t.Fatal(err)
	}
	const want = "https://cs.cn-hangzhou.aliyuncs.com/api/v2/clusters/a%2F..%2Fb%3Fc%23%C3%A9%2A%2B/upgrade/status"
	if got := s.sent[0].URL.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestABadRequestIsNotSent(t *testing.T) {
	for name, test := range map[string]struct{ endpoint, cluster, want string }{
		"no cluster":      {"cs.cn-hangzhou.aliyuncs.com", "", "an ID in the path is empty"},
		"a broken target": {"bad host", clusterID, `building the request: parse "https://bad%20host/api/v2/clusters/` + clusterID + `/upgrade/status": invalid URL escape "%20"`},
	} {
		t.Run(name, func(t *testing.T) {
			client := newTestClient(newScript(t), func(c *Config) { c.Endpoint = test.endpoint })
			_, err := client.GetUpgradeStatus(t.Context(), test.cluster)
			if err == nil || err.Error() != test.want {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
}

func TestAnErrorNeverRepeatsTheRequestsSecrets(t *testing.T) {
	for name, place := range map[string]struct {
		status      int
		contentType string
	}{
		"in the API's message":      {400, jsonType},
		"in a page":                 {403, "text/html"},
		"in an unexpected response": {200, "text/html"},
		"in where a redirect leads": {302, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, func(r *http.Request) (*http.Response, error) {
				authorization, err := acs3.ParseAuthorization(r.Header.Get("Authorization"))
				if err != nil {
					return nil, err
				}
				text := `you sent token-of+the/session=, token-of%2bthe%2fsession%3d, token-of%252Bthe%252Fsession%253D, token-of+the\/session=, ` +
					`token-of&#43;the/session&#61; and ` + authorization.Signature
				if place.contentType == jsonType {
					return says(place.status, jsonType, `{"Code":"SignatureDoesNotMatch","Message":"`+text+`"}`)(r)
				}
				return says(place.status, place.contentType, text, "Location", text)(r)
			})
			_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
			if err == nil || !strings.Contains(err.Error(), "you sent (hidden), (hidden), (hidden), (hidden), (hidden) and (hidden)") || strings.Contains(err.Error(), "session") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheServerTimeIsKeptInTheError(t *testing.T) {
	s := newScript(t, says(400, jsonType, `{"Code":"InvalidTimeStamp.Expired"}`, "Date", "Fri, 02 Jan 2026 03:04:05 GMT"))
	_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
	var api *APIError
	if !errors.As(err, &api) || !api.Date.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("got %v", err)
	}
}
