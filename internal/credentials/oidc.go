package credentials

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
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
	provider, token, file Value
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
	if block.RoleARN != nil && strings.TrimSpace(*block.RoleARN) == "" {
		r.trace.add(name, "not used: its role_arn is an empty string")
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
				Summary:   summary.Missing(needed.setting.Attribute),
				Detail: fmt.Sprintf("Sources checked: %s: %s.\n\nSet it, or remove the block %s.",
					needed.setting.Places(), emptyWord(needed.value), name),
			}
		}
	}
	if token.Text == "" && file.Text == "" {
		return nil, &Error{
			Attribute: OIDCTokenFile.Attribute,
			Summary:   summary.NoToken(name),
			Detail: fmt.Sprintf("Set oidc_token or oidc_token_file.\n\nSources checked for the token: %s: %s.\nSources checked for the file: %s: %s.",
				OIDCToken.Places(), emptyWord(token), OIDCTokenFile.Places(), emptyWord(file)),
		}
	}
	sessionName := OIDCSessionName.Lookup(block.RoleSessionName, r.Getenv)
	for _, given := range []struct {
		setting Setting
		value   Value
	}{{OIDCProviderARN, provider}, {OIDCRoleARN, arn}, {OIDCToken, token}, {OIDCSessionName, sessionName}} {
		if err := malformed(given.setting, given.value); err != nil {
			return nil, err
		}
	}
	seconds := int64(DefaultSessionExpiration)
	if block.SessionExpiration != nil && *block.SessionExpiration != 0 {
		if err := checkExpiration(*block.SessionExpiration); err != nil {
			return nil, &Error{Attribute: name + ".session_expiration", Summary: summary.Malformed("session_expiration"), Detail: "session_expiration " + err.Error() + "."}
		}
		seconds = *block.SessionExpiration
	}
	host, err := r.stsHost(nil)
	if err != nil {
		return nil, stsError(err)
	}
	f, err := oidcSource(oidc{provider: provider, token: token, file: file, role: role{
		arn:         arn,
		sessionName: or(sessionName.Text, DefaultSessionName),
		policy:      text(block.Policy),
		seconds:     seconds,
		sts:         host,
	}}, r.scrub)
	if err != nil {
		return nil, &Error{Attribute: OIDCToken.Attribute, Summary: summary.UnusableSource(name), Detail: capital(r.scrub.text(err.Error())) + "."}
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
	arn, provider, file := OIDCRoleARN.Lookup(nil, r.Getenv), OIDCProviderARN.Lookup(nil, r.Getenv), OIDCTokenFile.Lookup(nil, r.Getenv)
	var missing []string
	for _, needed := range []struct {
		setting Setting
		value   Value
	}{{OIDCRoleARN, arn}, {OIDCProviderARN, provider}, {OIDCTokenFile, file}} {
		if !needed.value.IsSet() {
			missing = append(missing, needed.setting.Variables...)
		}
	}
	if len(missing) > 0 {
		look := strings.Join(missing, ", ") + " not set"
		if token := OIDCToken.Lookup(nil, r.Getenv); token.IsSet() {
			look += "; " + OIDCToken.Variables[0] + " is set, and is used only where the provider block has a block assume_role_with_oidc"
		}
		r.trace.add(name, "%s", look)
		return nil, nil
	}
	host, err := r.stsHost(nil)
	if err != nil {
		return nil, stsError(err)
	}
	f, err := oidcSource(oidc{provider: provider, file: file, role: role{
		arn: arn, sessionName: or(OIDCSessionName.Lookup(nil, r.Getenv).Text, DefaultSessionName),
		seconds: DefaultSessionExpiration, sts: host,
	}}, r.scrub)
	if err != nil { // It cannot be: all that is needed is there.
		return nil, &Error{Attribute: OIDCTokenFile.Attribute, Summary: summary.UnusableSource(name), Detail: capital(err.Error()) + "."}
	}
	r.trace.add(name, "used: the role %s", arn.Text)
	return f, nil
}

// oidcProvider reads the token again for each session.
type oidcProvider struct {
	oidc

	scrub *scrubber
	inner providers.CredentialsProvider
	last  string // the token that was read last
}

func oidcSource(o oidc, scrub *scrubber) (*found, error) {
	if !o.provider.IsSet() {
		return nil, errors.New("it has no oidc_provider_arn")
	}
	if !o.token.IsSet() && !o.file.IsSet() {
		return nil, errors.New("it has neither a token nor a token file")
	}
	if o.token.IsSet() {
		scrub.learn(o.token.Text)
		if err := checkToken(o.token.Text); err != nil {
			return nil, fmt.Errorf("the OIDC token %w", err)
		}
	}
	return &found{
		provider: &withService{&oidcProvider{oidc: o, scrub: scrub}, serviceOIDC}, about: o.about(), place: o.role.arn.place(),
		hint: "Check the OIDC token.", sts: []string{o.role.sts.name}, regional: o.role.sts.regional,
	}, nil
}

// about is the source in words. Where its parts come from several places, it says which from where.
func (o oidc) about() string {
	about := fmt.Sprintf("the role %s, assumed with an OIDC token", o.role.arn.Text)
	token, name := o.token, "token"
	if !token.IsSet() {
		token, name = o.file, "token file"
	}
	if place := o.role.arn.place(); place == o.provider.place() && place == token.place() {
		return about
	}
	return fmt.Sprintf("%s (role%s, identity provider%s, %s%s)", about, o.role.arn.origin(), o.provider.origin(), name, token.origin())
}

// GetCredentials implements providers.CredentialsProvider. The file is read again each time: its token is replaced long
// before a wait is over. A file that cannot be read just then does no harm to a session that is still good.
func (p *oidcProvider) GetCredentials() (*providers.Credentials, error) {
	token, problem := p.read()
	if problem != nil && p.inner == nil {
		return nil, problem
	}
	if p.inner == nil {
		p.inner = newOIDCProvider(p.oidc, func() string { return p.last })
	}
	if problem == nil {
		p.last = token
	}
	c, err := p.inner.GetCredentials()
	if err != nil && problem != nil {
		return nil, problem
	}
	return c, err
}

// read gives the token: the one that was set, or what is in the file now.
func (p *oidcProvider) read() (string, error) {
	if p.token.IsSet() {
		return p.token.Text, nil
	}
	data, err := readBounded(p.file.Text, maxOIDCTokenFile)
	if err != nil {
		return "", fmt.Errorf("the OIDC token file %s cannot be read: %s", p.file.Text, fileProblem(err))
	}
	token := strings.TrimSpace(string(data))
	p.scrub.learn(token)
	if err := checkToken(token); err != nil {
		return "", fmt.Errorf("the OIDC token file %s %w", p.file.Text, err)
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
