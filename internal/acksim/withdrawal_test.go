package acksim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

func TestAnOperationIsWithdrawn(t *testing.T) {
	for name, test := range map[string]struct {
		withdrawal gateway.Withdrawal
		want       []int // The status of each request, ten seconds apart.
		code       string
	}{
		"from the beginning": {gateway.Withdrawal{}, []int{404, 404}, "InvalidAction.NotFound"},
		"after a time":       {gateway.Withdrawal{After: 15 * time.Second}, []int{200, 200, 404, 404}, "InvalidAction.NotFound"},
		"after requests":     {gateway.Withdrawal{AfterRequests: 3}, []int{200, 200, 200, 404, 404}, "InvalidAction.NotFound"},
		"with other words":   {gateway.Withdrawal{Status: 410, Code: "Gone", AfterRequests: 1}, []int{200, 410}, "Gone"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				with := playing(scenario.Step{Polls: 1, Phase: story.Idle}, scenario.Step{Phase: story.Running})
				test.withdrawal.Operation = action
				with.Withdrawn = []gateway.Withdrawal{test.withdrawal}
				s := start(t, with)
				time.Sleep(time.Hour) // Time counts from the first request.
				for i, want := range test.want {
					w := requestStatus(t, s, clusterID)
					if w.Code != want || want != 200 && !strings.Contains(w.Body.String(), `"Code":"`+test.code+`"`) {
						t.Errorf("request %d: %d: %s", i+1, w.Code, w.Body)
					}
					all := s.Requests()
					if last := all[len(all)-1]; last.Operation != action || last.ClusterID != clusterID || want != 200 && last.Step != 0 {
						t.Errorf("request %d is remembered as %+v", i+1, last)
					}
					if w := requestOperation(t, s, tasks, ""); w.Code != http.StatusOK {
						t.Errorf("another operation: %d: %s", w.Code, w.Body)
					}
					time.Sleep(10 * time.Second)
				}
			})
		})
	}
}

func TestAWithdrawnOperationIsRejectedBeforeTheSignatureCheck(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if err := s.Withdraw(action); err != nil {
		t.Fatal(err)
	}
	wrong := acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}
	if w := serve(s, sign(t, unsigned(t.Context(), clusterID), wrong, "nonce")); w.Code != http.StatusNotFound {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestOnlyRequestsThatPassCountForAWithdrawal(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if err := s.SetWithdrawn(gateway.Withdrawal{Operation: action, AfterRequests: 1}); err != nil {
		t.Fatal(err)
	}
	wrong := acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}
	for i, want := range []int{400, 400, 200, 404} {
		c := longLived
		if want == 400 {
			c = wrong
		}
		if w := serve(s, sign(t, unsigned(t.Context(), clusterID), c, string(rune('a'+i)))); w.Code != want {
			t.Errorf("request %d: %d, want %d", i+1, w.Code, want)
		}
	}
}

func TestWithdrawAddsAndSetWithdrawnReplaces(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	statuses := func() (all [3]int) {
		for i, name := range []string{action, tasks, detail} {
			all[i] = requestOperation(t, s, name, "").Code
		}
		return all
	}
	for _, name := range []string{action, tasks, action} {
		if err := s.Withdraw(name); err != nil {
			t.Fatal(err)
		}
	}
	if got := statuses(); got != [3]int{404, 404, 200} {
		t.Errorf("two withdrawn: %v", got)
	}
	if err := s.SetWithdrawn(gateway.Withdrawal{Operation: detail}); err != nil {
		t.Fatal(err)
	}
	if got := statuses(); got != [3]int{200, 200, 404} {
		t.Errorf("another one withdrawn: %v", got)
	}
	if err := s.SetWithdrawn(); err != nil {
		t.Fatal(err)
	}
	if got := statuses(); got != [3]int{200, 200, 200} {
		t.Errorf("none withdrawn: %v", got)
	}
	if err := s.Withdraw("GetStatus"); err == nil || !strings.Contains(err.Error(), `"GetStatus" is not an operation of the simulator`) {
		t.Errorf("an operation that does not exist: %v", err)
	}
}

func TestAnOperationIsForbiddenAsRAMDoesIt(t *testing.T) {
	for name, test := range map[string]struct {
		forbidden gateway.Forbidden
		request   string
		key       acs3.Credentials
		code      string // Of the rejection; none if empty.
	}{
		"to all":              {gateway.Forbidden{Operation: tasks}, tasks, longLived, "Forbidden.RAM"},
		"another operation":   {gateway.Forbidden{Operation: detail}, tasks, longLived, ""},
		"for the cluster":     {gateway.Forbidden{Operation: tasks, Cluster: clusterID}, tasks, longLived, "Forbidden.RAM"},
		"for another cluster": {gateway.Forbidden{Operation: tasks, Cluster: "c2"}, tasks, longLived, ""},
		"to the key":          {gateway.Forbidden{Operation: tasks, AccessKey: temporary.AccessKeyID}, tasks, temporary, "Forbidden.RAM"},
		"to another key":      {gateway.Forbidden{Operation: tasks, AccessKey: temporary.AccessKeyID}, tasks, longLived, ""},
		"with another code":   {gateway.Forbidden{Operation: tasks, Code: "NoPermission"}, tasks, longLived, "NoPermission"},
	} {
		t.Run(name, func(t *testing.T) {
			with := playing(scenario.Step{Polls: 1, Phase: story.Idle}, scenario.Step{Phase: story.Running})
			with.Clusters["c2"] = scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Idle}}}
			s := start(t, with)
			if err := s.SetForbidden(test.forbidden); err != nil {
				t.Fatal(err)
			}
			w := serve(s, sign(t, unsignedFor(t, test.request, ""), test.key, "nonce-1"))
			if test.code == "" {
				if w.Code != http.StatusOK {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
				return
			}
			var got struct {
				Code, RequestID    string
				AccessDeniedDetail struct{ AuthAction string }
			}
			if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
				t.Fatal(err)
			}
			if w.Code != http.StatusForbidden || got.Code != test.code || got.RequestID != w.Header().Get("x-acs-request-id") ||
				got.AccessDeniedDetail.AuthAction != "cs:"+test.request {
				t.Errorf("%d: %s", w.Code, w.Body)
			}
			if err := s.SetForbidden(); err != nil {
				t.Fatal(err)
			}
			if phase(t, s) != story.Idle {
				t.Error("the timeline has gone on with a request that was rejected")
			}
		})
	}
}

func TestAnUnknownClusterIsForbiddenLikeAnyOther(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if err := s.SetForbidden(gateway.Forbidden{Operation: action}); err != nil {
		t.Fatal(err)
	}
	if w := requestStatus(t, s, "not-there"); w.Code != http.StatusForbidden {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}

func TestAFaultAppliesOnlyToItsOperation(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if err := s.SetFaults(fault.Fault{Kind: fault.Error, Operation: detail, After: 1, Count: 1}); err != nil {
		t.Fatal(err)
	}
	for i, test := range []struct {
		name string
		want int
	}{{tasks, 200}, {action, 200}, {detail, 200}, {tasks, 200}, {detail, 503}, {detail, 200}} {
		if w := requestOperation(t, s, test.name, ""); w.Code != test.want {
			t.Errorf("request %d, %s: %d", i+1, test.name, w.Code)
		}
	}
}
