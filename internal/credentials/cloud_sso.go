package credentials

import (
	"errors"
	"net/url"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// cloudSSOSource takes a sign-in by browser that the aliyun CLI has made.
func cloudSSOSource(p *profile) (*found, error) {
	site, err := url.Parse(p.SignInURL)
	switch {
	case err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https":
		return nil, errors.New("its cloud_sso_sign_in_url must be a URL that begins with https://")
	case p.AccountID == "" || p.AccessConfig == "":
		return nil, errors.New("it has the mode CloudSSO and not both of cloud_sso_account_id and cloud_sso_access_config")
	case p.AccessToken == "" || p.AccessTokenExpire <= time.Now().Unix():
		return nil, errors.New("its sign-in to CloudSSO has ended: sign in again with `aliyun configure --mode CloudSSO`")
	}
	provider, err := providers.NewCloudSSOCredentialsProviderBuilder().
		WithSignInUrl(p.SignInURL).
		WithAccountId(p.AccountID).
		WithAccessConfig(p.AccessConfig).
		WithAccessToken(p.AccessToken).
		WithAccessTokenExpire(p.AccessTokenExpire).
		Build()
	return &found{provider: &served{provider, serviceSignIn}, about: "CloudSSO at " + site.Host, place: fromProfile, hint: "Sign in again with `aliyun configure --mode CloudSSO`."}, err
}
