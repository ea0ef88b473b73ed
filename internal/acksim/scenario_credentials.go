package acksim

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Role is a role that sessions can be had of.
type Role struct {
	// ARN names it: acs:ram::<account>:role/<name>.
	ARN string
	// Trusts are those who may assume it: ids of access keys, ARNs of roles, whose sessions may then, and "oidc" for whoever
	// shows a token of the scenario's OIDC provider. At least one.
	Trusts []string
	// ExternalID, when not empty, must come with the call that assumes it.
	ExternalID string
	// MaxSeconds is how long a session may be asked to last, 3600 to 43200; 0 means 3600, as for a role of RAM's.
	MaxSeconds int
	// SessionSeconds, when not 0, is how long a session lasts at most, however long it was asked to.
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
	// V1 serves those who bring no token too. A scenario file that does not say is true.
	V1 bool
	// SessionSeconds is how long a session lasts; 0 means six hours. Each one that is asked for is a new one.
	SessionSeconds int
}

// CredentialsURI is a service of the user's own that hands out sessions.
type CredentialsURI struct {
	// Path is where it is.
	Path string
	// RoleARN is the role that it hands sessions out of; empty for one in a made-up account.
	RoleARN string
	// SessionSeconds is how long a session lasts; 0 means an hour. Each one that is asked for is a new one.
	SessionSeconds int
	// Code is what it answers as Code, beside a good session whatever it says; empty means Success.
	Code string
	// NoExpiration leaves the Expiration out.
	NoExpiration bool
	// HTTP, when not nil, is what it answers instead.
	HTTP *HTTPAnswer
}

// madeUpAccount is the account of the roles whose ARN the scenario does not give.
const madeUpAccount = "acs:ram::1234567890123456:role/"

func (r Role) maxSeconds() int { return orElse(r.MaxSeconds, defaultSessionSeconds) }

func (m *Metadata) roleARN() string { return orElse(m.RoleARN, madeUpAccount+m.Role) }

func (m *Metadata) sessionSeconds() int { return orElse(m.SessionSeconds, 6*60*60) }

func (u *CredentialsURI) roleARN() string { return orElse(u.RoleARN, madeUpAccount+"credentials-uri") }

func (u *CredentialsURI) sessionSeconds() int { return orElse(u.SessionSeconds, defaultSessionSeconds) }

func orElse[T comparable](value, otherwise T) T {
	var zero T
	if value == zero {
		return otherwise
	}
	return value
}

var oidcProviderARN = regexp.MustCompile(`^acs:ram::[0-9]+:oidc-provider/[A-Za-z0-9.@_-]+$`)

// checkCredentials reports the first thing that is wrong with what hands out credentials.
func (s *Scenario) checkCredentials() error {
	if err := s.checkRoles(); err != nil {
		return err
	}
	if err := s.OIDC.check(); err != nil {
		return err
	}
	if err := s.Metadata.check(); err != nil {
		return err
	}
	return s.CredentialsURI.check()
}

func (s *Scenario) checkRoles() error {
	arns := make(map[string]bool)
	for i, role := range s.Roles {
		field := fmt.Sprintf("roles[%d]", i)
		if err := checkRoleARN(field+".arn", role.ARN); err != nil {
			return err
		}
		switch {
		case arns[role.ARN]:
			return faulty(field+".arn", "%q is there twice: give each role an ARN of its own", role.ARN)
		case len(role.Trusts) == 0:
			return faulty(field+".trusts", `nobody may assume it: name an access key's id, a role's ARN, or "oidc"`)
		case role.MaxSeconds != 0 && (role.MaxSeconds < defaultSessionSeconds || role.MaxSeconds > maxSessionSeconds):
			return faulty(field+".max_seconds", "%d is not a maximum that a role can have: give 3600 to 43200", role.MaxSeconds)
		case role.SessionSeconds < 0 || role.SessionSeconds > role.maxSeconds():
			return faulty(field+".session_seconds", "%d is not a length that a session of this role can have: give 1 to %d",
				role.SessionSeconds, role.maxSeconds())
		}
		for j, trusted := range role.Trusts {
			if !s.knows(trusted) {
				return faulty(fmt.Sprintf("%s.trusts[%d]", field, j), "nobody here is %q: name the id of one of access_keys, "+
					`the ARN of one of roles, of metadata or of credentials_uri, or "oidc" if there is oidc`, trusted)
			}
		}
		arns[role.ARN] = true
	}
	return nil
}

// knows reports whether somebody of that name can ask for a role.
func (s *Scenario) knows(trusted string) bool {
	return s.OIDC != nil && trusted == trustOIDC ||
		slices.ContainsFunc(s.AccessKeys, func(key AccessKey) bool { return key.ID == trusted }) ||
		slices.ContainsFunc(s.Roles, func(role Role) bool { return role.ARN == trusted }) ||
		s.Metadata != nil && s.Metadata.roleARN() == trusted ||
		s.CredentialsURI != nil && s.CredentialsURI.roleARN() == trusted
}

func (o *OIDC) check() error {
	if o == nil {
		return nil
	}
	if !oidcProviderARN.MatchString(o.ProviderARN) {
		return faulty("oidc.provider_arn", "%q is not the ARN of an OIDC provider: write acs:ram::<account>:oidc-provider/<name>",
			o.ProviderARN)
	}
	if len(o.Tokens) == 0 {
		return faulty("oidc.tokens", `there is no token to show: give at least one, [{"token": "..."}]`)
	}
	tokens := make(map[string]bool)
	for i, token := range o.Tokens {
		field := fmt.Sprintf("oidc.tokens[%d]", i)
		switch {
		case len(token.Token) < 4 || len(token.Token) > 20000:
			return faulty(field+".token", "it has %d characters: give 4 to 20000", len(token.Token))
		case tokens[token.Token]:
			return faulty(field+".token", "another token is the same: leave one of them out")
		}
		if err := checkExpires(field+".expires", token.ExpiresAfter, token.ExpiresAt); err != nil {
			return err
		}
		tokens[token.Token] = true
	}
	return nil
}

func (m *Metadata) check() error {
	if m == nil {
		return nil
	}
	if !roleARN.MatchString(madeUpAccount + m.Role) {
		return faulty("metadata.role", "%q is not the name of a role: use 1 to 64 letters, digits and any of .@_-", m.Role)
	}
	if m.RoleARN != "" {
		if err := checkRoleARN("metadata.role_arn", m.RoleARN); err != nil {
			return err
		}
		if !strings.HasSuffix(m.RoleARN, "/"+m.Role) {
			return faulty("metadata.role_arn", "%q is not the ARN of %q: it must end in the role's name", m.RoleARN, m.Role)
		}
	}
	return checkSessionSeconds("metadata.session_seconds", m.SessionSeconds)
}

func (u *CredentialsURI) check() error {
	if u == nil {
		return nil
	}
	if err := u.checkPath(); err != nil {
		return err
	}
	if u.RoleARN != "" {
		if err := checkRoleARN("credentials_uri.role_arn", u.RoleARN); err != nil {
			return err
		}
	}
	if u.HTTP != nil {
		if u.Code != "" || u.NoExpiration {
			return faulty("credentials_uri", "there is http, and what else to answer: leave out http, or code and no_expiration")
		}
		if err := u.HTTP.check("credentials_uri.http"); err != nil {
			return err
		}
	}
	return checkSessionSeconds("credentials_uri.session_seconds", u.SessionSeconds)
}

func (u *CredentialsURI) checkPath() error {
	switch {
	case len(u.Path) < 2 || u.Path[0] != '/' || strings.ContainsFunc(u.Path, notInPath):
		return faulty("credentials_uri.path", "%q is not a path to serve: write /, and letters, digits and any of .-_/", u.Path)
	case strings.HasPrefix(u.Path, pathBefore):
		return faulty("credentials_uri.path", "%q is where ACK has its clusters: take another path", u.Path)
	}
	return nil
}

func notInPath(r rune) bool { return r != '/' && notInKeyID(r) }

func checkRoleARN(field, arn string) error {
	if !roleARN.MatchString(arn) {
		return faulty(field, "%q is not the ARN of a role: write acs:ram::<account>:role/<name>", arn)
	}
	return nil
}

func checkSessionSeconds(field string, seconds int) error {
	if seconds < 0 || seconds > maxSessionSeconds {
		return faulty(field, "%d is not a length that a session can have: give 1 to %d", seconds, maxSessionSeconds)
	}
	return nil
}

// checkExpires checks what can be a duration or a time.
func checkExpires(field string, after time.Duration, at time.Time) error {
	switch {
	case after != 0 && !at.IsZero():
		return faulty(field, "there is a duration and a time: give one of them")
	case after < 0:
		return faulty(field, "%s is in the past: give a positive duration, or a time", after)
	}
	return nil
}
