package ack

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
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

// script answers the requests in turn, and fails the test on one more than it has. It notes what was asked and when.
type script struct {
	t       *testing.T
	answers []func(*http.Request) (*http.Response, error)
	asked   []*http.Request
	at      []time.Duration
	started time.Time
}

func newScript(t *testing.T, answers ...func(*http.Request) (*http.Response, error)) *script {
	t.Helper()
	return &script{t: t, answers: answers, started: time.Now()}
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := acs3.Verify(r, "secret"); err != nil {
		s.t.Errorf("request %d: %v", len(s.asked)+1, err)
	}
	if len(s.asked) == len(s.answers) {
		s.t.Errorf("request %d was not expected", len(s.asked)+1)
		return nil, errors.New("not expected")
	}
	s.asked = append(s.asked, r)
	s.at = append(s.at, time.Since(s.started))
	return s.answers[len(s.asked)-1](r)
}

func (s *script) done() {
	if missing := len(s.answers) - len(s.asked); missing > 0 {
		s.t.Errorf("%d expected requests were not made", missing)
	}
}

func says(status int, contentType, body string, headers ...string) func(*http.Request) (*http.Response, error) {
	return func(r *http.Request) (*http.Response, error) {
		answer := response(status, contentType, body)
		answer.Request = r
		for i := 0; i < len(headers); i += 2 {
			answer.Header.Set(headers[i], headers[i+1])
		}
		return answer, nil
	}
}

func fails(err error) func(*http.Request) (*http.Response, error) {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hangs never answers: like the network, it ends with its context only.
func hangs(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

var refused = &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}

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

func TestGetUpgradeStatusAsksAsTheReferenceSays(t *testing.T) {
	s := newScript(t, says(200, jsonType, running, "X-Acs-Request-Id", "R-1"))
	status, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
	if err != nil {
		t.Fatal(err)
	}
	if status.RequestID != "R-1" || status.Phase() != PhaseRunning {
		t.Errorf("got %+v", status)
	}
	s.done()
	r := s.asked[0]
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
	header := s.asked[0].Header
	_, sent := header["X-Acs-Secure-Transport"]
	if !strings.Contains(header.Get("Authorization"), ";x-acs-source-ip;") || sent {
		t.Errorf("sent %v", header)
	}
}

func TestARequestThatCannotBeSignedIsNotTriedAgain(t *testing.T) {
	s := newScript(t)
	client := newTestClient(s, func(c *Config) {
		c.Credentials = func(context.Context) (acs3.Credentials, error) { return acs3.Credentials{AccessKeyID: "id"}, nil }
	})
	_, err := client.GetUpgradeStatus(t.Context(), clusterID)
	const want = "signing the request: signing needs an access key id and its secret: one of them is empty"
	if err == nil || err.Error() != want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}

// With the time-outs that a provider has unless told otherwise, one attempt may take longer than all retries may.
func TestAnAttemptThatTimesOutIsTriedAgainHoweverLongItTook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, hangs, says(200, jsonType, running))
		client := newTestClient(s, func(c *Config) { c.AttemptTimeout = 2 * time.Minute })
		if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
			t.Error(err)
		}
		s.done()
	})
}

func TestAnAttemptsTimeOutIsNotTakenForTheReadsDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		client := newTestClient(newScript(t, hangs), func(c *Config) { c.RetryTimeout = 0 })
		_, err := client.GetUpgradeStatus(ctx, clusterID)
		var request *RequestError
		if !errors.As(err, &request) || request.Err == context.DeadlineExceeded || !strings.HasPrefix(err.Error(), "the attempt took too long: ") { //nolint:errorlint // To the letter: the attempt's wraps it.
			t.Errorf("got %v", err)
		}
	})
}

func TestAClusterIDIsOneSegmentOfThePath(t *testing.T) {
	s := newScript(t, says(200, jsonType, running))
	if _, err := newTestClient(s).GetUpgradeStatus(t.Context(), "a/../b?c#é*+"); err != nil {
		t.Fatal(err)
	}
	const want = "https://cs.cn-hangzhou.aliyuncs.com/api/v2/clusters/a%2F..%2Fb%3Fc%23%C3%A9%2A%2B/upgrade/status"
	if got := s.asked[0].URL.String(); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestRetriesUntilAnswered(t *testing.T) {
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"connection refused":            fails(refused),
		"a body that breaks off":        breaksOff,
		"throttled with 400":            says(400, jsonType, throttled),
		"throttled with 429":            says(429, "", ""),
		"a nonce used before":           says(400, jsonType, `{"Code":"SignatureNonceUsed"}`),
		"throttled, with the bare code": says(400, jsonType, `{"Code":"Throttling"}`),
		"service unavailable":           says(400, jsonType, `{"Code":"ServiceUnavailable"}`),
		"a proxy that is overloaded":    fails(&ProxyError{HTTPStatus: 503}),
		"credentials that may come":     fails(&acs3.CredentialsError{Err: passing{}}),
		"a bad gateway":                 says(502, "text/html", "<html>"),
		"an attempt that times out":     hangs,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t, fault, says(200, jsonType, running))
				var told []Retry
				client := newTestClient(s, func(c *Config) {
					c.OnRetry = func(_ context.Context, r Retry) { told = append(told, r) }
				})
				status, err := client.GetUpgradeStatus(t.Context(), clusterID)
				if err != nil || status.Phase() != PhaseRunning {
					t.Fatalf("got %v, %v", status, err)
				}
				s.done()
				if s.asked[0].Header.Get(acs3.HeaderNonce) == s.asked[1].Header.Get(acs3.HeaderNonce) {
					t.Error("two attempts share a nonce")
				}
				if len(told) != 1 || told[0].Attempt != 1 || told[0].Err == nil || told[0].Delay > firstBackoff {
					t.Errorf("told of %+v", told)
				}
			})
		})
	}
}

// passing is an error of a credentials source that says of itself that it may pass.
type passing struct{}

func (passing) Error() string   { return "STS is down" }
func (passing) Transient() bool { return true }

func breaksOff(*http.Request) (*http.Response, error) {
	answer := response(200, jsonType, "")
	answer.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"status":"succ`), brokenReader{}))
	return answer, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestNeverRetriesWhatCannotPass(t *testing.T) {
	for name, test := range map[string]struct {
		answer func(*http.Request) (*http.Response, error)
		want   string
	}{
		"not found":                     {says(404, jsonType, `{"code":"ErrorClusterNotFound"}`), "HTTP 404 Not Found, code ErrorClusterNotFound"},
		"forbidden":                     {says(403, jsonType, `{"code":"Forbidden.RAM"}`), "HTTP 403 Forbidden, code Forbidden.RAM"},
		"a bad signature":               {says(400, jsonType, `{"Code":"SignatureDoesNotMatch"}`), "HTTP 400 Bad Request, code SignatureDoesNotMatch"},
		"not implemented":               {says(501, "", ""), "HTTP 501 Not Implemented"},
		"a page":                        {says(200, "text/html", "<html>"), "HTTP 200 with a body that is not an answer of GetUpgradeStatus: it is not JSON (invalid character '<' looking for beginning of value); it begins with: <html>"},
		"a redirect":                    {says(302, "", "", "Location", "https://portal/login"), "HTTP 302 Found, redirect to https://portal/login"},
		"no such host":                  {fails(&net.DNSError{Err: "no such host", Name: "cs.cn-hangzou.aliyuncs.com", IsNotFound: true}), "lookup cs.cn-hangzou.aliyuncs.com: no such host"},
		"a proxy that wants a password": {fails(&ProxyError{HTTPStatus: 407}), "the proxy answered CONNECT with HTTP 407 Proxy Authentication Required"},
		"no TLS at all":                 {fails(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), "tls: first record does not look like a TLS handshake"},
		"another protocol":              {fails(http.ErrSchemeMismatch), "http: server gave HTTP response to HTTPS client"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, test.answer)
			_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
			var request *RequestError
			if !errors.As(err, &request) || err.Error() != test.want || request.Attempts != 1 {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			s.done()
		})
	}
}

func TestAHostThatAnsweredBeforeMayComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone := fails(&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true})
		s := newScript(t, says(200, jsonType, running), gone, gone, says(200, jsonType, running))
		client := newTestClient(s)
		for range 2 {
			if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
				t.Fatal(err)
			}
		}
		s.done()
	})
}

func TestCredentialsThatCannotBeHadAreNotAskedForAgain(t *testing.T) {
	s := newScript(t)
	client := newTestClient(s, func(c *Config) {
		c.Credentials = func(context.Context) (acs3.Credentials, error) { return acs3.Credentials{}, errors.New("no role") }
	})
	_, err := client.GetUpgradeStatus(t.Context(), clusterID)
	var missing *acs3.CredentialsError
	if !errors.As(err, &missing) || err.Error() != "getting credentials: no role" {
		t.Errorf("got %v", err)
	}
}

func TestABadRequestIsNotSent(t *testing.T) {
	for name, test := range map[string]struct{ endpoint, cluster, want string }{
		"no cluster":      {"cs.cn-hangzhou.aliyuncs.com", "", "the cluster id is empty"},
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

// repeat returns n times the same answer.
func repeat(n int, answer func(*http.Request) (*http.Response, error)) []func(*http.Request) (*http.Response, error) {
	all := make([]func(*http.Request) (*http.Response, error), n)
	for i := range all {
		all[i] = answer
	}
	return all
}

func TestBackoffGrowsWithFullJitterUpToItsCeiling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, repeat(400, fails(refused))...)
		var delays []time.Duration
		client := newTestClient(s, func(c *Config) {
			c.RetryTimeout = 10 * time.Minute
			c.OnRetry = func(_ context.Context, r Retry) { delays = append(delays, r.Delay) }
		})
		started := time.Now()
		_, err := client.GetUpgradeStatus(t.Context(), clusterID)
		var request *RequestError
		if !errors.As(err, &request) || !errors.Is(err, refused) || request.Attempts != len(delays)+1 {
			t.Fatalf("got %v after %d retries", err, len(delays))
		}
		if elapsed := time.Since(started); elapsed > 10*time.Minute || elapsed < 9*time.Minute {
			t.Errorf("gave up after %s", elapsed)
		}
		ceilings := []time.Duration{
			500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 20 * time.Second, 20 * time.Second,
		}
		differ := false
		for i, delay := range delays {
			ceiling := ceilings[min(i, len(ceilings)-1)]
			if delay < 0 || delay > ceiling {
				t.Errorf("retry %d after %s, above its ceiling of %s", i+1, delay, ceiling)
			}
			differ = differ || i < len(ceilings) && delay != ceiling // Later ones are shortened by the end of the time too.
		}
		if !differ || len(delays) < len(ceilings) {
			t.Errorf("no jitter, or too few retries: %v", delays)
		}
	})
}

func TestTheServersWishIsHonoured(t *testing.T) {
	for name, test := range map[string]struct {
		headers []string
		want    time.Duration
	}{
		"Retry-After in seconds":               {[]string{"Retry-After", "7"}, 7 * time.Second},
		"TimeLeft in milliseconds":             {[]string{"X-Ratelimit-User-Api", "Limit:1,Remain:0,TimeLeft:2500,Reset:1"}, 2500 * time.Millisecond},
		"the longer of the gateway's two":      {[]string{"X-Ratelimit-User-Api", "TimeLeft:1000", "X-Ratelimit-User", "Limit:5, TimeLeft:9000"}, 9 * time.Second},
		"the longest of all":                   {[]string{"X-Ratelimit-User", "TimeLeft:1000", "Retry-After", "11"}, 11 * time.Second},
		"nothing in what cannot be understood": {[]string{"X-Ratelimit-User", "TimeLeft:soon", "Retry-After", "-3"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t, says(400, jsonType, throttled, test.headers...), says(200, jsonType, running))
				if _, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID); err != nil {
					t.Fatal(err)
				}
				if pause := s.at[1] - s.at[0]; pause < test.want || pause > test.want+firstBackoff {
					t.Errorf("came back after %s, want %s", pause, test.want)
				}
			})
		})
	}
}

func TestAWishPastTheEndIsTakenForANo(t *testing.T) {
	for _, seconds := range []string{"31", "86400", "18446744074"} {
		t.Run(seconds, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t, says(429, jsonType, throttled, "Retry-After", seconds))
				started := time.Now()
				_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
				var api *APIError
				if !errors.As(err, &api) || api.Code != "Throttling.User" || time.Since(started) != 0 {
					t.Errorf("after %s: %v", time.Since(started), err)
				}
				s.done()
			})
		})
	}
}

func TestADeadlineLeavesTimeForALastAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		s := newScript(t, repeat(200, fails(refused))...)
		_, err := newTestClient(s).GetUpgradeStatus(ctx, clusterID)
		if !errors.Is(err, refused) || ctx.Err() != nil {
			t.Fatalf("got %v, context %v", err, ctx.Err())
		}
		if last := s.at[len(s.at)-1]; last > 5*time.Second-minRemaining/2 {
			t.Errorf("the last attempt came %s before the deadline", 5*time.Second-last)
		}
	})
}

func TestADeadlineInTheMiddleOfAnAttemptKeepsTheLastFault(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := newTestClient(newScript(t, fails(refused), hangs)).GetUpgradeStatus(ctx, clusterID)
		var request *RequestError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &request) || !errors.Is(request.Last, refused) {
			t.Fatalf("got %v", err)
		}
		const want = "context deadline exceeded; before that: dial tcp: connection refused (tried 2 times in 5s)"
		if err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	})
}

func TestAnInterruptEndsEverythingAtOnce(t *testing.T) {
	for name, answer := range map[string]func(*http.Request) (*http.Response, error){
		"while an attempt hangs":     hangs,
		"in the pause between tries": says(429, jsonType, throttled, "Retry-After", "20"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				started := time.Now()
				_, err := newTestClient(newScript(t, answer)).GetUpgradeStatus(ctx, clusterID)
				if !errors.Is(err, context.Canceled) || time.Since(started) != 3*time.Second {
					t.Errorf("after %s: %v", time.Since(started), err)
				}
			})
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
		"in what is not an answer":  {200, "text/html"},
		"in where a redirect leads": {302, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, func(r *http.Request) (*http.Response, error) {
				authorization, err := acs3.ParseAuthorization(r.Header.Get("Authorization"))
				if err != nil {
					return nil, err
				}
				text := "you sent token-of+the/session=, token-of%2Bthe%2Fsession%3D and " + authorization.Signature
				if place.contentType == jsonType {
					return says(place.status, jsonType, `{"Code":"SignatureDoesNotMatch","Message":"`+text+`"}`)(r)
				}
				return says(place.status, place.contentType, text, "Location", text)(r)
			})
			_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
			if err == nil || !strings.Contains(err.Error(), "you sent (hidden), (hidden) and (hidden)") || strings.Contains(err.Error(), "session=") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheServersClockIsKept(t *testing.T) {
	s := newScript(t, says(400, jsonType, `{"Code":"InvalidTimeStamp.Expired"}`, "Date", "Fri, 02 Jan 2026 03:04:05 GMT"))
	_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
	var api *APIError
	if !errors.As(err, &api) || !api.Date.Equal(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)) {
		t.Errorf("got %v", err)
	}
}
