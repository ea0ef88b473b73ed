package credentials

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// fixture starts the services of a source. It returns the input that selects the source, and a replacer of what differs in each message.
type fixture func(t *testing.T) (in Input, hide *strings.Replacer)

var keyAndRole = Input{
	AccessKey: ptr("LTAI0123"), SecretKey: ptr("canary-secret"), SecurityToken: ptr("canary-token"), AssumeRole: &AssumeRole{RoleARN: ptr("acs:ram::1:role/r")},
	Getenv: environment(),
}

// sts is an STS with this response.
func sts(status int, body string) fixture {
	return func(t *testing.T) (Input, *strings.Replacer) {
		in := keyAndRole
		in.STSEndpoint = overTLS(t, respond(status, body))
		return in, strings.NewReplacer(*in.STSEndpoint, "STS")
	}
}

// stsWithToken is an STS with this response to a token of an identity provider.
func stsWithToken(status int, body string) fixture {
	return func(t *testing.T) (Input, *strings.Replacer) {
		in := Input{STSEndpoint: overTLS(t, respond(status, body)), Getenv: environment(), AssumeRoleWithOIDC: &AssumeRoleWithOIDC{
			OIDCProviderARN: ptr("acs:ram::1:oidc-provider/p"), RoleARN: ptr("acs:ram::1:role/r"), OIDCToken: ptr("canary-token"),
		}}
		return in, strings.NewReplacer(*in.STSEndpoint, "STS")
	}
}

// stsBehind is STS behind a proxy with this response to CONNECT.
func stsBehind(status int) fixture {
	return func(t *testing.T) (Input, *strings.Replacer) {
		in := keyAndRole
		in.STSEndpoint = ptr("sts.cn-hangzhou.aliyuncs.com")
		return in, throughProxy(t, respond(status, "<h1>canary</h1>"))
	}
}

// metadata is the metadata service, or a proxy in its place, with this response.
func metadata(status int, body string) fixture {
	return func(t *testing.T) (Input, *strings.Replacer) {
		return Input{ECSRoleName: ptr("node"), Getenv: environment()}, throughProxy(t, respond(status, body))
	}
}

// uri is a credentials URI with this response.
func uri(status int, body string) fixture {
	return func(t *testing.T) (Input, *strings.Replacer) {
		server := httptest.NewServer(respond(status, body))
		t.Cleanup(server.Close)
		return Input{CredentialsURI: ptr(server.URL + "/canary"), Getenv: environment()}, strings.NewReplacer(strings.TrimPrefix(server.URL, "http://"), "SERVER")
	}
}

func throughProxy(t *testing.T, handler http.HandlerFunc) *strings.Replacer {
	t.Helper()
	return strings.NewReplacer(asProxy(t, handler), "PROXY")
}

func respond(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

// Each response of STS, the metadata service and a credentials URI, and the whole message about it.
func TestResponsesOfTheCredentialServices(t *testing.T) {
	reject := func(code, message string) string {
		return fmt.Sprintf(`{"RequestId": "REQ-1", "HostId": "sts", "Code": %q, "Message": %q}`, code, message)
	}
	const forbidden, gateway = "<html><head><title>403 Forbidden</title></head><body>Access denied by policy</body></html>", "<html><h1>502 Bad Gateway</h1></html>"
	var all strings.Builder
	for _, test := range []struct {
		name    string
		fixture fixture
	}{
		{"STS: role may not be assumed", sts(403, reject("NoPermission", "You are not authorized to do this action. Resource: r Action: sts:AssumeRole"))},
		{"STS: key of the account itself", sts(403, reject("NoPermission", "Roles may not be assumed by root accounts."))},
		{"STS: denied by a policy", sts(403, reject("ImplicitDeny", "denied"))},
		{"STS: role does not exist", sts(404, reject("EntityNotExist.Role", "The role not exists: r."))},
		{"STS: malformed ARN", sts(400, reject("InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed."))},
		{"STS: session name", sts(400, reject("InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed."))},
		{"STS: session too long for the role", sts(400, reject("InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/1hr."))},
		{"STS: policy", sts(400, reject("InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check."))},
		{"STS: unknown key", sts(404, reject("InvalidAccessKeyId.NotFound", "Specified access key is not found."))},
		{"STS: disabled key", sts(403, reject("InvalidAccessKeyId.Inactive", "Specified access key is disabled."))},
		{"STS: wrong secret", sts(400, reject("SignatureDoesNotMatch", "Specified signature is not matched with our calculation. "+
			"server string to sign is:POST&%2F&AccessKeyId%3DLTAI0123%26Action%3DAssumeRole%26SecurityToken%3Dcanary%252Btoken%26SignatureNonce%3Dcanary"))},
		{"STS: expired credentials", sts(403, reject("InvalidSecurityToken.Expired", "Specified SecurityToken is expired."))},
		{"STS: token of another key", sts(403, reject("InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken canary-token mismatch with the AccessKey."))},
		{"STS: token is missing", sts(400, reject("MissingSecurityToken", "SecurityToken is mandatory for this action."))},
		{"STS: clock", sts(400, reject("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."))},
		{"STS: throttling", sts(400, reject("Throttling.User", "Request was denied due to user flow control."))},
		{"STS: failing", sts(500, reject("InternalError", "The request processing has failed due to some unknown error."))},
		{"STS: unavailable", sts(503, reject("ServiceUnavailable", "come back later"))},
		{"STS: unknown code", sts(400, reject("UserDisable", "The user is disabled."))},
		{"STS: a code without a message", sts(400, `{"Code": "Strange"}`)},
		{"STS: operation not offered", sts(404, reject("InvalidAction.NotFound", "Specified api is not found, please check your url and method."))},
		{"STS: without an Expiration", sts(200, `{"Credentials": {"AccessKeyId": "STS.x", "AccessKeySecret": "canary-secret", "SecurityToken": "canary-token"}}`)},
		{"STS: without credentials", sts(200, `{}`)},
		{"STS: page of a firewall", sts(403, forbidden)},
		{"STS: page of a gateway", sts(502, gateway)},
		{"STS: nothing", sts(503, "")},
		{"STS: proxy rejects", stsBehind(403)},
		{"STS: proxy requires a password", stsBehind(407)},
		{"STS: proxy fails", stsBehind(503)},
		{"STS: certificate", func(t *testing.T) (Input, *strings.Replacer) {
			in := keyAndRole
			in.STSEndpoint = overTLS(t, respond(200, ""))
			replaceTransport(t, &http.Transport{})
			return in, strings.NewReplacer(*in.STSEndpoint, "STS")
		}},
		{"STS: plain HTTP", func(t *testing.T) (Input, *strings.Replacer) {
			server := httptest.NewServer(respond(200, ""))
			t.Cleanup(server.Close)
			in := keyAndRole
			in.STSEndpoint = ptr(strings.TrimPrefix(server.URL, "http://"))
			return in, strings.NewReplacer(*in.STSEndpoint, "STS")
		}},
		{"STS: no connection", func(t *testing.T) (Input, *strings.Replacer) {
			server := httptest.NewServer(respond(200, ""))
			server.Close()
			in := keyAndRole
			in.STSEndpoint = ptr(strings.TrimPrefix(server.URL, "http://"))
			return in, strings.NewReplacer(*in.STSEndpoint, "STS")
		}},
		{"OIDC: expired token", stsWithToken(400, reject("AuthenticationFail.OIDCToken.Expired", "This OIDC token canary-token is expired."))},
		{"OIDC: token of another provider", stsWithToken(400, reject("AuthenticationFail.OIDCToken.Invalid", "Verify signature failed."))},
		{"OIDC: role may not be assumed", stsWithToken(403, reject("NoPermission", "You are not authorized to do this action."))},
		{"metadata: no such role", metadata(404, "<h1>404 - Not Found</h1>")},
		{"metadata: forbidden", metadata(403, forbidden)},
		{"metadata: proxy requires a password", metadata(407, "")},
		{"metadata: page of a gateway", metadata(502, gateway)},
		{"metadata: throttling", metadata(429, "")},
		{"metadata: not JSON", metadata(200, "canary")},
		{"metadata: failed", metadata(200, `{"Code": "Failed", "AccessKeyId": "STS.x", "AccessKeySecret": "canary-secret", "SecurityToken": "canary-token"}`)},
		{"metadata: without an Expiration", metadata(200, `{"Code": "Success", "AccessKeyId": "STS.x", "AccessKeySecret": "canary-secret", "SecurityToken": "canary-token"}`)},
		{"URI: forbidden", uri(403, forbidden)},
		{"URI: not found", uri(404, "canary")},
		{"URI: failing", uri(500, "canary")},
		{"URI: refuses", uri(200, `{"Code": "Failed", "AccessKeySecret": "canary"}`)},
		{"URI: refuses, and says why", uri(403, reject("NoPermission", "Not yours. AccessKeySecret=canary"))},
		{"URI: not JSON", uri(200, "canary")},
		{"URI: without a key", uri(200, `{"Code": "Success", "AccessKeySecret": "canary"}`)},
		{"URI: proxy rejects", func(t *testing.T) (Input, *strings.Replacer) {
			return Input{CredentialsURI: ptr("http://credentials.example/canary"), Getenv: environment()}, throughProxy(t, respond(403, forbidden))
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			in, hide := test.fixture(t)
			text := hide.Replace(messageOf(t, in))
			if strings.Contains(text, "canary") {
				t.Errorf("a secret is shown: %s", text)
			}
			fmt.Fprintf(&all, "== %s\n%s\n\n", test.name, text)
		})
	}
	golden(t, "testdata/responses.txt", all.String())
}
