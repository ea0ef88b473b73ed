package acksim

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

func getURI(t *testing.T, s *Simulator) *httptest.ResponseRecorder {
	t.Helper()
	return serve(s, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://127.0.0.1:1/credentials?any=thing", nil))
}

func TestACredentialsURIReturnsSessions(t *testing.T) {
	for name, test := range map[string]struct {
		uri   scenario.CredentialsURI
		want  handedOut
		role  string
		lasts time.Duration
	}{
		"as it should": {
			uri: scenario.CredentialsURI{}, want: handedOut{Code: "Success", Expiration: "2000-01-01T01:00:00Z"},
			role: scenario.MadeUpAccount + "credentials-uri", lasts: time.Hour,
		},
		"of a role, for a minute": {
			uri: scenario.CredentialsURI{RoleARN: deploy, SessionSeconds: 60}, want: handedOut{Code: "Success", Expiration: "2000-01-01T00:01:00Z"},
			role: deploy, lasts: time.Minute,
		},
		"without an end, which they have all the same": {
			uri: scenario.CredentialsURI{NoExpiration: true}, want: handedOut{Code: "Success"},
			role: scenario.MadeUpAccount + "credentials-uri", lasts: time.Hour,
		},
		"with a code that should keep everybody from using them": {
			uri: scenario.CredentialsURI{Code: "Failed"}, want: handedOut{Code: "Failed", Expiration: "2000-01-01T01:00:00Z"},
			role: scenario.MadeUpAccount + "credentials-uri", lasts: time.Hour,
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				with := stsScenario()
				test.uri.Path = "/credentials"
				with.CredentialsURI = &test.uri
				s := start(t, with)
				got, c := handed(t, getURI(t, s))
				test.want.AccessKeyID, test.want.AccessKeySecret, test.want.SecurityToken = c.AccessKeyID, c.AccessKeySecret, c.SecurityToken
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
				who := test.role + "/" + identity.CredentialsURISession
				time.Sleep(test.lasts - 1)
				requestAs(t, s, c, http.StatusOK, "", who)
				time.Sleep(time.Nanosecond)
				requestAs(t, s, c, 400, "InvalidSecurityToken.Expired", who)
				want := []identity.Call{{Service: identity.CredentialsURI, Method: "GET", Path: "/credentials", Status: 200, Issued: c.AccessKeyID}}
				if diff := cmp.Diff(want, timeless(s.Calls(identity.CredentialsURI))); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestACredentialsURIReturnsTheResponseOfTheScenario(t *testing.T) {
	with := stsScenario()
	with.CredentialsURI.HTTP = &response.Raw{Status: 500, ContentType: "text/plain", Body: "rubbish"}
	s := start(t, with)
	if w := getURI(t, s); w.Code != 500 || w.Body.String() != "rubbish" || w.Header().Get("Content-Type") != "text/plain" {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
	if w := serve(s, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/credentials", nil)); w.Code != 405 {
		t.Errorf("POST: %d", w.Code)
	}
	if got := s.Calls(); len(got) != 2 || got[0].Issued != "" || len(s.Requests()) != 0 {
		t.Errorf("%+v", got)
	}
}
