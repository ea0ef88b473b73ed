package credentials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"
)

// cloudSSOSource takes a sign-in by browser that the aliyun CLI has made.
func cloudSSOSource(p *profile) (*found, error) {
	site, err := url.Parse(p.SignInURL)
	switch {
	case err != nil || site.Host == "" || site.Scheme != "http" && site.Scheme != "https":
		return nil, errors.New("its cloud_sso_sign_in_url must be a URL that begins with https://")
	case p.AccountID == "" || p.AccessConfig == "":
		return nil, errors.New("it has the mode CloudSSO, but not both cloud_sso_account_id and cloud_sso_access_config")
	case p.AccessToken == "" || p.AccessTokenExpire <= time.Now().Unix():
		return nil, errors.New("its sign-in to CloudSSO has expired: sign in again with `aliyun configure --mode CloudSSO`")
	}
	provider := &renewed{name: "cloud_sso", fetch: func(ctx context.Context) (issued, string, error) {
		got, err := requestCloudSSO(ctx, site, p.AccountID, p.AccessConfig, p.AccessToken)
		return got, "", err
	}}
	return &found{provider: &withService{provider, serviceSignIn}, about: "CloudSSO at " + site.Host, place: fromProfile, hint: "Sign in again with `aliyun configure --mode CloudSSO`."}, nil
}

func requestCloudSSO(ctx context.Context, site *url.URL, account, access, token string) (issued, error) {
	body, err := json.Marshal(map[string]string{"AccountId": account, "AccessConfigurationId": access})
	if err != nil {
		return issued{}, err
	}
	target := url.URL{Scheme: site.Scheme, Host: site.Host, Path: "/cloud-credentials"}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target.String(), bytes.NewReader(body))
	if err != nil {
		return issued{}, errors.New("the cloud_sso_sign_in_url is not a valid URL")
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("User-Agent", serviceUserAgent)
	status, body, err := client{connect: serviceConnectTimeout, timeout: serviceTimeout}.do(request)
	if err != nil {
		return issued{}, err
	}
	if status != http.StatusOK {
		return issued{}, &rejection{body: string(body)}
	}
	var decoded struct{ CloudCredential *issued }
	if json.Unmarshal(body, &decoded) != nil || decoded.CloudCredential == nil {
		return issued{}, errNoCredentials
	}
	return *decoded.CloudCredential, nil
}
