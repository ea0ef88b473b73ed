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

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

func TestARequestThatCannotBeSignedIsNotRetried(t *testing.T) {
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

// With the default timeouts, one attempt may take longer than the retry timeout.
func TestAnAttemptThatTimesOutIsRetriedEvenAfterTheRetryTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, hangs, says(200, jsonType, running))
		client := newTestClient(s, func(c *Config) { c.AttemptTimeout = 2 * time.Minute })
		if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
			t.Error(err)
		}
		s.done()
	})
}

func TestATimeoutOfAnAttemptIsNotTheDeadlineOfTheRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		client := newTestClient(newScript(t, hangs), func(c *Config) { c.RetryTimeout = 0 })
		_, err := client.GetUpgradeStatus(ctx, clusterID)
		var request *RequestError
		if !errors.As(err, &request) || request.Err == context.DeadlineExceeded || !strings.HasPrefix(err.Error(), "the attempt timed out: ") { //nolint:errorlint // Compared by identity: the error of the attempt wraps it.
			t.Errorf("got %v", err)
		}
	})
}

func TestRequestsAreRetriedUntilTheySucceed(t *testing.T) {
	for name, failure := range map[string]func(*http.Request) (*http.Response, error){
		"connection refused":            fails(refused),
		"a body that breaks off":        breaksOff,
		"throttled with 400":            says(400, jsonType, throttled),
		"throttled with 429":            says(429, "", ""),
		"a nonce used before":           says(400, jsonType, `{"Code":"SignatureNonceUsed"}`),
		"throttled, with the bare code": says(400, jsonType, `{"Code":"Throttling"}`),
		"service unavailable":           says(400, jsonType, `{"Code":"ServiceUnavailable"}`),
		"a proxy that is overloaded":    fails(&netfault.ProxyError{HTTPStatus: 503}),
		"credentials that may come":     fails(&acs3.CredentialsError{Err: passing{}}),
		"a bad gateway":                 says(502, "text/html", "<html>"),
		"a truncated response":          says(200, jsonType, `{"status":"succ`),
		"an attempt that times out":     hangs,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newScript(t, failure, says(200, jsonType, running))
				var retries []Retry
				client := newTestClient(s, func(c *Config) {
					c.OnRetry = func(_ context.Context, r Retry) { retries = append(retries, r) }
				})
				status, err := client.GetUpgradeStatus(t.Context(), clusterID)
				if err != nil || *status.Status != "running" {
					t.Fatalf("got %v, %v", status, err)
				}
				s.done()
				if s.sent[0].Header.Get(acs3.HeaderNonce) == s.sent[1].Header.Get(acs3.HeaderNonce) {
					t.Error("two attempts share a nonce")
				}
				if len(retries) != 1 || retries[0].Attempt != 1 || retries[0].Err == nil || retries[0].Delay > firstBackoff {
					t.Errorf("reported %+v", retries)
				}
			})
		})
	}
}

// passing is an error of a credentials source that is transient according to the source.
type passing struct{}

func (passing) Error() string { return "STS is down" }

func (passing) Transient() bool { return true }

func breaksOff(*http.Request) (*http.Response, error) {
	resp := response(200, jsonType, "")
	resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"status":"succ`), brokenReader{}))
	return resp, nil
}

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

func TestPermanentErrorsAreNotRetried(t *testing.T) {
	for name, test := range map[string]struct {
		resp func(*http.Request) (*http.Response, error)
		want string
	}{
		"not found":                     {says(404, jsonType, `{"code":"ErrorClusterNotFound"}`), "HTTP 404 Not Found, code ErrorClusterNotFound"},
		"forbidden":                     {says(403, jsonType, `{"code":"Forbidden.RAM"}`), "HTTP 403 Forbidden, code Forbidden.RAM"},
		"a bad signature":               {says(400, jsonType, `{"Code":"SignatureDoesNotMatch"}`), "HTTP 400 Bad Request, code SignatureDoesNotMatch"},
		"not implemented":               {says(501, "", ""), "HTTP 501 Not Implemented"},
		"a page":                        {says(200, "text/html", "<html>"), "HTTP 200 with a body that is not a response of GetUpgradeStatus: the response is not JSON (invalid character '<' looking for beginning of value); body: <html>"},
		"a redirect":                    {says(302, "", "", "Location", "https://portal/login"), "HTTP 302 Found, redirect to https://portal/login"},
		"no such host":                  {fails(&net.DNSError{Err: "no such host", Name: "cs.cn-hangzou.aliyuncs.com", IsNotFound: true}), "lookup cs.cn-hangzou.aliyuncs.com: no such host"},
		"a proxy that wants a password": {fails(&netfault.ProxyError{HTTPStatus: 407}), "the proxy responded to CONNECT with HTTP 407 Proxy Authentication Required"},
		"no TLS at all":                 {fails(tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}), "tls: first record does not look like a TLS handshake"},
		"another protocol":              {fails(http.ErrSchemeMismatch), "http: server gave HTTP response to HTTPS client"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScript(t, test.resp)
			_, err := newTestClient(s).GetUpgradeStatus(t.Context(), clusterID)
			var request *RequestError
			if !errors.As(err, &request) || err.Error() != test.want || request.Attempts != 1 {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			s.done()
		})
	}
}

func TestANetworkErrorIsRetriedOnceTheAPIHasResponded(t *testing.T) {
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

// A sign-in page that appears for a minute must not end a wait of an hour.
func TestAForeignResponseIsRetriedOnceTheAPIHasResponded(t *testing.T) {
	for name, foreign := range map[string]func(*http.Request) (*http.Response, error){
		"a page":        says(200, "text/html", "<html>Sign in"),
		"an empty page": says(204, "", ""),
		"a redirect":    says(302, "", "", "Location", "https://portal/login"),
	} {
		for first, resp := range map[string]func(*http.Request) (*http.Response, error){
			"after a response":       says(200, jsonType, running),
			"after a refusal":        says(404, jsonType, `{"code":"ErrorClusterNotFound"}`),
			"after a foreign server": says(404, "text/html", "<html>"),
		} {
			t.Run(name+" "+first, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					again := first != "after a foreign server"
					responses := append([]func(*http.Request) (*http.Response, error){resp}, foreign)
					if again {
						responses = append(responses, foreign, says(200, jsonType, running))
					}
					s := newScript(t, responses...)
					client := newTestClient(s)
					_, _ = client.GetUpgradeStatus(t.Context(), clusterID) // From the script.
					if _, err := client.GetUpgradeStatus(t.Context(), clusterID); (err == nil) != again || Transient(err) {
						t.Errorf("got %v", err)
					}
					s.done()
				})
			})
		}
	}
}

func TestPermanentCredentialErrorsAreNotRetried(t *testing.T) {
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

// repeat returns the same response n times.
func repeat(n int, resp func(*http.Request) (*http.Response, error)) []func(*http.Request) (*http.Response, error) {
	all := make([]func(*http.Request) (*http.Response, error), n)
	for i := range all {
		all[i] = resp
	}
	return all
}

func TestBackoffGrowsWithFullJitterUpToItsMaximum(t *testing.T) {
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
			differ = differ || i < len(ceilings) && delay != ceiling // The deadline shortens later ones too.
		}
		if !differ || len(delays) < len(ceilings) {
			t.Errorf("no jitter, or too few retries: %v", delays)
		}
	})
}

func TestRetryAfterIsHonored(t *testing.T) {
	for name, test := range map[string]struct {
		headers []string
		want    time.Duration
	}{
		"Retry-After in seconds":              {[]string{"Retry-After", "7"}, 7 * time.Second},
		"TimeLeft in milliseconds":            {[]string{"X-Ratelimit-User-Api", "Limit:1,Remain:0,TimeLeft:2500,Reset:1"}, 2500 * time.Millisecond},
		"the longer of the gateway's two":     {[]string{"X-Ratelimit-User-Api", "TimeLeft:1000", "X-Ratelimit-User", "Limit:5, TimeLeft:9000"}, 9 * time.Second},
		"the longest of all":                  {[]string{"X-Ratelimit-User", "TimeLeft:1000", "Retry-After", "11"}, 11 * time.Second},
		"a second if it cannot be understood": {[]string{"X-Ratelimit-User", "TimeLeft:soon", "Retry-After", "-3"}, time.Second},
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

func TestARetryAfterPastTheDeadlineEndsTheRetries(t *testing.T) {
	for _, seconds := range []string{"31", "86400", "18446744074", "99999999999999999999"} {
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

func TestADeadlineDuringAnAttemptKeepsTheLastError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		_, err := newTestClient(newScript(t, fails(refused), hangs)).GetUpgradeStatus(ctx, clusterID)
		var request *RequestError
		if !errors.Is(err, context.DeadlineExceeded) || !errors.As(err, &request) || !errors.Is(request.Last, refused) {
			t.Fatalf("got %v", err)
		}
		const want = "context deadline exceeded; before that: dial tcp: connection refused (2 attempts in 5s)"
		if err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	})
}

func TestAnInterruptEndsARequestAtOnce(t *testing.T) {
	for name, resp := range map[string]func(*http.Request) (*http.Response, error){
		"while an attempt hangs":     hangs,
		"in the pause between tries": says(429, jsonType, throttled, "Retry-After", "20"),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				time.AfterFunc(3*time.Second, cancel)
				started := time.Now()
				_, err := newTestClient(newScript(t, resp)).GetUpgradeStatus(ctx, clusterID)
				if !errors.Is(err, context.Canceled) || time.Since(started) != 3*time.Second {
					t.Errorf("after %s: %v", time.Since(started), err)
				}
			})
		})
	}
}

// Assuming a role may take longer than the timeout of an attempt. It does not count as time of the attempt.
func TestFetchingCredentialsDoesNotCountAsTimeOfTheAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScript(t, says(200, jsonType, running))
		client := newTestClient(s, func(c *Config) {
			c.AttemptTimeout = 10 * time.Second
			c.Credentials = func(ctx context.Context) (acs3.Credentials, error) {
				select {
				case <-ctx.Done():
					return acs3.Credentials{}, ctx.Err()
				case <-time.After(15 * time.Second):
					return staticKey(ctx)
				}
			}
		})
		if _, err := client.GetUpgradeStatus(t.Context(), clusterID); err != nil {
			t.Error(err)
		}
		s.done()
	})
}
