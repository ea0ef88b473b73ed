package scenario

import (
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

func (r reader) roles(roles *[]Role) document.Read {
	return r.Array(func(at string, n document.Node) error {
		var role Role
		err := r.Object(at, n, map[string]document.Read{
			"arn": document.Text(&role.ARN),
			"trusts": r.Array(func(at string, n document.Node) error {
				role.Trusts = append(role.Trusts, "")
				return document.Text(&role.Trusts[len(role.Trusts)-1])(at, n)
			}),
			"external_id":     document.Text(&role.ExternalID),
			"max_seconds":     document.Number(&role.MaxSeconds),
			"session_seconds": document.Number(&role.SessionSeconds),
		})
		*roles = append(*roles, role)
		return err
	})
}

func (r reader) oidc(to **OIDC) document.Read {
	return func(at string, n document.Node) error {
		oidc := &OIDC{}
		*to = oidc
		return r.Object(at, n, map[string]document.Read{
			"provider_arn": document.Text(&oidc.ProviderARN),
			"tokens": r.Array(func(at string, n document.Node) error {
				var token OIDCToken
				err := r.Object(at, n, map[string]document.Read{
					"token":   document.Text(&token.Token),
					"expires": document.Expires(&token.ExpiresAfter, &token.ExpiresAt),
				})
				oidc.Tokens = append(oidc.Tokens, token)
				return err
			}),
		})
	}
}

func (r reader) metadata(to **Metadata) document.Read {
	return func(at string, n document.Node) error {
		metadata := &Metadata{V1: true}
		*to = metadata
		return r.Object(at, n, map[string]document.Read{
			"role":            document.Text(&metadata.Role),
			"role_arn":        document.Text(&metadata.RoleARN),
			"v1":              document.Boolean(&metadata.V1),
			"session_seconds": document.Number(&metadata.SessionSeconds),
		})
	}
}

func (r reader) credentialsURI(to **CredentialsURI) document.Read {
	return func(at string, n document.Node) error {
		uri := &CredentialsURI{}
		*to = uri
		return r.Object(at, n, map[string]document.Read{
			"path":            document.Text(&uri.Path),
			"role_arn":        document.Text(&uri.RoleARN),
			"session_seconds": document.Number(&uri.SessionSeconds),
			"code":            document.Text(&uri.Code),
			"no_expiration":   document.Boolean(&uri.NoExpiration),
			"http":            response.ReadRaw(r.Reader, &uri.HTTP),
		})
	}
}
