package acksim

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

const clusterID = "c106f377e16f34eb1808d6b9362c9abcd"

// The operation of most tests.
const (
	action     = "GetUpgradeStatus"
	version    = "2015-12-15"
	pathBefore = "/api/v2/clusters/"
	pathAfter  = "/upgrade/status"
)

// statusIn returns what GetUpgradeStatus responds in a phase.
func statusIn(phase story.Phase) string {
	o, _ := operation.Named(action)
	return string(o.Render(operation.Request{Truth: story.Truth{Phase: phase}}))
}

var (
	longLived = acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "testsk"}
	temporary = acs3.Credentials{AccessKeyID: "STS.testak", AccessKeySecret: "testsk2", SecurityToken: "CAIStoken"}
)

// scenario returns the scenario of most tests: one key of each kind, and one cluster that plays the given steps.
func playing(steps ...scenario.Step) *scenario.Scenario {
	return &scenario.Scenario{
		AccessKeys: []scenario.AccessKey{
			{ID: longLived.AccessKeyID, Secret: longLived.AccessKeySecret},
			{
				ID: temporary.AccessKeyID, Secret: temporary.AccessKeySecret,
				SecurityToken: temporary.SecurityToken, ExpiresAfter: time.Hour,
			},
		},
		Clusters: map[string]scenario.Cluster{clusterID: {Timeline: steps}},
	}
}

func start(t *testing.T, s *scenario.Scenario) *Simulator {
	t.Helper()
	simulator, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return simulator
}

// unsigned returns a request for the cluster as a server gets it, but for the signature.
func unsigned(ctx context.Context, clusterID string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://cs.cn-hangzhou.aliyuncs.com"+pathBefore+clusterID+pathAfter, nil)
	r.Header.Set(gateway.HeaderAction, action)
	r.Header.Set(gateway.HeaderVersion, version)
	r.Header.Set("Accept", "application/json")
	r.Header.Set("User-Agent", "test/1")
	return r
}

func sign(t *testing.T, r *http.Request, c acs3.Credentials, nonce string) *http.Request {
	t.Helper()
	if err := acs3.Sign(r, c, time.Now(), nonce); err != nil {
		t.Fatal(err)
	}
	return r
}

// requestStatus sends a correctly signed GetUpgradeStatus to the simulator.
func requestStatus(t *testing.T, s *Simulator, clusterID string) *httptest.ResponseRecorder {
	t.Helper()
	return serve(s, sign(t, unsigned(t.Context(), clusterID), longLived, gateway.NewRequestID()))
}

func serve(s *Simulator, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// phase sends a request and returns the phase of its response, as the simulator records it.
func phase(t *testing.T, s *Simulator) story.Phase {
	t.Helper()
	if w := requestStatus(t, s, clusterID); w.Code != http.StatusOK {
		t.Fatalf("%d: %s", w.Code, w.Body)
	}
	all := s.Requests()
	return all[len(all)-1].Phase
}

func TestRequestsContainsRequestsAndResponses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, playing(scenario.Step{Polls: 1, HTTP: &response.Raw{Status: 502}}, scenario.Step{Phase: story.Running}))
		var seen []Request
		s.OnRequest(func(r Request) { seen = append(seen, r) })

		serve(s, sign(t, unsigned(t.Context(), clusterID), longLived, "nonce-1"))
		time.Sleep(time.Second)
		serve(s, sign(t, unsigned(t.Context(), clusterID), temporary, "nonce-2"))
		serve(s, sign(t, unsigned(t.Context(), "a%2Fb"), longLived, "nonce-3"))
		serve(s, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/x?y=z", nil))

		now := time.Now()
		path := pathBefore + clusterID + pathAfter
		want := []Request{
			{
				Time: now.Add(-time.Second), Method: "GET", Path: path, Region: "cn-hangzhou", Operation: action, ClusterID: clusterID, AccessKeyID: "testak", Identity: "testak",
				Nonce: "nonce-1", UserAgent: "test/1", Status: 502, Step: 1,
			},
			{
				Time: now, Method: "GET", Path: path, Region: "cn-hangzhou", Operation: action, ClusterID: clusterID, AccessKeyID: "STS.testak", Identity: "STS.testak", Nonce: "nonce-2",
				UserAgent: "test/1", SecurityToken: true, Status: 200, RequestID: "*", Step: 2, Phase: story.Running,
			},
			{
				Time: now, Method: "GET", Path: pathBefore + "a%2Fb" + pathAfter, Region: "cn-hangzhou", Operation: action, ClusterID: "a/b", AccessKeyID: "testak", Identity: "testak",
				Nonce: "nonce-3", UserAgent: "test/1", Status: 404, Code: "ErrorClusterNotFound", RequestID: "*",
			},
			{Time: now, Method: "POST", Path: "/x", Query: "y=z", Status: 404, Code: "InvalidAction.NotFound", RequestID: "*"},
		}
		given := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".RequestID" },
			cmp.Comparer(func(a, b string) bool { return (a == "") == (b == "") }))
		if diff := cmp.Diff(want, s.Requests(), given); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if diff := cmp.Diff(s.Requests(), seen); diff != "" {
			t.Errorf("what OnRequest saw (-want +got):\n%s", diff)
		}
	})
}

func TestRequestsDropsTheOldest(t *testing.T) {
	var l history[Request]
	for i := range maxHistory + 3 {
		l.add(Request{Nonce: strconv.Itoa(i)})
	}
	all := l.all()
	if len(all) != maxHistory || l.dropped != 3 {
		t.Fatalf("%d remembered, %d dropped", len(all), l.dropped)
	}
	for i, r := range all {
		if r.Nonce != strconv.Itoa(i+3) {
			t.Fatalf("at %d is request %s", i, r.Nonce)
		}
	}
}

func TestRequestsTruncatesLongTexts(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	long := strings.Repeat("c", 600)
	r := unsigned(t.Context(), long)
	r.Header.Set("User-Agent", long)
	serve(s, r)
	got := s.Requests()[0]
	if len(got.UserAgent) != 512 || len(got.Path) != 512 || len(got.ClusterID) != 512 {
		t.Errorf("%+v", got)
	}
	if s.DroppedRequests() != 0 {
		t.Error("a request was dropped")
	}
}

func TestEveryResponseHasAUniqueRequestID(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	form := regexp.MustCompile(`^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$`)
	seen := make(map[string]bool)
	for range 10 {
		id := requestStatus(t, s, clusterID).Header().Get("x-acs-request-id")
		if !form.MatchString(id) || seen[id] {
			t.Errorf("request id %q", id)
		}
		seen[id] = true
	}
}

func TestSetTimeline(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if got := phase(t, s); got != story.Idle {
		t.Errorf("before: %s", got)
	}
	steps := []scenario.Step{{Polls: 1, Phase: story.Running}, {Phase: story.Succeeded}}
	if err := s.SetTimeline(clusterID, steps); err != nil {
		t.Fatal(err)
	}
	steps[0].Phase = story.Failed // The simulator must not look at the caller's slice again.
	for i, want := range []story.Phase{story.Running, story.Succeeded, story.Succeeded} {
		if got := phase(t, s); got != want {
			t.Errorf("after, poll %d: %s", i+1, got)
		}
	}

	if w := requestStatus(t, s, "c-new"); w.Code != http.StatusNotFound {
		t.Errorf("a cluster that is not there: %d", w.Code)
	}
	if err := s.SetTimeline("c-new", []scenario.Step{{Phase: story.Idle}}); err != nil {
		t.Fatal(err)
	}
	if w := requestStatus(t, s, "c-new"); w.Code != http.StatusOK {
		t.Errorf("a new cluster: %d", w.Code)
	}

	err := s.SetTimeline("c-new", nil)
	want := `scenario, clusters["c-new"].timeline: a timeline needs at least one step, such as {"phase": "idle"}`
	if err == nil || err.Error() != want {
		t.Errorf("\ngot  %v\nwant %s", err, want)
	}
}

// Run with -race: 50 clients read, while timelines change and the log is read.
func TestParallelRequestsGetIndependentResponses(t *testing.T) {
	const clients, polls = 50, 20
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	s.OnRequest(func(Request) {})
	var group sync.WaitGroup
	for i := range clients {
		group.Go(func() {
			id := fmt.Sprintf("c-%d", i)
			if err := s.SetTimeline(id, []scenario.Step{{Polls: polls - 1, Phase: story.Running}, {Phase: story.Succeeded}}); err != nil {
				t.Error(err)
			}
			for poll := range polls {
				var got struct{ Status string }
				w := requestStatus(t, s, id)
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Errorf("%s, poll %d: %v", id, poll+1, err)
				}
				want := "running"
				if poll == polls-1 {
					want = "success"
				}
				if got.Status != want {
					t.Errorf("%s, poll %d: %q", id, poll+1, got.Status)
				}
			}
			s.Requests()
		})
	}
	group.Wait()
	if got := len(s.Requests()); got != clients*polls {
		t.Errorf("%d requests remembered, %d sent", got, clients*polls)
	}
}

func TestTheBodyOfARequestIsReadOnlyUpToALimit(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	r := sign(t, unsigned(t.Context(), clusterID), longLived, "nonce")
	r.Body = io.NopCloser(endless{})
	if w := serve(s, r); w.Code != http.StatusBadRequest {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

type endless struct{}

func (endless) Read(p []byte) (int, error) { return len(p), nil }
