package acksim

import "net/http"

// credentialsURISession names the sessions that a credentials URI hands out.
const credentialsURISession = "credentials-uri"

// answerCredentialsURI plays a credentials URI: a service of the user's own, which hands sessions out for nothing.
func (s *Simulator) answerCredentialsURI(r *http.Request, call *Call) reply {
	uri := s.credentialsURI
	if r.Method != http.MethodGet {
		return newReply(http.StatusMethodNotAllowed, "text/plain", []byte("only GET is served here"))
	}
	if uri.HTTP != nil {
		return s.unlessFailing(call, uri.HTTP.reply)
	}
	issued, failure := s.issue(uri.roleARN(), credentialsURISession, uri.sessionSeconds(), call)
	if failure != nil {
		return failure.reply()
	}
	if uri.NoExpiration {
		issued.Expiration = ""
	}
	code := uri.Code
	if code == "" {
		code = "Success"
	}
	return newReply(http.StatusOK, "application/json", encodeJSON(struct {
		Code string
		credentials
	}{code, issued}))
}
