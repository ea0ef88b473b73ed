package acksim

import (
	"net"
	"net/http"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// Service is one of the services that hand out credentials.
type Service string

// The services that hand out credentials.
const (
	// ServiceSTS is the Security Token Service: POST / with an Action. The clients speak HTTPS to it and nothing else.
	ServiceSTS Service = "sts"
	// ServiceMetadata is the metadata service of an ECS instance, http://100.100.100.200. It is reached through a proxy:
	// HTTP_PROXY names the simulator, on a Server without TLS, because net/http gets no plain HTTP through one with.
	ServiceMetadata Service = "metadata"
	// ServiceCredentialsURI is a credentials URI, at the path that the scenario gives it.
	ServiceCredentialsURI Service = "credentials_uri"
)

// dateFormat is how all of them write times, which are in UTC.
const dateFormat = acs3.DateFormat

// metadataHost is where each ECS instance finds its metadata.
const metadataHost = "100.100.100.200"

// credentials are those of a session, as STS lists them. No Expiration is left out.
type credentials struct {
	SecurityToken   string
	AccessKeyID     string `json:"AccessKeyId"          xml:"AccessKeyId"`
	AccessKeySecret string
	Expiration      string `json:",omitempty" xml:",omitempty"`
}

// serviceFor returns the service that r is for, and what plays it; an empty one for ACK.
func (s *Simulator) serviceFor(r *http.Request) (Service, func(*http.Request, *Call) reply) {
	switch path := r.URL.Path; {
	case isMetadata(r.Host):
		return ServiceMetadata, s.answerMetadata
	case s.credentialsURI != nil && path == s.credentialsURI.Path:
		return ServiceCredentialsURI, s.answerCredentialsURI
	case (path == "/" || path == "") && (r.Method == http.MethodPost || r.URL.Query().Has("Action")):
		return ServiceSTS, s.answerSTS
	}
	return "", nil
}

// isMetadata takes the Host header, which a request to a proxy has from its absolute URL.
func isMetadata(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return host == metadataHost
}

// serve answers a call of a service, and remembers it before the answer goes out.
func (s *Simulator) serve(w http.ResponseWriter, r *http.Request, service Service, answer func(*http.Request, *Call) reply) {
	call := Call{
		Time: time.Now(), Service: service, Method: clip(r.Method), Path: clip(r.URL.EscapedPath()),
		UserAgent: clip(r.UserAgent()),
	}
	answered := answer(r, &call)
	call.Status = answered.status

	s.mu.Lock()
	s.calls.add(call)
	onCall, delay := s.onCall, s.serviceFaults[service].delay
	s.mu.Unlock()
	if onCall != nil {
		onCall(call)
	}
	if delay > 0 {
		unbound(w)
		if !pause(r.Context(), delay) {
			return // There is nobody left to answer.
		}
	}
	answered.write(w)
}

// issue makes a session that a service hands out, good for the given seconds, unless the service is told to fail now. It
// tells the call of it.
func (s *Simulator) issue(role, session string, seconds int, call *Call) (issued credentials, failure *HTTPAnswer) {
	// Whole seconds, because an answer has no others, and the session must end when the answer says so.
	until := call.Time.Add(time.Duration(seconds) * time.Second).Truncate(time.Second)

	s.mu.Lock()
	defer s.mu.Unlock()
	if failure := s.fail(call); failure != nil {
		return credentials{}, failure
	}
	issued = s.keyring.issue(role, session, until)
	call.Issued = issued.AccessKeyID
	if fault := s.serviceFaults[call.Service]; fault.expirations > 0 {
		fault.expirations--
		s.serviceFaults[call.Service] = fault
		issued.Expiration = ""
	}
	return issued, nil
}
