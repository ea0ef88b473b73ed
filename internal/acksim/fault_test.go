package acksim

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

func TestAnInvalidFaultIsAnError(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	for want, fault := range map[string]fault.Fault{
		`faults[0].kind: "rest" is not a fault: use ` + document.List(fault.Kinds()):                         {Kind: "rest"},
		"faults[0].cluster: a connection is made before any cluster is requested: leave it out":              {Kind: fault.Refused, Cluster: clusterID},
		`faults[0].cluster: there is no cluster "c2": give the id of one, or leave it out to mean all`:       {Kind: fault.Reset, Cluster: "c2"},
		"faults[0].after: -1 is not a number of requests: give 1 or more, or leave it out":                   {Kind: fault.Reset, After: -1},
		"faults[0].count: -1 is not a number of requests: give 1 or more, or leave it out":                   {Kind: fault.Reset, Count: -1},
		"faults[0].probability: 1.5 is not a probability: give more than 0, up to 1, or leave it out":        {Kind: fault.Reset, Probability: 1.5},
		"faults[0].status: it does not go with the kind reset, only with throttled or error: leave it out":   {Kind: fault.Reset, Status: 500},
		"faults[0].skew: it does not go with the kind reset, only with clock_skew: leave it out":             {Kind: fault.Reset, Skew: time.Hour},
		"faults[0].status: 500 is not one that the gateway throttles with: give 429 or 400, or leave it out": {Kind: fault.Throttled, Status: 500},
		"faults[0].status: 404 is not an error of the server's: give 500 to 599, or leave it out":            {Kind: fault.Error, Status: 404},
		`faults[0].code: "Busy" is not one that the gateway throttles with: they begin with Throttling`:      {Kind: fault.Throttled, Code: "Busy"},
		"faults[0].retry_after: 1.5s is not a time in whole seconds: give a positive one, or leave it out":   {Kind: fault.Error, RetryAfter: 1500 * time.Millisecond},
		"faults[0].time_left: -1s is not a time in milliseconds: give a positive one, or leave it out":       {Kind: fault.Throttled, TimeLeft: -time.Second},
		`faults[0].body: "yaml" is not a form of body: use json, xml, html, empty or truncated`:              {Kind: fault.Error, Body: "yaml"},
		"faults[0].for: -1s is not a length: give a positive duration, or leave it out":                      {Kind: fault.Refused, For: -time.Second},
		`faults[0].http: it is missing: give the response, {"status": 200, "body": "..."}`:                   {Kind: fault.HTTP},
		"faults[0].http.status: 100 is not the status of a response: give 200 to 599":                        {Kind: fault.HTTP, HTTP: &response.Raw{Status: 100}},
	} {
		if err := s.SetFaults(fault); err == nil || err.Error() != "scenario, "+want {
			t.Errorf("%+v:\ngot  %v\nwant scenario, %s", fault, err, want)
		}
	}
}

func TestAFaultDoesNotReplaceARejection(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if err := s.SetFaults(fault.Fault{Kind: fault.Error, Count: 1}); err != nil {
		t.Fatal(err)
	}
	wrong := acs3.Credentials{AccessKeyID: longLived.AccessKeyID, AccessKeySecret: "wrong"}
	for i, want := range []int{400, 503, 200} {
		c := longLived
		if want == 400 {
			c = wrong
		}
		if w := serve(s, sign(t, unsigned(t.Context(), clusterID), c, fmt.Sprint("nonce-", i))); w.Code != want {
			t.Errorf("%d, want %d", w.Code, want)
		}
	}
}

// fetchStatus requests the only cluster once over a new connection, and returns the response.
func fetchStatus(t *testing.T, s *Server) (status int, header http.Header, body string, err error) {
	t.Helper()
	c := client(t, s, func(tr *http.Transport) { tr.DisableKeepAlives, tr.DisableCompression = true, true })
	scheme := "http"
	if s.CertificatePEM() != nil {
		scheme = "https"
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, scheme+"://"+s.Endpoint()+pathBefore+clusterID+pathAfter, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set(gateway.HeaderAction, action)
	r.Header.Set(gateway.HeaderVersion, version)
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	response, err := c.Do(r)
	if err != nil {
		return 0, nil, "", err
	}
	defer func() { _ = response.Body.Close() }()
	read, err := io.ReadAll(response.Body)
	return response.StatusCode, response.Header, string(read), err
}

// Each fault that ends by itself, over HTTP/1.1 and HTTP/2, as a client sees it. The next request gets its response.
func TestWhatAClientSeesOfEachFault(t *testing.T) {
	running := statusIn(story.Running)
	reset := func(_ int, _ http.Header, _ string, err error) bool { return errors.Is(err, syscall.ECONNRESET) }
	anyError := func(_ int, _ http.Header, _ string, err error) bool { return err != nil }
	says := func(wantStatus int, wantBody string, wantHeader ...string) func(int, http.Header, string, error) bool {
		return func(status int, header http.Header, body string, err error) bool {
			for i := 0; i < len(wantHeader); i += 2 {
				if !strings.HasPrefix(header.Get(wantHeader[i]), wantHeader[i+1]) {
					return false
				}
			}
			return err == nil && status == wantStatus && strings.HasPrefix(body, wantBody)
		}
	}
	breaks := func(after string) func(int, http.Header, string, error) bool {
		return func(status int, _ http.Header, body string, err error) bool {
			return status == 200 && err != nil && strings.HasPrefix(after, body) // What was on its way may be lost too.
		}
	}
	for _, test := range []struct {
		fault      fault.Fault
		want       func(status int, header http.Header, body string, err error) bool
		untouched  bool // The request did not reach the cluster.
		noResponse bool
	}{
		{fault: fault.Fault{Kind: fault.Throttled, TimeLeft: 1500 * time.Millisecond, RetryAfter: 2 * time.Second}, untouched: true, want: says(429, `{"RequestId":`, "X-Ratelimit-User-Api", "Limit:1,Remain:0,TimeLeft:1500,Reset:", "Retry-After", "2")},
		{fault: fault.Fault{Kind: fault.Throttled, Status: 400, Code: "Throttling.Api"}, untouched: true, want: says(400, `{"RequestId":`)},
		{fault: fault.Fault{Kind: fault.Error}, untouched: true, want: says(503, `{"RequestId":`)},
		{fault: fault.Fault{Kind: fault.Error, Status: 500, Body: fault.BodyXML, RetryAfter: time.Second}, untouched: true, want: says(500, "<?xml", "Content-Type", "text/xml", "Retry-After", "1")},
		{fault: fault.Fault{Kind: fault.Error, Status: 502, Body: fault.BodyHTML}, untouched: true, want: says(502, "<html>\n<head><title>502 Bad Gateway", "Content-Type", "text/html")},
		{fault: fault.Fault{Kind: fault.Error, Status: 504, Body: fault.BodyEmpty}, untouched: true, want: func(status int, _ http.Header, body string, err error) bool {
			return status == 504 && body == "" && err == nil
		}},
		{fault: fault.Fault{Kind: fault.Error, Body: fault.BodyTruncated}, untouched: true, want: func(status int, _ http.Header, body string, err error) bool {
			return status == 503 && strings.HasPrefix(body, `{"R`) && !strings.HasSuffix(body, "}") && err == nil
		}},
		{fault: fault.Fault{Kind: fault.NonceUsed}, untouched: true, want: says(400, `{"RequestId":`)},
		{fault: fault.Fault{Kind: fault.ClockSkew}, untouched: true, want: says(400, `{"RequestId":`, "Date", "")},
		{fault: fault.Fault{Kind: fault.ClockSkew, Skew: 5 * time.Minute}, want: says(200, running)},
		{fault: fault.Fault{Kind: fault.Redirect}, untouched: true, want: says(302, "<a", "Location", "https://portal.invalid/login")},
		{fault: fault.Fault{Kind: fault.HTTP, HTTP: &response.Raw{Status: 200, ContentType: "text/plain", Body: "no"}}, untouched: true, want: says(200, "no", "Content-Type", "text/plain")},
		{fault: fault.Fault{Kind: fault.Reset}, untouched: true, noResponse: true, want: reset},
		{fault: fault.Fault{Kind: fault.ResetInBody}, want: breaks(running[:len(running)/2])},
		{fault: fault.Fault{Kind: fault.LongLength}, want: breaks(running)},
		{fault: fault.Fault{Kind: fault.ShortLength}, want: says(200, running[:len(running)/2])},
		{fault: fault.Fault{Kind: fault.Oversized}, want: func(status int, _ http.Header, body string, err error) bool {
			return status == 200 && err == nil && body == running+strings.Repeat(" ", 2<<20)
		}},
		{fault: fault.Fault{Kind: fault.NotUTF8}, want: says(200, strings.Replace(running, `"message":"`, "\"message\":\"\xc9\xfd\xbc\xb6\xd6\xd0 ", 1))},
		{fault: fault.Fault{Kind: fault.CutGzip}, want: says(200, "\x1f\x8b", "Content-Encoding", "gzip")},
	} {
		for _, withTLS := range []bool{false, true} {
			name := fmt.Sprintf("%s, %d, %s, TLS %t", test.fault.Kind, test.fault.Status, test.fault.Body, withTLS)
			t.Run(name, func(t *testing.T) {
				s := start(t, playing(scenario.Step{Polls: 1, Phase: story.Running}, scenario.Step{Phase: story.Succeeded}))
				test.fault.Count = 1
				test.fault.Cluster = clusterID
				if err := s.SetFaults(test.fault); err != nil {
					t.Fatal(err)
				}
				server := startServer(t, s, Options{TLS: withTLS})
				want := test.want
				if withTLS && test.noResponse {
					want = anyError // In HTTP/2, the reset may be seen as an end.
				}
				status, header, body, err := fetchStatus(t, server)
				if !want(status, header, body, err) {
					t.Errorf("%d, %v, %.200q, %v", status, header, body, err)
				}
				phase := story.Succeeded
				if test.untouched {
					phase = story.Running
				}
				if status, _, body, err := fetchStatus(t, server); status != 200 || body != statusIn(phase) || err != nil {
					t.Errorf("after that: %d, %s, %v", status, body, err)
				}
				if got := s.Requests()[0]; got.Fault != test.fault.Kind || test.noResponse != (got.Status == 0) {
					t.Errorf("remembered as %+v", got)
				}
			})
		}
	}
}

func TestTheClockOfTheGatewayDiffersByTheSkew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, playing(scenario.Step{Phase: story.Idle}))
		if err := s.SetFaults(fault.Fault{Kind: fault.ClockSkew, Skew: -time.Hour}); err != nil {
			t.Fatal(err)
		}
		w := serve(s, sign(t, unsigned(t.Context(), clusterID), longLived, "nonce"))
		if w.Code != 400 || !strings.Contains(w.Body.String(), "InvalidTimeStamp.Expired") || w.Header().Get("Date") != "Fri, 31 Dec 1999 23:00:00 GMT" {
			t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
		}
	})
}

// Faults without an end last until the client has had enough.
func TestAResponseThatNeverComesEndsWithTheClient(t *testing.T) {
	for _, kind := range []fault.Kind{fault.Silent, fault.SilentInBody, fault.Slow} {
		t.Run(string(kind), func(t *testing.T) {
			s := start(t, playing(scenario.Step{Phase: story.Running}))
			if err := s.SetFaults(fault.Fault{Kind: kind}); err != nil {
				t.Fatal(err)
			}
			server := startServer(t, s, Options{})
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			s.OnRequest(func(Request) { cancel() })
			r := unsigned(ctx, clusterID)
			r.RequestURI, r.URL.Host, r.Host = "", server.Endpoint(), server.Endpoint()
			response, err := client(t, server, nil).Do(r)
			if err == nil {
				_, err = io.Copy(io.Discard, response.Body)
				_ = response.Body.Close()
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			server.Close() // It returns only when no handler is left.
		})
	}
}

func TestASlowResponseIsSentAtOneBytePerSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, playing(scenario.Step{Phase: story.Running, Responses: map[string]json.RawMessage{action: []byte(`{"status":"running"}`)}}))
		if err := s.SetFaults(fault.Fault{Kind: fault.Slow}); err != nil {
			t.Fatal(err)
		}
		begun := time.Now()
		if w := serve(s, sign(t, unsigned(t.Context(), clusterID), longLived, "nonce")); w.Body.String() != `{"status":"running"}` || time.Since(begun) != 20*time.Second {
			t.Errorf("%s after %s", w.Body, time.Since(begun))
		}
	})
}

func TestFaultsAreReadFromAScenario(t *testing.T) {
	const clusters = `"clusters": {"c1": {"timeline": [{"phase": "idle"}]}}`
	read, err := scenario.Parse([]byte(`{"access_keys": [{"id": "a", "secret": "b"}], ` + clusters + `, "fault_seed": 18446744073709551615, "faults": [
		{"kind": "throttled", "count": 3, "cluster": "c1", "status": 400, "code": "Throttling", "time_left": "2s", "retry_after": "3s"},
		{"kind": "error", "probability": 0.25, "body": "html", "after": 2},
		{"kind": "clock_skew", "skew": "-2h"},
		{"kind": "refused", "for": "5s"},
		{"kind": "http", "http": {"body": "x"}}
	]}`))
	if err != nil {
		t.Fatal(err)
	}
	want := []fault.Fault{
		{Kind: fault.Throttled, Count: 3, Cluster: "c1", Status: 400, Code: "Throttling", TimeLeft: 2 * time.Second, RetryAfter: 3 * time.Second},
		{Kind: fault.Error, Probability: 0.25, Body: fault.BodyHTML, After: 2},
		{Kind: fault.ClockSkew, Skew: -2 * time.Hour},
		{Kind: fault.Refused, For: 5 * time.Second},
		{Kind: fault.HTTP, HTTP: &response.Raw{Status: 200, Body: "x"}},
	}
	if diff := cmp.Diff(want, read.Faults); diff != "" || read.FaultSeed != 1<<64-1 {
		t.Errorf("seed %d, -want +got:\n%s", read.FaultSeed, diff)
	}
	for text, want := range map[string]string{
		`"faults": [{"kind": "rest"}]`:                    `scenario, line 1, faults[0].kind: "rest" is not a fault: use ` + document.List(fault.Kinds()),
		`"faults": [{"kind": "reset", "probability": 0}]`: `scenario, line 1, faults[0].probability: it is 0: write a number, more than 0 and up to 1`,
		`"fault_seed": -1`:                                `scenario, line 1, fault_seed: it is -1: write a whole number, 0 or more`,
	} {
		_, err := scenario.Parse([]byte(`{"access_keys": [{"id": "a", "secret": "b"}], ` + text + `}`))
		if err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", text, err, want)
		}
	}
}
