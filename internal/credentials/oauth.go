package credentials

import (
	"errors"
	"fmt"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// The aliyun CLI's sign-in sites, and the client that it is registered as there.
var oauthSites = map[string]oauthSite{
	"CN":   {"https://oauth.aliyun.com", "4038181954557748008"},
	"INTL": {"https://oauth.alibabacloud.com", "4103531455503354461"},
}

type oauthSite struct{ url, client string }

// oauthSource takes a sign-in by browser that the aliyun CLI has made.
func oauthSource(file *configFile, p *profile, scrub *scrubber, warn func(about, problem string)) (*found, error) {
	site, ok := oauthSites[strings.ToUpper(p.OAuthSiteType)]
	if !ok {
		return nil, fmt.Errorf("its oauth_site_type %q is neither CN nor INTL", p.OAuthSiteType)
	}
	if p.OAuthRefreshToken == "" && p.OAuthAccessToken == "" {
		return nil, errors.New("it has the mode OAuth and no sign-in: sign in with `aliyun configure --mode OAuth`")
	}
	s := &signIn{site: site, path: file.path, scrub: scrub, warn: warn}
	if err := s.use(p); err != nil {
		return nil, err
	}
	return &found{provider: s, about: s.about(), place: fromProfile, hint: "Sign in again with `aliyun configure --mode OAuth`."}, nil
}

// signIn is a sign-in that the aliyun CLI keeps in its file. Each refresh replaces the refresh token, so the new one must
// go back into the file, else the user's next command would have to sign in again; and the user's commands replace it too.
type signIn struct {
	site  oauthSite
	path  string
	scrub *scrubber
	warn  func(about, problem string) // is told of what makes no read fail

	profile profile // with the tokens that inner was made with
	inner   providers.CredentialsProvider
}

// use takes the tokens of a profile.
func (s *signIn) use(p *profile) error {
	s.scrub.learn(p.OAuthAccessToken, p.OAuthRefreshToken)
	inner, err := providers.NewOAuthCredentialsProviderBuilder().
		WithSignInUrl(s.site.url).
		WithClientId(s.site.client).
		WithRefreshToken(p.OAuthRefreshToken).
		WithAccessToken(p.OAuthAccessToken).
		WithAccessTokenExpire(p.OAuthAccessTokenExpire).
		WithTokenUpdateCallback(s.keep).
		Build()
	if err != nil {
		return err
	}
	s.profile, s.inner = *p, inner
	return nil
}

func (s *signIn) about() string { return "the sign-in at " + s.site.url }

// keep writes new tokens into the file. One that cannot be written is no reason to fail, because the credentials are good;
// but the old one is spent, and the next run will have to sign in. An error returned from here would be printed to stdout.
func (s *signIn) keep(refresh, access, key, secret, token string, accessExpire, stsExpire int64) error {
	s.scrub.learn(refresh, access, key, secret, token)
	s.profile.OAuthRefreshToken, s.profile.OAuthAccessToken = refresh, access
	err := updateProfile(s.path, s.profile.Name, map[string]any{
		"oauth_refresh_token": refresh, "oauth_access_token": access, "oauth_access_token_expire": accessExpire,
		"access_key_id": key, "access_key_secret": secret, "sts_token": token, "sts_expiration": stsExpire,
	})
	if err != nil {
		s.warn(s.about(), fmt.Sprintf("The new refresh token was not written to %s: %s. The token there is spent: "+
			"make the file writable, and sign in again with `aliyun configure --mode OAuth` before the next run", s.path, fileProblem(err)))
	}
	return nil
}

// GetCredentials implements providers.CredentialsProvider. When the tokens are refused, another command may have replaced
// them: then the file has newer ones.
func (s *signIn) GetCredentials() (*providers.Credentials, error) {
	c, err := s.inner.GetCredentials()
	if err == nil {
		return c, nil
	}
	err = named(serviceSignIn, err)
	file, problem := readConfigFile(s.path)
	if problem != nil {
		return nil, err
	}
	now, problem := file.profile(s.profile.Name)
	if problem != nil || now.OAuthRefreshToken == s.profile.OAuthRefreshToken && now.OAuthAccessToken == s.profile.OAuthAccessToken {
		return nil, err
	}
	if problem := s.use(now); problem != nil {
		return nil, err
	}
	c, err = s.inner.GetCredentials()
	return c, named(serviceSignIn, err)
}

// GetProviderName implements providers.CredentialsProvider.
func (s *signIn) GetProviderName() string { return "oauth" }
