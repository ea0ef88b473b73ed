package identity

import (
	"crypto/rand"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// Service is one of the credential services.
type Service string

// The credential services.
const (
	// STS is the Security Token Service: POST / with an Action. The clients speak HTTPS to it and nothing else.
	STS Service = "sts"
	// Metadata is the metadata service of an ECS instance, http://100.100.100.200. It is reached through a proxy:
	// HTTP_PROXY names the simulator, on a Server without TLS, because net/http gets no plain HTTP through one with.
	Metadata Service = "metadata"
	// CredentialsURI is a credentials URI, at the path that the scenario gives it.
	CredentialsURI Service = "credentials_uri"
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

// Services plays the credential services. It is safe for concurrent use, and knows all keys: it implements gateway.Keys.
type Services struct {
	// All in this group is only read.
	roles          map[string]scenario.Role
	oidc           oidcProvider
	metadata       *scenario.Metadata
	credentialsURI *scenario.CredentialsURI
	metadataKey    []byte // Signs the metadata service's tokens.

	stsNonces gateway.Nonces

	mu       sync.Mutex
	keyring  keyring
	failures map[Service]failure
}

// New returns the services of a scenario, whose time begins now.
func New(s *scenario.Scenario, now time.Time) *Services {
	services := &Services{
		roles:          make(map[string]scenario.Role),
		oidc:           newOIDCProvider(s.OIDC, now),
		metadata:       clone(s.Metadata),
		credentialsURI: clone(s.CredentialsURI),
		metadataKey:    []byte(rand.Text()),
		keyring:        newKeyring(s.AccessKeys, now),
		failures:       make(map[Service]failure),
	}
	for _, role := range s.Roles {
		role.Trusts = slices.Clone(role.Trusts)
		services.roles[role.ARN] = role
	}
	return services
}

// clone returns a shallow copy of what p points to, or nil.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// For returns the service that r is for; an empty one for ACK.
func (s *Services) For(r *http.Request) Service {
	switch path := r.URL.Path; {
	case isMetadata(r.Host):
		return Metadata
	case s.credentialsURI != nil && path == s.credentialsURI.Path:
		return CredentialsURI
	case (path == "/" || path == "") && (r.Method == http.MethodPost || r.URL.Query().Has("Action")):
		return STS
	}
	return ""
}

// isMetadata takes the Host header, which a request to a proxy has from its absolute URL.
func isMetadata(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return host == metadataHost
}

// Serve responds to a call of a service, and records it before it sends the response.
func (s *Services) Serve(w http.ResponseWriter, r *http.Request, service Service, remember func(Call)) {
	call := Call{
		Time: time.Now(), Service: service, Method: r.Method, Path: r.URL.EscapedPath(), UserAgent: r.UserAgent(),
	}
	respond := map[Service]func(*http.Request, *Call) response.Response{
		STS: s.respondSTS, Metadata: s.respondMetadata, CredentialsURI: s.respondCredentialsURI,
	}[service]
	responded := respond(r, &call)
	call.Status = responded.Status
	remember(call)

	s.mu.Lock()
	delay := s.failures[service].delay
	s.mu.Unlock()
	if delay > 0 {
		fault.Unbound(w)
		if !fault.Pause(r.Context(), delay) {
			return // The client has left.
		}
	}
	responded.Write(w)
}

// issue makes a session of a service, valid for the given seconds, unless the service must fail now. It records the session in the
// call.
func (s *Services) issue(role, session string, seconds int, call *Call) (issued credentials, failure *response.Raw) {
	// Whole seconds, because a response has no others, and the session must end when the response says so.
	until := call.Time.Add(time.Duration(seconds) * time.Second).Truncate(time.Second)

	s.mu.Lock()
	defer s.mu.Unlock()
	if failure := s.fail(call); failure != nil {
		return credentials{}, failure
	}
	issued = s.keyring.issue(role, session, until)
	call.Issued = issued.AccessKeyID
	if failure := s.failures[call.Service]; failure.expirations > 0 {
		failure.expirations--
		s.failures[call.Service] = failure
		issued.Expiration = ""
	}
	return issued, nil
}
