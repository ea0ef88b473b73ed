package acksim

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

func TestAServiceFailsForItsCount(t *testing.T) {
	down := response.Raw{Status: 503, ContentType: "text/html", Headers: map[string]string{"Retry-After": "1"}, Body: "down"}
	for service, call := range map[identity.Service]func(*testing.T, *Simulator) *httptest.ResponseRecorder{
		identity.STS: func(t *testing.T, s *Simulator) *httptest.ResponseRecorder {
			t.Helper()
			return serve(s, assumeRole(t, longLived, nil))
		},
		identity.Metadata: func(t *testing.T, s *Simulator) *httptest.ResponseRecorder {
			t.Helper()
			return metadata(t, s, http.MethodGet, identity.PathMetadataRoles+"instance")
		},
		identity.CredentialsURI: getURI,
	} {
		t.Run(string(service), func(t *testing.T) {
			s := start(t, stsScenario())
			if err := s.Fail(service, 2, down); err != nil {
				t.Fatal(err)
			}
			var got []int
			for range 3 {
				w := call(t, s)
				got = append(got, w.Code)
				if failed := w.Code == 503; failed && (w.Body.String() != "down" || w.Header().Get("Retry-After") != "1" ||
					w.Header().Get("x-acs-request-id") != "") {
					t.Errorf("%v: %s", w.Header(), w.Body)
				}
			}
			if !slices.Equal(got, []int{503, 503, 200}) {
				t.Errorf("%v", got)
			}
			if all := s.Calls(service); all[0].Status != 503 || all[0].Issued != "" || all[0].RequestID != "" || all[2].Issued == "" {
				t.Errorf("%+v", all)
			}

			s.OmitExpiration(service, 1)
			if w := call(t, s); w.Code != 200 || strings.Contains(w.Body.String(), "Expiration") {
				t.Errorf("%s", w.Body)
			}
			if w := call(t, s); !strings.Contains(w.Body.String(), "Expiration") {
				t.Errorf("%s", w.Body)
			}

			if err := s.Fail(service, 9, down); err != nil {
				t.Fatal(err)
			}
			if err := s.Fail(service, 0, down); err != nil {
				t.Fatal(err)
			}
			if w := call(t, s); w.Code != 200 {
				t.Errorf("after 0: %d", w.Code)
			}
		})
	}
}

func TestAFailureDoesNotReplaceARejection(t *testing.T) {
	s := start(t, stsScenario())
	if err := s.Fail(identity.STS, 1, response.Raw{Status: 503}); err != nil {
		t.Fatal(err)
	}
	wrong := acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}
	for _, want := range []int{400, 503, 200} {
		c := longLived
		if want == 400 {
			c = wrong
		}
		if w := serve(s, assumeRole(t, c, nil)); w.Code != want {
			t.Errorf("%d, want %d", w.Code, want)
		}
	}
}

func TestAFailureOfTheMetadataServiceAppliesToTokensAndNames(t *testing.T) {
	s := start(t, stsScenario())
	if err := s.Fail(identity.Metadata, 2, response.Raw{Status: 500}); err != nil {
		t.Fatal(err)
	}
	token := metadata(t, s, http.MethodPut, identity.PathMetadataToken, identity.HeaderMetadataTTL, "60")
	name := metadata(t, s, http.MethodGet, identity.PathMetadataRoles)
	if token.Code != 500 || name.Code != 500 || metadata(t, s, http.MethodGet, identity.PathMetadataRoles).Code != 200 {
		t.Errorf("%d, %d", token.Code, name.Code)
	}
}

func TestAnInvalidFailureIsAnError(t *testing.T) {
	s := start(t, stsScenario())
	err := s.Fail(identity.STS, 1, response.Raw{Status: 100})
	want := "a failure of sts: scenario, http.status: 100 is not the status of a response: give 200 to 599"
	if err == nil || err.Error() != want {
		t.Errorf("\ngot  %v\nwant %s", err, want)
	}
}

func TestAServiceRespondsAfterItsDelay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, stsScenario())
		var called time.Time
		s.OnCall(func(identity.Call) { called = time.Now() })
		s.Delay(identity.STS, time.Minute)
		begun := time.Now()
		if w := serve(s, assumeRole(t, longLived, nil)); w.Code != 200 || time.Since(begun) != time.Minute || !called.Equal(begun) {
			t.Errorf("%d after %s, called %s", w.Code, time.Since(begun), called)
		}

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		begun = time.Now()
		if w := serve(s, assumeRole(t, longLived, nil).WithContext(ctx)); w.Body.Len() > 0 || time.Since(begun) != time.Second {
			t.Errorf("%s after %s", w.Body, time.Since(begun))
		}
	})
}

// Run with -race: sessions are issued, used and listed at the same time.
func TestParallelCallsGetIndependentResponses(t *testing.T) {
	s := start(t, stsScenario())
	s.OnCall(func(identity.Call) {})
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() {
			first := session(t, serve(s, assumeRole(t, longLived, nil)))
			_, other := handed(t, getURI(t, s))
			for _, c := range []acs3.Credentials{first, other} {
				if w := serve(s, sign(t, unsigned(t.Context(), clusterID), c, gateway.NewRequestID())); w.Code != http.StatusOK {
					t.Errorf("%d: %s", w.Code, w.Body)
				}
			}
			s.OmitExpiration(identity.Metadata, 1)
			handed(t, metadata(t, s, http.MethodGet, identity.PathMetadataRoles+"instance"))
			s.Calls()
		})
	}
	group.Wait()
	if got := len(s.Calls()); got != 60 || len(s.Calls(identity.STS)) != 20 || s.DroppedCalls() != 0 {
		t.Errorf("%d calls, %d dropped", got, s.DroppedCalls())
	}
}
