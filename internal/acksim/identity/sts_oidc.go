package identity

import (
	"crypto/sha256"
	"net/url"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// oidcProvider knows the tokens of the scenario's OIDC provider, hashed, and until when each is good.
type oidcProvider struct {
	arn    string
	tokens map[[sha256.Size]byte]time.Time // Zero when it does not expire.
}

// newOIDCProvider returns the provider, whose time begins now. One that is nil knows no token.
func newOIDCProvider(o *scenario.OIDC, now time.Time) oidcProvider {
	if o == nil {
		return oidcProvider{}
	}
	p := oidcProvider{arn: o.ProviderARN, tokens: make(map[[sha256.Size]byte]time.Time)}
	for _, token := range o.Tokens {
		until := token.ExpiresAt
		if token.ExpiresAfter > 0 {
			until = now.Add(token.ExpiresAfter)
		}
		p.tokens[digest(token.Token)] = until
	}
	return p
}

// checkAssumeRoleWithOIDC decides whether the bearer of the token gets the session. The request is not signed: it has the token
// only.
func (s *Services) checkAssumeRoleWithOIDC(p url.Values, call *Call) (grant, *gateway.Rejection) {
	for _, name := range []string{"Timestamp", "OIDCProviderArn", "OIDCToken"} {
		if p.Get(name) == "" {
			return grant{}, rejectMissing(name)
		}
	}
	if rejection := gateway.CheckDate(p.Get("Timestamp"), call.Time); rejection != nil {
		return grant{}, rejection
	}
	requested, rejection := s.checkRole(p)
	if rejection != nil {
		return grant{}, rejection
	}
	if s.oidc.arn != p.Get("OIDCProviderArn") {
		return grant{}, gateway.Reject(gateway.OidcProviderNotFound)
	}
	until, ok := s.oidc.tokens[digest(p.Get("OIDCToken"))]
	switch {
	case !ok:
		return grant{}, gateway.Reject(gateway.OidcTokenInvalid)
	case !until.IsZero() && !call.Time.Before(until):
		return grant{}, gateway.Reject(gateway.OidcTokenExpired)
	case !slices.Contains(requested.role.Trusts, scenario.TrustOIDC):
		return grant{}, gateway.Reject(gateway.NoPermission)
	}
	return requested, nil
}

func digest(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }
