package acksim

import (
	"encoding/json"
	"encoding/xml"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

const (
	deploy    = "acs:ram::1234567890123456:role/deploy"
	chained   = "acs:ram::1234567890123456:role/chained"
	partner   = "acs:ram::1234567890123456:role/partner"
	ci        = "acs:ram::1234567890123456:oidc-provider/ci"
	goodToken = "eyJhbGciOiJSUzI1NiJ9.e30.c2ln"
)

// stsScenario returns a scenario with something of everything that hands out credentials.
func stsScenario() *scenario.Scenario {
	s := playing(scenario.Step{Phase: story.Idle})
	s.Roles = []scenario.Role{
		{ARN: deploy, Trusts: []string{longLived.AccessKeyID, scenario.TrustOIDC}, MaxSeconds: 43200},
		{ARN: chained, Trusts: []string{deploy}, SessionSeconds: 200},
		{ARN: partner, Trusts: []string{longLived.AccessKeyID, temporary.AccessKeyID}, ExternalID: "a+b=c"},
	}
	s.OIDC = &scenario.OIDC{ProviderARN: ci, Tokens: []scenario.OIDCToken{{Token: goodToken}, {Token: "for a minute", ExpiresAfter: time.Minute}}}
	s.Metadata = &scenario.Metadata{Role: "instance", V1: true}
	s.CredentialsURI = &scenario.CredentialsURI{Path: "/credentials"}
	return s
}

// parameters are those of one call of STS. A nil value takes one out.
type parameters map[string]any

// assumeRole returns a call as credentials-go makes it: a query that identifies the client, and a form with the request. Every parameter of
// query is in the query; what else changes is in the form.
func assumeRole(t *testing.T, c acs3.Credentials, change parameters) *http.Request {
	t.Helper()
	query := map[string]string{
		"Action": identity.ActionAssumeRole, "Version": identity.STSVersion, "Format": "JSON", "Timestamp": time.Now().UTC().Format(acs3.DateFormat),
		"SignatureMethod": "HMAC-SHA1", "SignatureVersion": "1.0", "SignatureNonce": gateway.NewRequestID(), "AccessKeyId": c.AccessKeyID,
	}
	if c.SecurityToken != "" {
		query["SecurityToken"] = c.SecurityToken
	}
	form := map[string]string{"RoleArn": deploy, "RoleSessionName": "terraform", "DurationSeconds": "3600"}
	apply(query, form, change)
	signed := make(url.Values)
	for _, part := range []map[string]string{query, form} {
		for name, value := range part {
			signed.Set(name, value)
		}
	}
	if _, changed := query["Signature"]; !changed {
		query["Signature"] = identity.RPCSignature(c.AccessKeySecret, identity.RPCStringToSign(http.MethodPost, signed))
	}
	return stsRequest(t, query, form)
}

// assumeRoleWithOIDC likewise.
func assumeRoleWithOIDC(t *testing.T, change parameters) *http.Request {
	t.Helper()
	query := map[string]string{
		"Action": identity.ActionAssumeRoleWithOIDC, "Version": identity.STSVersion, "Format": "JSON",
		"Timestamp": time.Now().UTC().Format(acs3.DateFormat),
	}
	form := map[string]string{
		"RoleArn": deploy, "RoleSessionName": "terraform", "DurationSeconds": "3600", "OIDCProviderArn": ci, "OIDCToken": goodToken,
	}
	apply(query, form, change)
	return stsRequest(t, query, form)
}

func apply(query, form map[string]string, change parameters) {
	for name, value := range change {
		to := form
		if _, ok := query[name]; ok || name == "Signature" {
			to = query
		}
		if text, ok := value.(string); ok {
			to[name] = text
		} else {
			delete(to, name)
		}
	}
}

func stsRequest(t *testing.T, query, form map[string]string) *http.Request {
	t.Helper()
	encode := func(values map[string]string) string {
		all := make(url.Values)
		for name, value := range values {
			all.Set(name, value)
		}
		return all.Encode()
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "https://sts.cn-hangzhou.aliyuncs.com?"+encode(query),
		strings.NewReader(encode(form)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// session returns the credentials in a response of STS.
func session(t *testing.T, w *httptest.ResponseRecorder) acs3.Credentials {
	t.Helper()
	var got struct {
		Credentials struct {
			AccessKeyID     string `json:"AccessKeyId"`
			AccessKeySecret string
			SecurityToken   string
		}
	}
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d, %v: %s", w.Code, err, w.Body)
	}
	c := got.Credentials
	return acs3.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken}
}

func TestTheSignatureEqualsTheDocumentedOne(t *testing.T) {
	// The example of Alibaba Cloud's "Request structure and signature" reference for RPC APIs.
	p := url.Values{
		"Timestamp": {"2016-02-23T12:46:24Z"}, "Format": {"XML"}, "AccessKeyId": {"testid"}, "Action": {"DescribeRegions"},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureNonce": {"3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf"},
		"Version": {"2014-05-26"}, "SignatureVersion": {"1.0"}, "Signature": {"is not signed"},
	}
	if got := identity.RPCSignature("testsecret", identity.RPCStringToSign(http.MethodGet, p)); got != "OLeaidS1JvxuMvnyHOwuJ+uX5qY=" {
		t.Error(got)
	}
}

func TestASessionIsValidUntilItExpires(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, stsScenario())
		time.Sleep(300 * time.Millisecond) // The end is on the second all the same.
		w := serve(s, assumeRole(t, longLived, nil))
		got := make(map[string]any)
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		c := session(t, w)
		want := map[string]any{
			"RequestId": w.Header().Get("x-acs-request-id"),
			"AssumedRoleUser": map[string]any{
				"Arn": deploy + "/terraform", "AssumedRoleId": "368312675456177765:terraform",
			},
			"Credentials": map[string]any{
				"AccessKeyId": c.AccessKeyID, "AccessKeySecret": c.AccessKeySecret, "SecurityToken": c.SecurityToken,
				"Expiration": "2000-01-01T01:00:00Z",
			},
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if form := regexp.MustCompile(`^STS\.[A-Z0-9]{26}$`); !form.MatchString(c.AccessKeyID) || !strings.HasSuffix(c.SecurityToken, "=") {
			t.Errorf("%+v", c)
		}

		time.Sleep(time.Until(time.Date(2000, 1, 1, 0, 59, 59, 999_999_999, time.UTC)))
		requestAs(t, s, c, http.StatusOK, "", deploy+"/terraform")
		requestAs(t, s, acs3.Credentials{AccessKeyID: c.AccessKeyID, AccessKeySecret: c.AccessKeySecret}, 400, "MissingSecurityToken",
			deploy+"/terraform")
		mixed := c
		mixed.SecurityToken = temporary.SecurityToken
		requestAs(t, s, mixed, 400, "InvalidSecurityToken.MismatchWithAccessKey", deploy+"/terraform")
		mixed = c
		mixed.AccessKeySecret = "another"
		requestAs(t, s, mixed, 400, "SignatureDoesNotMatch", "")
		time.Sleep(time.Nanosecond)
		requestAs(t, s, c, 400, "InvalidSecurityToken.Expired", deploy+"/terraform")
	})
}

// requestAs requests the cluster and compares the response and the recorded identity.
func requestAs(t *testing.T, s *Simulator, c acs3.Credentials, status int, code, identity string) {
	t.Helper()
	serve(s, sign(t, unsigned(t.Context(), clusterID), c, gateway.NewRequestID()))
	all := s.Requests()
	if got := all[len(all)-1]; got.Status != status || got.Code != code || got.Identity != identity {
		t.Errorf("%d %s by %q, want %d %s by %q", got.Status, got.Code, got.Identity, status, code, identity)
	}
}

func TestASessionMayAssumeARoleThatTrustsItsRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, stsScenario())
		first := session(t, serve(s, assumeRole(t, longLived, nil)))
		w := serve(s, assumeRole(t, first, parameters{"RoleArn": chained, "RoleSessionName": "a.b@c_d-e"}))
		second := session(t, w)
		if !strings.Contains(w.Body.String(), `"Expiration":"2000-01-01T00:03:20Z"`) {
			t.Errorf("session_seconds is not in %s", w.Body)
		}
		requestAs(t, s, second, http.StatusOK, "", chained+"/a.b@c_d-e")
		time.Sleep(200 * time.Second)
		requestAs(t, s, second, 400, "InvalidSecurityToken.Expired", chained+"/a.b@c_d-e")
		requestAs(t, s, first, http.StatusOK, "", deploy+"/terraform")

		want := []identity.Call{
			{
				Service: identity.STS, Method: "POST", Action: identity.ActionAssumeRole, AccessKeyID: "testak", Identity: "testak",
				RoleARN: deploy, SessionName: "terraform", DurationSeconds: "3600", Status: 200, Issued: first.AccessKeyID,
			},
			{
				Service: identity.STS, Method: "POST", Action: identity.ActionAssumeRole, AccessKeyID: first.AccessKeyID,
				Identity: deploy + "/terraform", RoleARN: chained, SessionName: "a.b@c_d-e", DurationSeconds: "3600", Status: 200,
				Issued: second.AccessKeyID,
			},
		}
		if diff := cmp.Diff(want, timeless(s.Calls(identity.STS))); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	})
}

// timeless takes out of calls what differs from run to run.
func timeless(calls []identity.Call) []identity.Call {
	for i := range calls {
		calls[i].Time, calls[i].RequestID = time.Time{}, ""
	}
	return calls
}

func TestAnOIDCTokenIsExchangedForASession(t *testing.T) {
	s := start(t, stsScenario())
	w := serve(s, assumeRoleWithOIDC(t, nil))
	requestAs(t, s, session(t, w), http.StatusOK, "", deploy+"/terraform")
	want := []identity.Call{{
		Service: identity.STS, Method: "POST", Action: identity.ActionAssumeRoleWithOIDC, RoleARN: deploy, SessionName: "terraform",
		DurationSeconds: "3600", Status: 200, Issued: session(t, w).AccessKeyID,
	}}
	if diff := cmp.Diff(want, timeless(s.Calls())); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSTSRespondsInXMLUnlessJSONIsRequested(t *testing.T) {
	s := start(t, stsScenario())
	w := serve(s, assumeRole(t, longLived, parameters{"Format": nil}))
	var got struct {
		XMLName     xml.Name `xml:"AssumeRoleResponse"`
		Credentials struct{ AccessKeyId string }
	}
	if err := xml.Unmarshal(w.Body.Bytes(), &got); err != nil || got.Credentials.AccessKeyId != s.Calls()[0].Issued {
		t.Errorf("%v: %s", err, w.Body)
	}
	w = serve(s, assumeRole(t, longLived, parameters{"Format": nil, "RoleArn": "x"}))
	if !strings.Contains(w.Body.String(), "<Code>InvalidParameter.RoleArn</Code>") {
		t.Errorf("%s", w.Body)
	}
}

func TestSTSAcceptsAllParametersInTheQuery(t *testing.T) {
	s := start(t, stsScenario())
	query := url.Values{
		"Action": {identity.ActionAssumeRole}, "Version": {identity.STSVersion}, "Format": {"JSON"}, "Timestamp": {time.Now().UTC().Format(acs3.DateFormat)},
		"SignatureMethod": {"HMAC-SHA1"}, "SignatureVersion": {"1.0"}, "SignatureNonce": {"nonce"},
		"AccessKeyId": {longLived.AccessKeyID}, "RoleArn": {deploy}, "RoleSessionName": {"terraform"},
	}
	query.Set("Signature", identity.RPCSignature(longLived.AccessKeySecret, identity.RPCStringToSign(http.MethodGet, maps.Clone(query))))
	w := serve(s, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/?"+query.Encode(), nil))
	requestAs(t, s, session(t, w), http.StatusOK, "", deploy+"/terraform")
}

func TestACredentialServiceRespondsOnlyIfTheScenarioHasIt(t *testing.T) {
	s := start(t, playing(scenario.Step{Phase: story.Idle}))
	if w := serve(s, assumeRole(t, longLived, nil)); !strings.Contains(w.Body.String(), "EntityNotExist.Role") {
		t.Errorf("%s", w.Body)
	}
	if w := serve(s, assumeRoleWithOIDC(t, nil)); !strings.Contains(w.Body.String(), "EntityNotExist.Role") {
		t.Errorf("%s", w.Body)
	}
	if w := getURI(t, s); w.Code != 404 || len(s.Requests()) != 1 {
		t.Errorf("%d: %s", w.Code, w.Body)
	}
}
