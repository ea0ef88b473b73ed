package credentials

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/endpoint"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
)

// The library's builders fill every value that is empty from variables of the library's own, against our order. So each
// is called with all its values, or not at all.

// static wraps a key pair, with or without a security token.
func static(key, secret, token string) (providers.CredentialsProvider, error) {
	if token == "" {
		return providers.NewStaticAKCredentialsProviderBuilder().
			WithAccessKeyId(key).WithAccessKeySecret(secret).Build()
	}
	return providers.NewStaticSTSCredentialsProviderBuilder().
		WithAccessKeyId(key).WithAccessKeySecret(secret).WithSecurityToken(token).Build()
}

// role is a role to assume.
type role struct {
	arn                             Value
	sessionName, policy, externalID string
	seconds                         int64
	sts                             stsHost
}

// stsHost is the host of STS.
type stsHost struct {
	name     string // the host, or host:port
	regional bool   // it follows from the region
}

// assumed wraps a source in a role that is assumed with it, live: when the session ends, it gets new credentials from the source.
func assumed(source found, r role) (*found, error) {
	provider, err := newRoleProvider(source.provider, r)
	if err != nil {
		return nil, err
	}
	hint := source.hint
	if hint == hintKey { // What is wrong with a key, STS says.
		hint = "Check endpoints.sts, and that STS responds there."
	}
	about := "the role " + r.arn.Text
	if r.arn.place() != source.place {
		about += r.arn.origin()
	}
	hosts := source.sts
	if !slices.Contains(hosts, r.sts.name) {
		hosts = append(hosts[:len(hosts):len(hosts)], r.sts.name)
	}
	return &found{
		provider: &withService{provider, serviceSTS}, own: source.own, about: about + ", assumed with " + source.about, hint: hint,
		sts: hosts, regional: source.regional || r.sts.regional, place: source.place,
	}, nil
}

// build makes the source that a profile describes. For the two modes that assume a role on top of another kind, that is
// the source without the role: assume adds it, or the block's role in its place.
func (r *resolver) build(file *configFile, p *profile) (*found, error) {
	chain, err := file.chain(p)
	if err != nil {
		return nil, err
	}
	base := chain[len(chain)-1]
	source, err := r.buildOne(file, base)
	if err != nil {
		return nil, inChain(p, base, err)
	}
	if len(chain) > 1 && (base.Mode == modeRamRoleArn || base.Mode == modeRamRoleArnWithRoleName) {
		chain = append(chain[:len(chain)-1:len(chain)-1], base, base) // Within a chain, its role is a link like the others.
	}
	for i := len(chain) - 2; i >= 0; i-- {
		link, err := r.profileRole(chain[i])
		if err != nil {
			return nil, inChain(p, chain[i], err)
		}
		if source, err = assumed(*source, link); err != nil {
			return nil, inChain(p, chain[i], err)
		}
	}
	return source, nil
}

// inChain names the profile with the error, if it is not the selected one.
func inChain(selected, at *profile, err error) error {
	if selected == at {
		return err
	}
	return fmt.Errorf("in its source profile %q: %w", at.Name, err)
}

// buildOne makes the source of a profile that no chain leads on from.
func (r *resolver) buildOne(file *configFile, p *profile) (*found, error) {
	r.scrub.learn(p.AccessKeyID, p.AccessKeySecret, p.StsToken, p.OIDCToken, p.AccessToken, p.OAuthAccessToken, p.OAuthRefreshToken)
	switch p.Mode {
	case modeAK, modeRamRoleArn, modeStsToken:
		token := p.StsToken
		switch {
		case p.Mode == modeAK:
			token = ""
		case p.Mode == modeStsToken && token == "":
			return nil, errors.New("it has the mode StsToken, but no sts_token")
		}
		if p.AccessKeyID == "" || p.AccessKeySecret == "" {
			return nil, fmt.Errorf("it has the mode %s, but not both access_key_id and access_key_secret", p.Mode)
		}
		if strings.ContainsFunc(p.AccessKeyID+p.AccessKeySecret+token, notInAHeader) {
			return nil, errors.New("its credentials contain white space, a control character or a non-ASCII character")
		}
		provider, err := static(p.AccessKeyID, p.AccessKeySecret, token)
		return &found{
			provider: provider, about: fmt.Sprintf("the access key %s of %s", lastFour(p.AccessKeyID), profileOrigin(p)), hint: hintKey,
			place: fromProfile,
		}, err
	case modeEcsRamRole, modeRamRoleArnWithRoleName:
		if strings.ContainsFunc(p.RamRoleName, notInAHeader) {
			return nil, errors.New("its ram_role_name contains white space, a control character or a non-ASCII character")
		}
		return metadataSource(p.RamRoleName)
	case modeCredentialsURI:
		if err := r.mayRun(p); err != nil {
			return nil, err
		}
		f, err := uriSource(p.CredentialsURI, r.refreshFailed)
		if err != nil {
			return nil, fmt.Errorf("its credentials_uri %w", err)
		}
		return f, nil
	case modeOIDC:
		link, err := r.profileRole(p)
		if err != nil {
			return nil, err
		}
		of := func(text string) Value { return Value{Text: text, From: profileOrigin(p)} }
		return oidcSource(oidc{provider: of(p.OIDCProviderARN), token: of(p.OIDCToken), file: of(p.OIDCTokenFile), role: link}, r.scrub)
	case modeExternal:
		if err := r.mayRun(p); err != nil {
			return nil, err
		}
		return commandSource(p.ProcessCommand, r.scrub, r.refreshFailed)
	case modeCloudSSO:
		return cloudSSOSource(p)
	case modeOAuth:
		return oauthSource(file, p, r.scrub, r.warn)
	default:
		return nil, unknownMode(p.Mode)
	}
}

// profileRole is the role of a profile that assumes one.
func (r *resolver) profileRole(p *profile) (role, error) {
	if p.RamRoleARN == "" {
		return role{}, fmt.Errorf("it has the mode %s, but no ram_role_arn", p.Mode)
	}
	seconds := p.ExpiredSeconds
	if seconds == 0 {
		seconds = DefaultSessionExpiration
	}
	if err := checkExpiration(seconds); err != nil {
		return role{}, fmt.Errorf("its expired_seconds %w", err)
	}
	if strings.ContainsFunc(p.RamRoleARN+p.RamSessionName, notInAHeader) {
		return role{}, errors.New("its ram_role_arn or ram_session_name contains white space, a control character or a non-ASCII character")
	}
	host, err := r.stsHost(p)
	if err != nil {
		return role{}, err
	}
	return role{
		arn: Value{Text: p.RamRoleARN, From: profileOrigin(p)}, sessionName: or(p.RamSessionName, DefaultSessionName),
		policy: p.Policy, externalID: p.ExternalID, seconds: seconds, sts: host,
	}, nil
}

// stsHost is where roles are assumed: where the configuration or the environment says, else where the profile says, else in
// the region.
func (r *resolver) stsHost(p *profile) (stsHost, error) {
	if p == nil {
		p = &profile{}
	}
	value := STSEndpoint.Lookup(r.STSEndpoint, r.Getenv)
	if !value.IsSet() && p.StsEndpoint != "" {
		value = Value{Text: p.StsEndpoint, From: "sts_endpoint of " + profileOrigin(p)}
	}
	if value.IsSet() {
		if rule := endpoint.Check(value.Text); rule != "" {
			return stsHost{}, fmt.Errorf("the STS endpoint %q, from %s, %s", redact.Address(value.Text), value.From, rule)
		}
		return stsHost{name: endpoint.In(value.Text, r.region.Text), regional: endpoint.FollowsRegion(value.Text)}, nil
	}
	host := "sts"
	if p.EnableVPC {
		host = "sts-vpc"
	}
	return stsHost{name: host + "." + or(p.StsRegion, r.region.Text) + ".aliyuncs.com", regional: p.StsRegion == ""}, nil
}

func checkExpiration(seconds int64) error {
	if seconds < MinSessionExpiration || seconds > MaxSessionExpiration {
		return fmt.Errorf("must be from %d to %d seconds, got: %d", MinSessionExpiration, MaxSessionExpiration, seconds)
	}
	return nil
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
