package identity

import (
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// CredentialsURISession names the sessions that a credentials URI hands out.
const CredentialsURISession = "credentials-uri"

// respondCredentialsURI plays a credentials URI: a service of the user's own, which hands sessions out for nothing.
func (s *Services) respondCredentialsURI(r *http.Request, call *Call) response.Response {
	uri := s.credentialsURI
	if r.Method != http.MethodGet {
		return response.New(http.StatusMethodNotAllowed, "text/plain", []byte("only GET is served here"))
	}
	if uri.HTTP != nil {
		return s.unlessFailing(call, uri.HTTP.Response)
	}
	issued, failure := s.issue(uri.ARN(), CredentialsURISession, uri.SessionLength(), call)
	if failure != nil {
		return failure.Response()
	}
	if uri.NoExpiration {
		issued.Expiration = ""
	}
	code := uri.Code
	if code == "" {
		code = "Success"
	}
	return response.New(http.StatusOK, "application/json", response.EncodeJSON(struct {
		Code string
		credentials
	}{code, issued}))
}
