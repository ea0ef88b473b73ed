package acksim

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

func TestSTSRejectsRequestsAsTheServiceDoes(t *testing.T) {
	role := func(change parameters) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request { t.Helper(); return assumeRole(t, longLived, change) }
	}
	as := func(c acs3.Credentials, change parameters) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request { t.Helper(); return assumeRole(t, c, change) }
	}
	oidc := func(change parameters) func(*testing.T) *http.Request {
		return func(t *testing.T) *http.Request { t.Helper(); return assumeRoleWithOIDC(t, change) }
	}
	noPermission := "You are not authorized to do this action. You should be authorized by RAM."
	duration := "The Min/Max value of DurationSeconds is 15min/"
	for name, test := range map[string]struct {
		request       func(*testing.T) *http.Request
		status        int
		code, message string
	}{
		"another action":    {role(parameters{"Action": "GetCallerIdentity"}), 404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."},
		"another version":   {role(parameters{"Version": "2014-05-26"}), 400, "InvalidVersion", "Specified parameter Version is not valid."},
		"no key":            {role(parameters{"AccessKeyId": nil}), 400, "MissingAccessKeyId", "AccessKeyId is mandatory for this action."},
		"no nonce":          {role(parameters{"SignatureNonce": nil}), 400, "MissingSignatureNonce", "SignatureNonce is mandatory for this action."},
		"no timestamp":      {role(parameters{"Timestamp": nil}), 400, "MissingTimestamp", "Timestamp is mandatory for this action."},
		"no signature":      {role(parameters{"Signature": ""}), 400, "MissingSignature", "Signature is mandatory for this action."},
		"another algorithm": {role(parameters{"SignatureMethod": "HMAC-SHA256"}), 400, "IncompleteSignature", "The request signature does not conform to Aliyun standards."},
		"another signature's version": {
			role(parameters{"SignatureVersion": "2.0"}), 400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.",
		},
		"an unknown key": {
			as(acs3.Credentials{AccessKeyID: "nobody", AccessKeySecret: "testsk"}, nil), 404,
			"InvalidAccessKeyId.NotFound", "Specified access key is not found.",
		},
		"a timestamp of another form": {
			role(parameters{"Timestamp": "2000-01-01 00:00:00"}), 400,
			"InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted.",
		},
		"a timestamp that is too old": {
			role(parameters{"Timestamp": "1999-12-31T23:44:59Z"}), 400,
			"InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.",
		},
		"a timestamp that is too far ahead": {
			role(parameters{"Timestamp": "2000-01-01T00:15:01Z"}), 400,
			"InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.",
		},
		"a wrong secret": {
			as(acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "wrong"}, parameters{"SignatureNonce": "n"}), 400,
			"SignatureDoesNotMatch",
			"Specified signature is not matched with our calculation. server string to sign is:POST&%2F&AccessKeyId%3Dtestak" +
				"%26Action%3DAssumeRole%26DurationSeconds%3D3600%26Format%3DJSON%26RoleArn%3Dacs%253Aram%253A%253A1234567890123456" +
				"%253Arole%252Fdeploy%26RoleSessionName%3Dterraform%26SignatureMethod%3DHMAC-SHA1%26SignatureNonce%3Dn" +
				"%26SignatureVersion%3D1.0%26Timestamp%3D2000-01-01T00%253A00%253A00Z%26Version%3D2015-04-01",
		},
		"a temporary key without its token": {
			as(acs3.Credentials{AccessKeyID: temporary.AccessKeyID, AccessKeySecret: temporary.AccessKeySecret}, nil), 400,
			"MissingSecurityToken", "SecurityToken is mandatory for this action.",
		},
		"a key with a token that was not issued": {
			as(acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: "testsk", SecurityToken: "x"}, nil), 400,
			"InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed.",
		},
		"a temporary key that has expired": {
			func(t *testing.T) *http.Request {
				t.Helper()
				time.Sleep(time.Hour)
				return assumeRole(t, temporary, nil)
			}, 400,
			"InvalidSecurityToken.Expired", "Specified SecurityToken is expired.",
		},
		"a parameter in query and form": {
			func(t *testing.T) *http.Request {
				t.Helper()
				r := assumeRole(t, longLived, nil)
				r.URL.RawQuery += "&RoleArn=x"
				return r
			}, 400, "InvalidParameter", "The parameter RoleArn occurs more than once.",
		},
		"a query that is none": {
			func(t *testing.T) *http.Request {
				t.Helper()
				r := assumeRole(t, longLived, nil)
				r.URL.RawQuery += "&%zz"
				return r
			}, 400, "InvalidParameter", "The request's query or form is wrongly formed.",
		},
		"a form that does not say so": {
			func(t *testing.T) *http.Request {
				t.Helper()
				r := assumeRoleWithOIDC(t, nil)
				r.Header.Del("Content-Type")
				return r
			}, 400, "MissingOIDCProviderArn", "OIDCProviderArn is mandatory for this action.",
		},

		"no role":                    {role(parameters{"RoleArn": nil}), 400, "MissingRoleArn", "RoleArn is mandatory for this action."},
		"a role that is no ARN":      {role(parameters{"RoleArn": "deploy"}), 400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed."},
		"a role that is not there":   {role(parameters{"RoleArn": deploy + "2"}), 404, "EntityNotExist.Role", "The specified Role not exists."},
		"a role that trusts others":  {role(parameters{"RoleArn": chained}), 403, "NoPermission", noPermission},
		"no external id":             {role(parameters{"RoleArn": partner}), 403, "NoPermission", noPermission},
		"another external id":        {role(parameters{"RoleArn": partner, "ExternalId": "a b=c"}), 403, "NoPermission", noPermission},
		"a caller it does not trust": {as(temporary, nil), 403, "NoPermission", noPermission},
		"no session name":            {role(parameters{"RoleSessionName": nil}), 400, "MissingRoleSessionName", "RoleSessionName is mandatory for this action."},
		"a session name that is too short": {
			role(parameters{"RoleSessionName": "a"}), 400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.",
		},
		"a session name that is too long": {
			role(parameters{"RoleSessionName": strings.Repeat("a", 65)}), 400,
			"InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.",
		},
		"a session name with a blank": {
			role(parameters{"RoleSessionName": "a b"}), 400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed.",
		},
		"too short a time":             {role(parameters{"DurationSeconds": "899"}), 400, "InvalidParameter.DurationSeconds", duration + "12hr."},
		"too long a time":              {role(parameters{"DurationSeconds": "43201"}), 400, "InvalidParameter.DurationSeconds", duration + "12hr."},
		"a time that is no number":     {role(parameters{"DurationSeconds": "1h"}), 400, "InvalidParameter.DurationSeconds", duration + "12hr."},
		"too long a time for the role": {role(parameters{"RoleArn": partner, "DurationSeconds": "3601"}), 400, "InvalidParameter.DurationSeconds", duration + "1hr."},
		"a policy that is none":        {role(parameters{"Policy": "{"}), 400, "InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check."},
		"a policy without a statement": {
			role(parameters{"Policy": `{"Version":"1","Statement":[]}`}), 400,
			"InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check.",
		},
		"a policy that is too long": {
			role(parameters{"Policy": strings.Repeat(" ", 2049)}), 400,
			"InvalidParameter.PolicySize", "The size of Policy must be smaller than 2048 bytes.",
		},

		"OIDC without a timestamp":      {oidc(parameters{"Timestamp": nil}), 400, "MissingTimestamp", "Timestamp is mandatory for this action."},
		"OIDC with an old timestamp":    {oidc(parameters{"Timestamp": "1999-12-31T00:00:00Z"}), 400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."},
		"OIDC without a token":          {oidc(parameters{"OIDCToken": nil}), 400, "MissingOIDCToken", "OIDCToken is mandatory for this action."},
		"OIDC with another provider":    {oidc(parameters{"OIDCProviderArn": ci + "2"}), 404, "EntityNotExist.OIDCProvider", "The specified OIDC provider not exists."},
		"OIDC with an unknown token":    {oidc(parameters{"OIDCToken": goodToken + "\n"}), 400, "AuthenticationFail.OIDCToken.Invalid", "This JsonWebToken is invalid."},
		"OIDC with a bad session name":  {oidc(parameters{"RoleSessionName": "?"}), 400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed."},
		"OIDC for a role that does not": {oidc(parameters{"RoleArn": partner}), 403, "NoPermission", noPermission},
		"OIDC with an expired token": {
			func(t *testing.T) *http.Request {
				t.Helper()
				time.Sleep(time.Minute)
				return assumeRoleWithOIDC(t, parameters{"OIDCToken": "for a minute"})
			}, 400, "AuthenticationFail.OIDCToken.Expired", "This JsonWebToken is expired.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := start(t, stsScenario())
				w := serve(s, test.request(t))
				var got map[string]string
				if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
					t.Fatalf("%v: %s", err, w.Body)
				}
				id := w.Header().Get("x-acs-request-id")
				want := map[string]string{
					"Code": test.code, "Message": test.message, "RequestId": id, "HostId": "sts.cn-hangzhou.aliyuncs.com",
					"Recommend": "https://api.aliyun.com/troubleshoot?product=Sts&q=" + test.code + "&requestId=" + id,
				}
				if diff := cmp.Diff(want, got); w.Code != test.status || id == "" || diff != "" {
					t.Errorf("status %d, want %d (-want +got):\n%s", w.Code, test.status, diff)
				}
				call := s.Calls()[0]
				if call.Code != test.code || call.Status != test.status || call.RequestID != id || call.Issued != "" {
					t.Errorf("remembered: %+v", call)
				}
			})
		})
	}
}

func TestOnlyASignedSTSRequestUsesUpItsNonce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := start(t, stsScenario())
		send := func(secret string, want string) {
			t.Helper()
			serve(s, assumeRole(t, acs3.Credentials{AccessKeyID: "testak", AccessKeySecret: secret}, parameters{"SignatureNonce": "n"}))
			all := s.Calls()
			if got := all[len(all)-1].Code; got != want {
				t.Errorf("%q, want %q", got, want)
			}
		}
		send("wrong", "SignatureDoesNotMatch")
		send("testsk", "")
		send("testsk", "SignatureNonceUsed")
		if w := serve(s, sign(t, unsigned(t.Context(), clusterID), longLived, "n")); w.Code != http.StatusOK {
			t.Errorf("ACK's nonces are others: %d", w.Code)
		}
		time.Sleep(2*gateway.ClockTolerance + 1)
		send("testsk", "")
	})
}

func TestARoleIsAssumedWithTheParametersItRequires(t *testing.T) {
	policy := `{"Version": "1", "Statement": [{"Effect": "Allow", "Action": "cs:*", "Resource": "*~+ é"}]}`
	for name, change := range map[string]parameters{
		"an external id":           {"RoleArn": partner, "ExternalId": "a+b=c"},
		"one that is not required": {"ExternalId": "x"},
		"a policy":                 {"Policy": policy},
		"the least time":           {"DurationSeconds": "900"},
		"the role's own most":      {"DurationSeconds": "43200"},
		"no time":                  {"DurationSeconds": nil},
		"the longest name":         {"RoleSessionName": strings.Repeat("a", 64)},
	} {
		t.Run(name, func(t *testing.T) {
			s := start(t, stsScenario())
			session(t, serve(s, assumeRole(t, longLived, change)))
			if got := s.Calls()[0]; name == "a policy" && got.Policy != policy || got.Issued == "" {
				t.Errorf("%+v", got)
			}
		})
	}
}
