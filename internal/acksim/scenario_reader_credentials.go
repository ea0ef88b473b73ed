package acksim

import "time"

func (r scenarioReader) roles(roles *[]Role) read {
	return r.array(func(at string, n node) error {
		var role Role
		err := r.object(at, n, map[string]read{
			"arn": text(&role.ARN),
			"trusts": r.array(func(at string, n node) error {
				role.Trusts = append(role.Trusts, "")
				return text(&role.Trusts[len(role.Trusts)-1])(at, n)
			}),
			"external_id":     text(&role.ExternalID),
			"max_seconds":     number(&role.MaxSeconds),
			"session_seconds": number(&role.SessionSeconds),
		})
		*roles = append(*roles, role)
		return err
	})
}

func (r scenarioReader) oidc(to **OIDC) read {
	return func(at string, n node) error {
		oidc := &OIDC{}
		*to = oidc
		return r.object(at, n, map[string]read{
			"provider_arn": text(&oidc.ProviderARN),
			"tokens": r.array(func(at string, n node) error {
				var token OIDCToken
				err := r.object(at, n, map[string]read{
					"token":   text(&token.Token),
					"expires": expires(&token.ExpiresAfter, &token.ExpiresAt),
				})
				oidc.Tokens = append(oidc.Tokens, token)
				return err
			}),
		})
	}
}

func (r scenarioReader) metadata(to **Metadata) read {
	return func(at string, n node) error {
		metadata := &Metadata{V1: true}
		*to = metadata
		return r.object(at, n, map[string]read{
			"role":            text(&metadata.Role),
			"role_arn":        text(&metadata.RoleARN),
			"v1":              boolean(&metadata.V1),
			"session_seconds": number(&metadata.SessionSeconds),
		})
	}
}

func (r scenarioReader) credentialsURI(to **CredentialsURI) read {
	return func(at string, n node) error {
		uri := &CredentialsURI{}
		*to = uri
		return r.object(at, n, map[string]read{
			"path":            text(&uri.Path),
			"role_arn":        text(&uri.RoleARN),
			"session_seconds": number(&uri.SessionSeconds),
			"code":            text(&uri.Code),
			"no_expiration":   boolean(&uri.NoExpiration),
			"http": func(at string, n node) error {
				uri.HTTP = &HTTPAnswer{Status: 200}
				return r.httpAnswer(uri.HTTP, at, n)
			},
		})
	}
}

// expires reads a duration from the start of the simulator, or a time.
func expires(after *time.Duration, at *time.Time) read {
	return func(field string, n node) error {
		var value string
		if err := text(&value)(field, n); err != nil {
			return err
		}
		var err error
		if *at, err = time.Parse(time.RFC3339, value); err == nil {
			return nil
		}
		if *after, err = time.ParseDuration(value); err != nil || *after == 0 {
			return n.faulty(field, `%q is neither a duration nor a time: write "15m", or "2026-01-02T03:04:05Z"`, value)
		}
		return nil
	}
}

func boolean(to *bool) read {
	return func(at string, n node) error {
		if n.kind() != "a boolean" {
			return n.faulty(at, "it is %s: write true or false, or leave the field out", n.kind())
		}
		*to = n.raw[0] == 't'
		return nil
	}
}
