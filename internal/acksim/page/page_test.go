package page

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// served is a page that is served, beside the simulator that it shows.
type served struct {
	t         *testing.T
	page      *Page
	simulator *acksim.Simulator
	address   string // With the secret path.
	ack       string
}

func serve(t *testing.T, file string) served {
	t.Helper()
	plan, err := scenario.Parse([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	p := New(simulator, "test")
	ack, err := acksim.Start(t.Context(), simulator, acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(ack.Close)
	server, address, err := p.Start(t.Context(), acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	return served{t, p, simulator, address, ack.Endpoint()}
}

// request makes a request to the page, changed by the given functions.
func (s served) request(method, path, body string, change ...func(*http.Request)) (status int, header http.Header, text string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), method, s.address+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range change {
		f(r)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(content)
}

// state returns what the page shows.
func (s served) state(query string) (shown state) {
	s.t.Helper()
	status, _, text := s.request(http.MethodGet, "state?"+query, "")
	if err := json.Unmarshal([]byte(text), &shown); err != nil || status != http.StatusOK {
		s.t.Fatalf("%d, %v: %s", status, err, text)
	}
	return shown
}

// requestACK makes a request to ACK.
func (s served) requestACK(cluster string, credentials acs3.Credentials) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+s.ack+"/api/v2/clusters/"+cluster+"/upgrade/status", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("X-Acs-Action", "GetUpgradeStatus")
	r.Header.Set("X-Acs-Version", "2015-12-15")
	if err := acs3.Sign(r, credentials, time.Now(), fmt.Sprint(time.Now().UnixNano())); err != nil {
		s.t.Fatal(err)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		s.t.Fatal(err)
	}
	_ = response.Body.Close()
}

var good = acs3.Credentials{AccessKeyID: "the-key-id", AccessKeySecret: "the-secret", SecurityToken: "the-token"}

const one = `{"access_keys": [{"id": "the-key-id", "secret": "the-secret", "security_token": "the-token"}],
	"oidc": {"provider_arn": "acs:ram::1:oidc-provider/p", "tokens": [{"token": "the-oidc-token"}]},
	"clusters": {"c": {"about": "x", "timeline": [{"polls": 2, "phase": "running"}, {"for": "1h", "phase": "finishing"}, {"phase": "succeeded"}]}}}`

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set(name, value) }
}

func TestThePageRefusesEverybodyElse(t *testing.T) {
	s := serve(t, one)
	host := strings.Split(s.address, "/")[2]
	port := host[strings.LastIndex(host, ":"):]
	token := header(headerToken, s.page.token)
	atHost := func(host string) func(*http.Request) { return func(r *http.Request) { r.Host = host } }
	atPath := func(path string) func(*http.Request) {
		return func(r *http.Request) { r.URL.Path, r.URL.RawPath = path, "" }
	}
	const pause = `{"cluster": "c", "action": "pause"}`
	for name, test := range map[string]struct {
		method, path, body string
		change             []func(*http.Request)
		want               int
	}{
		"another name":             {"GET", "", "", []func(*http.Request){atHost("evil.example" + port)}, http.StatusMisdirectedRequest},
		"a name of this machine":   {"GET", "", "", []func(*http.Request){atHost("localhost" + port)}, http.StatusMisdirectedRequest},
		"a reserved name":          {"GET", "state", "", []func(*http.Request){atHost("cn-hangzhou.acksim.test" + port)}, http.StatusMisdirectedRequest},
		"another port":             {"GET", "state", "", []func(*http.Request){atHost("127.0.0.1:1")}, http.StatusMisdirectedRequest},
		"no port":                  {"GET", "state", "", []func(*http.Request){atHost("127.0.0.1")}, http.StatusMisdirectedRequest},
		"another origin":           {"GET", "state", "", []func(*http.Request){header("Origin", "http://evil.example")}, http.StatusForbidden},
		"an origin without a name": {"POST", "act", pause, []func(*http.Request){token, header("Origin", "null")}, http.StatusForbidden},
		"a change of another origin": {
			"POST", "act", pause, []func(*http.Request){token, header("Origin", "http://127.0.0.1:1")}, http.StatusForbidden,
		},
		"the origin over TLS":    {"POST", "act", pause, []func(*http.Request){token, header("Origin", "https://"+host)}, http.StatusForbidden},
		"another site":           {"GET", "", "", []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, http.StatusForbidden},
		"another port's page":    {"GET", "app.js", "", []func(*http.Request){header("Sec-Fetch-Site", "same-site")}, http.StatusForbidden},
		"no path":                {"GET", "", "", []func(*http.Request){atPath("/")}, http.StatusNotFound},
		"another path":           {"GET", "", "", []func(*http.Request){atPath("/" + strings.Repeat("A", 26) + "/")}, http.StatusNotFound},
		"a path that is longer":  {"GET", "", "", []func(*http.Request){atPath("/" + s.page.secret + "A/")}, http.StatusNotFound},
		"a part of the path":     {"GET", "", "", []func(*http.Request){atPath("/" + s.page.secret[:25] + "/")}, http.StatusNotFound},
		"a change without token": {"POST", "act", pause, nil, http.StatusForbidden},
		"a change with another":  {"POST", "act", pause, []func(*http.Request){header(headerToken, s.page.secret)}, http.StatusForbidden},
		"a change by GET":        {"GET", "act?cluster=c&action=pause", "", []func(*http.Request){token}, http.StatusMethodNotAllowed},
		"a change by HEAD":       {"HEAD", "act", "", []func(*http.Request){token}, http.StatusMethodNotAllowed},
		"a POST that reads":      {"POST", "state", "", []func(*http.Request){token}, http.StatusMethodNotAllowed},
		"a file of the program":  {"GET", "../page.go", "", nil, http.StatusNotFound},
		"the template":           {"GET", "index.html", "", nil, http.StatusNotFound},
		"no JSON":                {"POST", "act", "cluster=c", []func(*http.Request){token}, http.StatusBadRequest},
		"a body without end":     {"POST", "act", `{"cluster": "` + strings.Repeat("c", maxAction) + `"}`, []func(*http.Request){token}, http.StatusBadRequest},
		"an unknown cluster":     {"POST", "act", `{"cluster": "d", "action": "pause"}`, []func(*http.Request){token}, http.StatusNotFound},
		"an unknown action":      {"POST", "act", `{"cluster": "c", "action": "boom"}`, []func(*http.Request){token}, http.StatusConflict},
		"an action out of turn":  {"POST", "act", `{"cluster": "c", "action": "resume"}`, []func(*http.Request){token}, http.StatusConflict},
	} {
		t.Run(name, func(t *testing.T) {
			s := s
			s.t = t
			status, header, text := s.request(test.method, test.path, test.body, test.change...)
			if status != test.want {
				t.Errorf("%d, want %d: %s", status, test.want, text)
			}
			for _, secret := range []string{s.page.token, s.page.secret} {
				if strings.Contains(text, secret) {
					t.Errorf("the response has a secret: %s", text)
				}
			}
			if header.Get("Access-Control-Allow-Origin") != "" {
				t.Error("others may read the response")
			}
		})
	}
	if view, _ := s.simulator.View("c"); view.Phase != "running" || !view.Steps[0].Begun.IsZero() {
		t.Errorf("something has changed: %+v", view)
	}
}

func TestThePageItselfMayReadAndChange(t *testing.T) {
	s := serve(t, one)
	host := strings.Split(s.address, "/")[2]
	own := []func(*http.Request){header("Origin", "http://"+host), header("Sec-Fetch-Site", "same-origin")}
	for name, contentType := range contentTypes {
		if status, header, text := s.request("GET", name, "", own...); status != http.StatusOK || header.Get("Content-Type") != contentType || text == "" {
			t.Errorf("%s: %d, %v", name, status, header)
		}
	}
	status, headers, text := s.request("GET", "", "", header("Sec-Fetch-Site", "none"))
	if status != http.StatusOK || !strings.Contains(text, s.page.token) {
		t.Errorf("%d: %s", status, text)
	}
	for name, want := range map[string]string{
		"Content-Security-Policy": contentPolicy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store",
	} {
		if got := headers.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if !strings.HasPrefix(contentPolicy, "default-src 'none';") || strings.Contains(contentPolicy, "unsafe") || strings.Contains(contentPolicy, "http") {
		t.Error(contentPolicy)
	}
	status, _, text = s.request("POST", "act", `{"cluster": "c", "action": "pause"}`, append(own, header(headerToken, s.page.token))...)
	if view, _ := s.simulator.View("c"); status != http.StatusNoContent || view.Phase != "paused" {
		t.Errorf("%d %s: %+v", status, text, view)
	}
	status, headers, _ = s.request("GET", "act", "", own...)
	if status != http.StatusMethodNotAllowed || headers.Get("Allow") != "POST" {
		t.Errorf("%d, Allow: %q", status, headers.Get("Allow"))
	}
}

func TestThePageShowsTheTimelineAndTheRequestsAndNoSecret(t *testing.T) {
	s := serve(t, one)
	s.requestACK("c", good)
	s.requestACK("c", good)
	s.requestACK("c", acs3.Credentials{AccessKeyID: "the-key-id", AccessKeySecret: "wrong", SecurityToken: "the-token"})
	s.requestACK("nowhere", good)
	shown := s.state("")
	if shown.Requests != 4 || shown.Total != 1 || len(shown.Clusters) != 1 || len(shown.Other) != 1 || shown.Other[0].Cluster != "nowhere" {
		t.Fatalf("%+v", shown)
	}
	c := shown.Clusters[0]
	var requests []string
	for _, r := range c.Requests {
		requests = append(requests, fmt.Sprintf("%s %d %s step %d", r.Operation, r.Status, r.Code, r.Step))
	}
	want := []string{"GetUpgradeStatus 200  step 1", "GetUpgradeStatus 200  step 1", "GetUpgradeStatus 400 SignatureDoesNotMatch step 0"}
	if diff := cmp.Diff(want, requests); diff != "" || c.RequestCount != 3 {
		t.Errorf("%d requests (-want +got):\n%s", c.RequestCount, diff)
	}
	if c.Phase != "running" || c.Polls != 2 || len(c.Steps) != 3 || c.Steps[0].Begun == 0 || c.Steps[1].Begun != 0 || c.Steps[1].For != 3_600_000 {
		t.Errorf("%+v", c)
	}
	for _, path := range []string{"", "state"} {
		_, _, text := s.request("GET", path, "")
		for _, secret := range []string{"the-key-id", "the-secret", "the-token", "the-oidc-token"} {
			if strings.Contains(text, secret) {
				t.Errorf("%s has %s: %s", path, secret, text)
			}
		}
	}
}

func TestAFleetIsShownInPartsAndFiltered(t *testing.T) {
	var clusters []string
	for i := range 1000 {
		phase := []string{"idle", "running"}[i%2]
		clusters = append(clusters, fmt.Sprintf(`"c-%03d": {"region": "cn-beijing", "timeline": [{"phase": %q}]}`, i, phase))
	}
	s := serve(t, `{"access_keys": [{"id": "the-key-id", "secret": "the-secret", "security_token": "the-token"}],
		"clusters": {"odd": {"timeline": [{"http": {"status": 502}}]}, `+strings.Join(clusters, ", ")+`}}`)
	for query, want := range map[string]struct {
		matching, offset, shown int
		first                   string
	}{
		"":                      {1001, 0, 25, "c-000"},
		"offset=25":             {1001, 25, 25, "c-025"},
		"offset=5000":           {1001, 1000, 1, "odd"}, // The last part, not nothing.
		"offset=-1":             {1001, 0, 25, "c-000"},
		"offset=x":              {1001, 0, 25, "c-000"},
		"phase=running":         {500, 0, 25, "c-001"},
		"phase=not-ack":         {1, 0, 1, "odd"},
		"phase=paused":          {0, 0, 0, ""},
		"text=C-77&phase=idle":  {5, 0, 5, "c-770"},
		"text=cn-beijing":       {1000, 0, 25, "c-000"},
		"text=nothing":          {0, 0, 0, ""},
		"active=true":           {0, 0, 0, ""},
		"active=true&text=c-99": {0, 0, 0, ""},
	} {
		shown := s.state(query)
		first := ""
		if len(shown.Clusters) > 0 {
			first = shown.Clusters[0].ID
		}
		if shown.Total != 1001 || shown.Matching != want.matching || shown.Offset != want.offset || len(shown.Clusters) != want.shown || first != want.first {
			t.Errorf("%s: %d of %d match, %d from %d on, first %q; want %+v",
				query, shown.Matching, shown.Total, len(shown.Clusters), shown.Offset, first, want)
		}
	}
}

func TestALongTimelineAndManyRequestsAreShownInPart(t *testing.T) {
	steps := strings.Repeat(`{"polls": 1, "phase": "running"}, `, 50)
	s := serve(t, `{"access_keys": [{"id": "the-key-id", "secret": "the-secret", "security_token": "the-token"}],
		"clusters": {"c": {"timeline": [`+steps+`{"phase": "succeeded"}]}}}`)
	for range 45 {
		s.requestACK("c", good)
	}
	c := s.state("active=true").Clusters[0]
	if c.Step != 44 || c.Count != 51 || c.First != 44-shownBefore || len(c.Steps) != shownBefore+1+shownAfter {
		t.Errorf("step %d of %d, from %d on %d", c.Step, c.Count, c.First, len(c.Steps))
	}
	if c.RequestCount != 45 || len(c.Requests) != keptRequests || c.Requests[0].Step != 6 || c.Requests[keptRequests-1].Step != 45 {
		t.Errorf("%d requests, %d kept: %+v", c.RequestCount, len(c.Requests), c.Requests)
	}
}
