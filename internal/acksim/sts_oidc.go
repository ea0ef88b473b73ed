package acksim

import (
	"crypto/sha256"
	"net/url"
	"slices"
	"time"
)

// trustOIDC is how a role says that it trusts the scenario's OIDC provider.
const trustOIDC = "oidc"

// oidcProvider knows the tokens of the scenario's OIDC provider, hashed, and until when each is good.
type oidcProvider struct {
	arn    string
	tokens map[[sha256.Size]byte]time.Time // Zero when it does not expire.
}

// newOIDCProvider returns the provider, whose time begins now. One that is nil knows no token.
func newOIDCProvider(o *OIDC, now time.Time) oidcProvider {
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

// checkAssumeRoleWithOIDC decides whether whoever shows the token gets the session asked for. Nothing is signed: the token
// is all there is.
func (s *Simulator) checkAssumeRoleWithOIDC(p url.Values, call *Call) (grant, *refusal) {
	for _, name := range []string{"Timestamp", "OIDCProviderArn", "OIDCToken"} {
		if p.Get(name) == "" {
			return grant{}, refuseMissing(name)
		}
	}
	if no := checkDate(p.Get("Timestamp"), call.Time); no != nil {
		return grant{}, no
	}
	asked, no := s.checkRole(p)
	if no != nil {
		return grant{}, no
	}
	if s.oidc.arn != p.Get("OIDCProviderArn") {
		return grant{}, refuse(oidcProviderNotFound)
	}
	until, ok := s.oidc.tokens[digest(p.Get("OIDCToken"))]
	switch {
	case !ok:
		return grant{}, refuse(oidcTokenInvalid)
	case !until.IsZero() && !call.Time.Before(until):
		return grant{}, refuse(oidcTokenExpired)
	case !slices.Contains(asked.role.Trusts, trustOIDC):
		return grant{}, refuse(noPermission)
	}
	return asked, nil
}

func digest(s string) [sha256.Size]byte { return sha256.Sum256([]byte(s)) }
