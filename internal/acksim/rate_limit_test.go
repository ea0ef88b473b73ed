package acksim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// limited returns a simulator with a rate limit, and a cluster that changes with each request.
func limited(t *testing.T, limit gateway.RateLimit) *Simulator {
	t.Helper()
	s := playing(scenario.Step{Polls: 1, Phase: story.Idle}, scenario.Step{Polls: 1, Phase: story.Running}, scenario.Step{Phase: story.Succeeded})
	s.RateLimit = &limit
	return start(t, s)
}

func TestRequestsAboveTheRateLimitAreThrottled(t *testing.T) {
	for name, test := range map[string]struct {
		limit      gateway.RateLimit
		status     int
		rateHeader string
	}{
		"as it is without more": {gateway.RateLimit{RequestsPerSecond: 2}, 429, ""},
		"with 400":              {gateway.RateLimit{RequestsPerSecond: 2, Status: 400}, 400, ""},
		"with headers":          {gateway.RateLimit{RequestsPerSecond: 2, Burst: 2, Headers: true}, 429, "Limit:2,Remain:0,TimeLeft:501,Reset:946684800501"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := limited(t, test.limit)
				phase(t, s)
				phase(t, s)
				w := requestStatus(t, s, clusterID)
				if got := w.Header().Get("x-ratelimit-user-api"); w.Code != test.status || got != test.rateHeader {
					t.Errorf("%d, %q", w.Code, got)
				}
				id := w.Header().Get("x-acs-request-id")
				for _, part := range []string{
					`"Code":"Throttling.User"`, `"Message":"Request was denied due to user flow control."`, `"RequestId":"` + id + `"`,
				} {
					if id == "" || !strings.Contains(w.Body.String(), part) {
						t.Errorf("%s is not in %s", part, w.Body)
					}
				}
				all := s.Requests()
				if last := all[2]; last.Status != test.status || last.Code != "Throttling.User" || last.Step != 0 || last.ClusterID != clusterID {
					t.Errorf("%+v", last)
				}
			})
		})
	}
}

func TestAThrottledRequestDoesNotReachItsCluster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limited(t, gateway.RateLimit{RequestsPerSecond: 1})
		var got []string
		for range 3 {
			got = append(got, string(phase(t, s)))
			for range 5 {
				if w := requestStatus(t, s, clusterID); w.Code != http.StatusTooManyRequests {
					t.Errorf("%d", w.Code)
				}
			}
			if w := requestStatus(t, s, "not-there"); w.Code != http.StatusTooManyRequests {
				t.Errorf("a cluster that is not there: %d", w.Code)
			}
			time.Sleep(time.Second)
		}
		if want := []string{"idle", "running", "succeeded"}; !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	})
}

func TestOnlyRequestsThatPassTheChecksCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limited(t, gateway.RateLimit{RequestsPerSecond: 1})
		wrong := acs3.Credentials{AccessKeyID: longLived.AccessKeyID, AccessKeySecret: "wrong"}
		for i := range 3 {
			if w := serve(s, sign(t, unsigned(t.Context(), clusterID), wrong, fmt.Sprint(i))); w.Code != http.StatusBadRequest {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
		}
		phase(t, s)
	})
}

// A client that retries at the time in the header succeeds.
func TestTheRateLimitHonorsItsRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := limited(t, gateway.RateLimit{RequestsPerSecond: 7, Burst: 1, Headers: true})
		for range 20 {
			phase(t, s)
			time.Sleep(13 * time.Millisecond)
			var limit, left, reset int64
			header := requestStatus(t, s, clusterID).Header().Get("x-ratelimit-user-api")
			if _, err := fmt.Sscanf(header, "Limit:%d,Remain:0,TimeLeft:%d,Reset:%d", &limit, &left, &reset); err != nil {
				t.Fatalf("%q: %v", header, err)
			}
			if want := 1000/7 - 13; left < int64(want) || left > int64(want)+1 || limit != 7 {
				t.Errorf("%q", header)
			}
			time.Sleep(time.Duration(left) * time.Millisecond)
		}
	})
}
