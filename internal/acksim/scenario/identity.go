package scenario

import (
	"cmp"
	"regexp"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// Role is a role that sessions can be had of.
type Role struct {
	// ARN names it: acs:ram::<account>:role/<name>.
	ARN string
	// Trusts are those who may assume it: ids of access keys, ARNs of roles, for their sessions, and "oidc" for the bearers of a
	// token of the scenario's OIDC provider. At least one.
	Trusts []string
	// ExternalID, when not empty, must come with the call that assumes it.
	ExternalID string
	// MaxSeconds is the maximum duration that a request for a session can have, 3600 to 43200; 0 means 3600, as in RAM.
	MaxSeconds int
	// SessionSeconds, if not 0, is the maximum duration of a session, also if more is requested.
	SessionSeconds int
}

// OIDC is an identity provider that roles can trust.
type OIDC struct {
	// ProviderARN names it: acs:ram::<account>:oidc-provider/<name>.
	ProviderARN string
	// Tokens are the tokens that it has issued: at least one. They are compared as they are, and need not be JSON Web
	// Tokens.
	Tokens []OIDCToken
}

// OIDCToken is one token of an identity provider.
type OIDCToken struct {
	// Token is the token itself: 4 to 20000 characters.
	Token string
	// ExpiresAfter, when not zero, says how long it is good from the start of the simulator. Zero and a zero ExpiresAt mean
	// for ever.
	ExpiresAfter time.Duration
	// ExpiresAt, when not zero, says until when it is good.
	ExpiresAt time.Time
}

// Metadata is the metadata service of an ECS instance that has a role.
type Metadata struct {
	// Role is the name of the instance's role.
	Role string
	// RoleARN is its ARN; empty for one in a made-up account.
	RoleARN string
	// V1 accepts requests without a token too. The default in a scenario file is true.
	V1 bool
	// SessionSeconds is the duration of a session; 0 means six hours. Each request gets a new one.
	SessionSeconds int
}

// CredentialsURI is a service of the user's own that hands out sessions.
type CredentialsURI struct {
	// Path is where it is.
	Path string
	// RoleARN is the role that it hands sessions out of; empty for one in a made-up account.
	RoleARN string
	// SessionSeconds is the duration of a session; 0 means an hour. Each request gets a new one.
	SessionSeconds int
	// Code is the Code in its response, which has a valid session with every code; empty means Success.
	Code string
	// NoExpiration leaves the Expiration out.
	NoExpiration bool
	// HTTP, when not nil, is its response instead.
	HTTP *response.Raw
}

// MadeUpAccount is the account of the roles whose ARN the scenario does not give.
const MadeUpAccount = "acs:ram::1234567890123456:role/"

// The limits of a session, as the API reference has them.
const (
	DefaultSessionSeconds = 3600
	MaxSessionSeconds     = 43200
)

// TrustOIDC is how a role says that it trusts the scenario's OIDC provider.
const TrustOIDC = "oidc"

// LongestSession returns the maximum duration in seconds that a request for a session can have.
func (r Role) LongestSession() int { return cmp.Or(r.MaxSeconds, DefaultSessionSeconds) }

// ARN returns the ARN of the instance's role.
func (m *Metadata) ARN() string { return cmp.Or(m.RoleARN, MadeUpAccount+m.Role) }

// SessionLength returns how many seconds a session lasts.
func (m *Metadata) SessionLength() int { return cmp.Or(m.SessionSeconds, 6*60*60) }

// ARN returns the ARN of the role that sessions are handed out of.
func (u *CredentialsURI) ARN() string { return cmp.Or(u.RoleARN, MadeUpAccount+"credentials-uri") }

// SessionLength returns how many seconds a session lasts.
func (u *CredentialsURI) SessionLength() int { return cmp.Or(u.SessionSeconds, DefaultSessionSeconds) }

// RoleARN is the form of a role's ARN.
var RoleARN = regexp.MustCompile(`^acs:ram::[0-9]+:role/([A-Za-z0-9.@_-]{1,64})$`)

// oidcProviderARN is the form of an OIDC provider's ARN.
var oidcProviderARN = regexp.MustCompile(`^acs:ram::[0-9]+:oidc-provider/[A-Za-z0-9.@_-]+$`)
