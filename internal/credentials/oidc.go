package credentials

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// The bounds that alicloud, too, sets for an OIDC token.
const (
	minOIDCToken = 4
	maxOIDCToken = 20000
)

// maxOIDCTokenFile bounds what is read of a token's file: the token, and white space around it.
const maxOIDCTokenFile = 32 << 10

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
				Detail: fmt.Sprintf("Looked for it in %s: %s.\n\nSet it, or remove the block %s.",
					needed.setting.Places(), emptyWord(needed.value), name),
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
	f, err := oidcSource(oidc{provider: provider.Text, token: token.Text, file: file.Text, role: role{
		arn:         arn.Text,
		sessionName: or(OIDCSessionName.Lookup(block.RoleSessionName, r.Getenv).Text, DefaultSessionName),
		policy:      text(block.Policy),
		seconds:     seconds,
		sts:         r.stsHost(nil),
	}}, r.scrub)
	if err != nil {
		return nil, &Error{Attribute: OIDCToken.Attribute, Summary: name + " cannot be used", Detail: capital(r.scrub.text(err.Error())) + "."}
	}
	r.trace.add(name, "used: the role %s", arn.Text)
	return f, nil
}

// fromOIDCProfile takes the named profile, if it is of the mode OIDC. alicloud does not know that mode, so all that it
// does know comes before it.
func (r *resolver) fromOIDCProfile() (*found, *Error) {
	if r.profile == nil || r.profile.Mode != modeOIDC {
		return nil, nil
	}
	return r.use("profile", r.file, r.profile)
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
	f, err := oidcSource(oidc{
		provider: values["ALIBABA_CLOUD_OIDC_PROVIDER_ARN"], file: values["ALIBABA_CLOUD_OIDC_TOKEN_FILE"],
		role: role{
			arn: values["ALIBABA_CLOUD_ROLE_ARN"], sessionName: or(r.Getenv("ALIBABA_CLOUD_ROLE_SESSION_NAME"), DefaultSessionName),
			seconds: DefaultSessionExpiration, sts: r.stsHost(nil),
		},
	}, r.scrub)
	if err != nil { // It cannot be: all that is needed is there.
		return nil, &Error{Attribute: OIDCTokenFile.Attribute, Summary: name + " cannot be used", Detail: capital(err.Error()) + "."}
	}
	r.trace.add(name, "used: the role %s", values["ALIBABA_CLOUD_ROLE_ARN"])
	return f, nil
}

// oidcProvider hands the library a token by value. Given a path, the library would look at the environment first.
type oidcProvider struct {
	oidc

	scrub   *scrubber
	builder *providers.OIDCCredentialsProviderBuilder
	inner   providers.CredentialsProvider
}

func oidcSource(o oidc, scrub *scrubber) (*found, error) {
	if o.provider == "" {
		return nil, errors.New("it names no oidc_provider_arn")
	}
	if o.token == "" && o.file == "" {
		return nil, errors.New("it has neither a token nor a token file")
	}
	if o.token != "" {
		o.token = strings.TrimSpace(o.token)
		scrub.learn(o.token)
		if err := checkToken(o.token); err != nil {
			return nil, fmt.Errorf("the OIDC token %w", err)
		}
	}
	return &found{
		provider: &oidcProvider{oidc: o, scrub: scrub}, about: fmt.Sprintf("the role %s, assumed with an OIDC token", o.role.arn),
		hint: "Check the OIDC token, and that STS can be reached from here.", sts: []string{o.role.sts.name}, regional: o.role.sts.regional,
	}, nil
}

// GetCredentials implements providers.CredentialsProvider. The file is read again each time: its token is replaced long
// before a wait is over. A file that cannot be read just then does no harm to a session that is still good.
func (p *oidcProvider) GetCredentials() (*providers.Credentials, error) {
	token, problem := p.read()
	if problem != nil && p.inner == nil {
		return nil, problem
	}
	if p.inner == nil {
		builder := providers.NewOIDCCredentialsProviderBuilder().
			WithOIDCProviderARN(p.provider).
			WithOIDCToken(token).
			WithRoleArn(p.role.arn).
			WithRoleSessionName(p.role.sessionName).
			WithDurationSeconds(int(p.role.seconds)).
			WithPolicy(p.role.policy).
			WithSTSEndpoint(p.role.sts.name)
		inner, err := builder.Build()
		if err != nil {
			return nil, err
		}
		p.builder, p.inner = builder, inner
	}
	if problem == nil {
		p.builder.WithOIDCToken(token) // It still holds what it built: a new token, and the session stays.
	}
	c, err := p.inner.GetCredentials()
	if err != nil && problem != nil {
		return nil, problem
	}
	return c, err
}

// read gives the token: the one that was set, or what is in the file now.
func (p *oidcProvider) read() (string, error) {
	if p.token != "" {
		return p.token, nil
	}
	data, err := readBounded(p.file, maxOIDCTokenFile)
	if err != nil {
		return "", fmt.Errorf("the OIDC token file %s cannot be read: %s", p.file, fileProblem(err))
	}
	token := strings.TrimSpace(string(data))
	p.scrub.learn(token)
	if err := checkToken(token); err != nil {
		return "", fmt.Errorf("the OIDC token file %s %w", p.file, err)
	}
	return token, nil
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
