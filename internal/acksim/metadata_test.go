package acksim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// metadata sends a request to the metadata service with the given headers, in pairs.
func metadata(t *testing.T, s *Simulator, method, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, "http://"+"100.100.100.200"+path, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return serve(s, r)
}

// handedOut is the response of the metadata service and of a credentials URI.
type handedOut struct {
	Code, AccessKeyID, AccessKeySecret, SecurityToken, Expiration, LastUpdated string
}

func handed(t *testing.T, w *httptest.ResponseRecorder) (handedOut, acs3.Credentials) {
	t.Helper()
	var got handedOut
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
	}
	return got, acs3.Credentials{
		AccessKeyID: got.AccessKeyID, AccessKeySecret: got.AccessKeySecret, SecurityToken: got.SecurityToken,
	}
}

func TestTheMetadataServiceReturnsSessionsOfTheInstanceRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, stsScenario())
		token := metadata(t, s, http.MethodPut, identity.PathMetadataToken, identity.HeaderMetadataTTL, "21600")
		role := metadata(t, s, http.MethodGet, identity.PathMetadataRoles, identity.HeaderMetadataToken, token.Body.String())
		if token.Code != http.StatusOK || role.Code != http.StatusOK || role.Body.String() != "instance" {
			t.Fatalf("%d, %d: %q", token.Code, role.Code, role.Body)
		}
		got, c := handed(t, metadata(t, s, http.MethodGet, identity.PathMetadataRoles+"instance", identity.HeaderMetadataToken, token.Body.String()))
		want := got
		want.Code, want.Expiration, want.LastUpdated = "Success", "2000-01-01T06:00:00Z", "2000-01-01T00:00:00Z"
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		const who = scenario.MadeUpAccount + "instance/" + identity.MetadataSession
		requestAs(t, s, c, http.StatusOK, "", who)
		_, other := handed(t, metadata(t, s, http.MethodGet, identity.PathMetadataRoles+"instance"))
		if other == c {
			t.Error("the same session once more")
		}
		time.Sleep(6 * time.Hour)
		requestAs(t, s, c, 400, "InvalidSecurityToken.Expired", who)

		wantCalls := []identity.Call{
			{Service: identity.Metadata, Method: "PUT", Path: identity.PathMetadataToken, Status: 200},
			{Service: identity.Metadata, Method: "GET", Path: identity.PathMetadataRoles, Status: 200},
			{Service: identity.Metadata, Method: "GET", Path: identity.PathMetadataRoles + "instance", Status: 200, Issued: c.AccessKeyID},
			{Service: identity.Metadata, Method: "GET", Path: identity.PathMetadataRoles + "instance", Status: 200, Issued: other.AccessKeyID},
		}
		if diff := cmp.Diff(wantCalls, timeless(s.Calls())); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

func TestTheMetadataServiceChecksItsTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v2 := stsScenario()
		v2.Metadata.V1 = false
		s, another := start(t, v2), start(t, stsScenario())
		path := identity.PathMetadataRoles + "instance"
		token := metadata(t, s, http.MethodPut, identity.PathMetadataToken, identity.HeaderMetadataTTL, "60").Body.String()
		foreign := metadata(t, another, http.MethodPut, identity.PathMetadataToken, identity.HeaderMetadataTTL, "60").Body.String()
		for name, test := range map[string]struct {
			s       *Simulator
			headers []string
			want    int
		}{
			"its own":                       {s, []string{identity.HeaderMetadataToken, token}, 200},
			"none":                          {s, nil, 403},
			"none in version 1":             {another, nil, 200},
			"that of another instance":      {s, []string{identity.HeaderMetadataToken, foreign}, 401},
			"rubbish":                       {s, []string{identity.HeaderMetadataToken, "x"}, 401},
			"rubbish, in version 1 as well": {another, []string{identity.HeaderMetadataToken, "x"}, 401},
		} {
			if w := metadata(t, test.s, http.MethodGet, path, test.headers...); w.Code != test.want {
				t.Errorf("%s: %d, want %d", name, w.Code, test.want)
			}
		}
		time.Sleep(time.Minute - 1)
		if w := metadata(t, s, http.MethodGet, path, identity.HeaderMetadataToken, token); w.Code != http.StatusOK {
			t.Errorf("just before its end: %d", w.Code)
		}
		time.Sleep(time.Nanosecond)
		if w := metadata(t, s, http.MethodGet, path, identity.HeaderMetadataToken, token); w.Code != http.StatusUnauthorized {
			t.Errorf("at its end: %d", w.Code)
		}
	})
}

func TestTheMetadataServiceRejectsInvalidRequests(t *testing.T) {
	s, without := start(t, stsScenario()), start(t, playing(scenario.Step{Phase: story.Idle}))
	for name, test := range map[string]struct {
		s            *Simulator
		method, path string
		headers      []string
		want         int
	}{
		"a token without a time":     {s, "PUT", identity.PathMetadataToken, nil, 400},
		"a token for no time":        {s, "PUT", identity.PathMetadataToken, []string{identity.HeaderMetadataTTL, "0"}, 400},
		"a token for too long":       {s, "PUT", identity.PathMetadataToken, []string{identity.HeaderMetadataTTL, "21601"}, 400},
		"a token that is not PUT":    {s, "GET", identity.PathMetadataToken, nil, 404},
		"a POST":                     {s, "POST", identity.PathMetadataRoles, nil, 405},
		"another role":               {s, "GET", identity.PathMetadataRoles + "other", nil, 404},
		"another path":               {s, "GET", "/latest/meta-data/instance-id", nil, 404},
		"an instance without a role": {without, "GET", identity.PathMetadataRoles, nil, 404},
	} {
		w := metadata(t, test.s, test.method, test.path, test.headers...)
		if w.Code != test.want || !strings.HasPrefix(w.Body.String(), "<html>") {
			t.Errorf("%s: %d, want %d: %s", name, w.Code, test.want, w.Body)
		}
	}
	// The service is at its own address, and nowhere else.
	if w := serve(s, httptest.NewRequestWithContext(t.Context(), http.MethodGet, identity.PathMetadataRoles, nil)); w.Code != 404 || len(s.Requests()) != 1 {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}
