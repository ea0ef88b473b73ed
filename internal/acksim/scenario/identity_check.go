package scenario

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
)

// checkIdentity reports the first thing that is wrong with the credential services.
func (s *Scenario) checkIdentity() error {
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
			return document.Errorf(field+".arn", "duplicate ARN %q: give each role its own ARN", role.ARN)
		case len(role.Trusts) == 0:
			return document.Errorf(field+".trusts", `no identity can assume it: name an access key's id, a role's ARN, or "oidc"`)
		case role.MaxSeconds != 0 && (role.MaxSeconds < DefaultSessionSeconds || role.MaxSeconds > MaxSessionSeconds):
			return document.Errorf(field+".max_seconds", "%d is not a maximum that a role can have: give 3600 to 43200", role.MaxSeconds)
		case role.SessionSeconds < 0 || role.SessionSeconds > role.LongestSession():
			return document.Errorf(field+".session_seconds", "%d is not a length that a session of this role can have: give 1 to %d",
				role.SessionSeconds, role.LongestSession())
		}
		for j, trusted := range role.Trusts {
			if !s.knows(trusted) {
				return document.Errorf(fmt.Sprintf("%s.trusts[%d]", field, j), "unknown identity %q: use the id of one of access_keys, "+
					`the ARN of one of roles, of metadata or of credentials_uri, or "oidc" if there is oidc`, trusted)
			}
		}
		arns[role.ARN] = true
	}
	return nil
}

// knows reports whether the scenario has a client of that name, which can assume a role.
func (s *Scenario) knows(trusted string) bool {
	return s.OIDC != nil && trusted == TrustOIDC || slices.Contains(s.Identities(), trusted)
}

// Identities returns all that can sign a request: the ids of access keys, and the ARNs of roles whose sessions do.
func (s *Scenario) Identities() []string {
	var all []string
	for _, key := range s.AccessKeys {
		all = append(all, key.ID)
	}
	for _, role := range s.Roles {
		all = append(all, role.ARN)
	}
	if s.Metadata != nil {
		all = append(all, s.Metadata.ARN())
	}
	if s.CredentialsURI != nil {
		all = append(all, s.CredentialsURI.ARN())
	}
	return all
}

func (o *OIDC) check() error {
	if o == nil {
		return nil
	}
	if !oidcProviderARN.MatchString(o.ProviderARN) {
		return document.Errorf("oidc.provider_arn", "%q is not the ARN of an OIDC provider: write acs:ram::<account>:oidc-provider/<name>",
			o.ProviderARN)
	}
	if len(o.Tokens) == 0 {
		return document.Errorf("oidc.tokens", `there is no token to show: give at least one, [{"token": "..."}]`)
	}
	tokens := make(map[string]bool)
	for i, token := range o.Tokens {
		field := fmt.Sprintf("oidc.tokens[%d]", i)
		switch {
		case len(token.Token) < 4 || len(token.Token) > 20000:
			return document.Errorf(field+".token", "it has %d characters: give 4 to 20000", len(token.Token))
		case tokens[token.Token]:
			return document.Errorf(field+".token", "another token is the same: leave one of them out")
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
	if !RoleARN.MatchString(MadeUpAccount + m.Role) {
		return document.Errorf("metadata.role", "%q is not the name of a role: use 1 to 64 letters, digits and any of .@_-", m.Role)
	}
	if m.RoleARN != "" {
		if err := checkRoleARN("metadata.role_arn", m.RoleARN); err != nil {
			return err
		}
		if !strings.HasSuffix(m.RoleARN, "/"+m.Role) {
			return document.Errorf("metadata.role_arn", "%q is not the ARN of %q: it must end in the role's name", m.RoleARN, m.Role)
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
			return document.Errorf("credentials_uri", "it has http besides code or no_expiration: leave out http, or the others")
		}
		if err := u.HTTP.Check("credentials_uri.http"); err != nil {
			return err
		}
	}
	return checkSessionSeconds("credentials_uri.session_seconds", u.SessionSeconds)
}

func (u *CredentialsURI) checkPath() error {
	switch {
	case len(u.Path) < 2 || u.Path[0] != '/' || strings.ContainsFunc(u.Path, notInPath):
		return document.Errorf("credentials_uri.path", "%q is not a path to serve: write /, and letters, digits and any of .-_/", u.Path)
	case isClusterPath(u.Path):
		return document.Errorf("credentials_uri.path", "%q is where ACK has its clusters: take another path", u.Path)
	}
	return nil
}

// isClusterPath reports whether a path is one that an operation of ACK could have.
func isClusterPath(path string) bool {
	for _, o := range operation.All() {
		if prefix, _, _ := strings.Cut(o.Path, "{"); strings.HasPrefix(path, prefix) {
			return true
		}
	}
	return false
}

func notInPath(r rune) bool { return r != '/' && document.NotInName(r) }

func checkRoleARN(field, arn string) error {
	if !RoleARN.MatchString(arn) {
		return document.Errorf(field, "%q is not the ARN of a role: write acs:ram::<account>:role/<name>", arn)
	}
	return nil
}

func checkSessionSeconds(field string, seconds int) error {
	if seconds < 0 || seconds > MaxSessionSeconds {
		return document.Errorf(field, "%d is not a length that a session can have: give 1 to %d", seconds, MaxSessionSeconds)
	}
	return nil
}

// checkExpires checks what can be a duration or a time.
func checkExpires(field string, after time.Duration, at time.Time) error {
	switch {
	case after != 0 && !at.IsZero():
		return document.Errorf(field, "it has a duration and a time: give one of them")
	case after < 0:
		return document.Errorf(field, "%s is in the past: give a positive duration, or a time", after)
	}
	return nil
}
