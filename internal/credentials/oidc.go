package credentials

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// The bounds that alicloud, too, sets for an OIDC token.
const (
	minOIDCToken = 4
	maxOIDCToken = 20000
)

// oidc says how to assume a role with a token of an identity provider. Of token and file, token wins.
type oidc struct {
	provider, token, file string
	role                  role
}

// fromOIDCBlock takes the block assume_role_with_oidc.
func (r *resolver) fromOIDCBlock() (*found, *Error) {
	const name = "assume_role_with_oidc"
	block := r.AssumeRoleWithOIDC
	if block == nil {
		r.trace.add(name, "no such block")
		return nil, nil
	}
	provider := OIDCProviderARN.Lookup(block.OIDCProviderARN, r.Getenv)
	arn := OIDCRoleARN.Lookup(block.RoleARN, r.Getenv)
	token := OIDCToken.Lookup(block.OIDCToken, r.Getenv)
	file := OIDCTokenFile.Lookup(block.OIDCTokenFile, r.Getenv)
	for _, needed := range []struct {
		setting Setting
		value   Value
	}{{OIDCProviderARN, provider}, {OIDCRoleARN, arn}} {
		if needed.value.Text == "" {
			return nil, &Error{
				Attribute: needed.setting.Attribute,
				Summary:   needed.setting.Attribute + " is missing",
				Detail:    fmt.Sprintf("Looked for it in %s: %s.", needed.setting.Places(), emptyWord(needed.value)),
			}
		}
	}
	if token.Text == "" && file.Text == "" {
		return nil, &Error{
			Attribute: OIDCTokenFile.Attribute,
			Summary:   name + " has no token",
			Detail: fmt.Sprintf("One of oidc_token and oidc_token_file is needed.\n\nLooked for the token in %s: %s.\nLooked for the file in %s: %s.",
				OIDCToken.Places(), emptyWord(token), OIDCTokenFile.Places(), emptyWord(file)),
		}
	}
	seconds := int64(DefaultSessionExpiration)
	if block.SessionExpiration != nil {
		if err := checkExpiration(*block.SessionExpiration); err != nil {
			return nil, &Error{Attribute: name + ".session_expiration", Summary: "Malformed session_expiration", Detail: "session_expiration " + err.Error() + "."}
		}
		seconds = *block.SessionExpiration
	}
	r.scrub.learn(token.Text)
	f, err := fromOIDC(oidc{provider: provider.Text, token: token.Text, file: file.Text, role: role{
		arn:         arn.Text,
		sessionName: or(OIDCSessionName.Lookup(block.RoleSessionName, r.Getenv).Text, DefaultSessionName),
		policy:      text(block.Policy),
		seconds:     seconds,
		endpoint:    r.stsEndpoint(nil),
	}})
	if err != nil {
		return nil, &Error{Attribute: OIDCToken.Attribute, Summary: name + " cannot be used", Detail: capital(r.scrub.text(err.Error())) + "."}
	}
	r.trace.add(name, "used: the role %s", arn.Text)
	return f, nil
}

// fromOIDCEnvironment takes what ACK's pod identity and its like put into the environment, if all of it is there.
func (r *resolver) fromOIDCEnvironment() (*found, *Error) {
	const name = "OIDC from the environment"
	values := make(map[string]string)
	var missing []string
	for _, variable := range []string{"ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"} {
		if values[variable] = r.Getenv(variable); values[variable] == "" {
			missing = append(missing, variable)
		}
	}
	if len(missing) > 0 {
		r.trace.add(name, "%s not set", strings.Join(missing, ", "))
		return nil, nil
	}
	f, err := fromOIDC(oidc{
		provider: values["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"], file: values["ALIBABA_CLOUD_OIDC_TOKEN_FILE"],
		role: role{
			arn: values["ALIBABA_CLOUD_ROLE_ARN"], sessionName: or(r.Getenv("ALIBABA_CLOUD_ROLE_SESSION_NAME"), DefaultSessionName),
			seconds: DefaultSessionExpiration, endpoint: r.stsEndpoint(nil),
		},
	})
	if err != nil {
		return nil, &Error{Attribute: OIDCTokenFile.Attribute, Summary: "OIDC from the environment cannot be used", Detail: capital(err.Error()) + "."}
	}
	r.trace.add(name, "used: the role %s", values["ALIBABA_CLOUD_ROLE_ARN"])
	return f, nil
}

// oidcProvider hands the library a token by value. Given a path, the library would look at the environment first.
type oidcProvider struct {
	oidc

	token string // the one that inner was made with
	inner providers.CredentialsProvider
}

func fromOIDC(o oidc) (*found, error) {
	if o.provider == "" {
		return nil, errors.New("it names no oidc_provider_arn")
	}
	if o.token == "" && o.file == "" {
		return nil, errors.New("it has neither a token nor a token file")
	}
	if o.token != "" {
		if err := checkToken(o.token); err != nil {
			return nil, fmt.Errorf("the OIDC token %w", err)
		}
	}
	return &found{&oidcProvider{oidc: o}, fmt.Sprintf("assuming the role %s with an OIDC token, at %s", o.role.arn, o.role.endpoint)}, nil
}

// GetCredentials implements providers.CredentialsProvider. The file is read again each time: its token is replaced long
// before a wait is over.
func (p *oidcProvider) GetCredentials() (*providers.Credentials, error) {
	token := p.oidc.token
	if token == "" {
		data, err := os.ReadFile(p.file)
		if err != nil {
			return nil, fmt.Errorf("the OIDC token file %s: %s", p.file, fileProblem(err))
		}
		token = strings.TrimSpace(string(data))
		if err := checkToken(token); err != nil {
			return nil, fmt.Errorf("the OIDC token file %s %w", p.file, err)
		}
	}
	if p.inner == nil || token != p.token {
		inner, err := providers.NewOIDCCredentialsProviderBuilder().
			WithOIDCProviderARN(p.provider).
			WithOIDCToken(token).
			WithRoleArn(p.role.arn).
			WithRoleSessionName(p.role.sessionName).
			WithDurationSeconds(int(p.role.seconds)).
			WithPolicy(p.role.policy).
			WithSTSEndpoint(p.role.endpoint).
			Build()
		if err != nil {
			return nil, err
		}
		p.inner, p.token = inner, token
	}
	return p.inner.GetCredentials()
}

// GetProviderName implements providers.CredentialsProvider.
func (p *oidcProvider) GetProviderName() string { return "oidc_role_arn" }

func checkToken(token string) error {
	switch n := len(token); {
	case n == 0:
		return errors.New("is empty")
	case n < minOIDCToken || n > maxOIDCToken:
		return fmt.Errorf("has %d characters, and must have %d to %d", n, minOIDCToken, maxOIDCToken)
	default:
		return nil
	}
}
