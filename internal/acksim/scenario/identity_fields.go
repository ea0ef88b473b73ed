package scenario

import (
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// roleFields are the fields of a role.
var roleFields = []document.Field[Role]{
	document.Value("arn", "acs:ram::<account>:role/<name>", document.Text, func(r *Role) *string { return &r.ARN }).Required(),
	document.Nested("trusts", `who may assume it: ids of access keys, ARNs of roles, "oidc"`, func(r document.Reader, role *Role) document.Read {
		return document.Strings(r, &role.Trusts)
	}).Required(),
	document.Value("external_id", "if set, required in the request", document.Text, func(r *Role) *string { return &r.ExternalID }),
	document.Value("max_seconds", "the maximum duration of a request, 3600 (default) to 43200", document.Number, func(r *Role) *int { return &r.MaxSeconds }),
	document.Value("session_seconds", "the maximum duration of a session, also if more is requested", document.Number, func(r *Role) *int { return &r.SessionSeconds }),
}

// oidcFields are the fields of an identity provider, and oidcTokenFields those of its tokens.
var (
	oidcFields = []document.Field[OIDC]{
		document.Value("provider_arn", "acs:ram::<account>:oidc-provider/<name>", document.Text, func(o *OIDC) *string { return &o.ProviderARN }).Required(),
		document.Nested("tokens", `the tokens that it has issued: each a token, which may have "expires"`, func(r document.Reader, o *OIDC) document.Read {
			return document.Objects(r, oidcTokenFields, &o.Tokens)
		}).Required(),
	}
	oidcTokenFields = []document.Field[OIDCToken]{
		document.Value("token", "4 to 20000 characters", document.Text, func(t *OIDCToken) *string { return &t.Token }).Required(),
		document.Nested("expires", "as for an access key", func(_ document.Reader, t *OIDCToken) document.Read {
			return document.Expires(&t.ExpiresAfter, &t.ExpiresAt)
		}),
	}
)

// metadataFields are the fields of a metadata service.
var metadataFields = []document.Field[Metadata]{
	document.Value("role", "the name of the instance's role", document.Text, func(m *Metadata) *string { return &m.Role }).Required(),
	document.Value("role_arn", "its ARN (in an example account)", document.Text, func(m *Metadata) *string { return &m.RoleARN }),
	document.Value("v1", "false to require a token, as the second version does (true)", document.Boolean, func(m *Metadata) *bool { return &m.V1 }),
	document.Value("session_seconds", "the duration of a session (21600)", document.Number, func(m *Metadata) *int { return &m.SessionSeconds }),
}

// credentialsURIFields are the fields of a credentials URI.
var credentialsURIFields = []document.Field[CredentialsURI]{
	document.Value("path", "where it is", document.Text, func(u *CredentialsURI) *string { return &u.Path }).Required(),
	document.Value("role_arn", "the role of its sessions (in an example account)", document.Text, func(u *CredentialsURI) *string { return &u.RoleARN }),
	document.Value("session_seconds", "the duration of a session (3600)", document.Number, func(u *CredentialsURI) *int { return &u.SessionSeconds }),
	document.Value("code", "a code other than Success", document.Text, func(u *CredentialsURI) *string { return &u.Code }),
	document.Value("no_expiration", "true to leave the expiration out", document.Boolean, func(u *CredentialsURI) *bool { return &u.NoExpiration }),
	response.Field("another response instead", func(u *CredentialsURI) **response.Raw { return &u.HTTP }).Not("code", "no_expiration"),
}
