package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
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
		return nil, fmt.Errorf("its oauth_site_type %q must be CN or INTL", p.OAuthSiteType)
	}
	if p.OAuthRefreshToken == "" && p.OAuthAccessToken == "" {
		return nil, errors.New("it has the mode OAuth, but nobody has signed in: sign in with `aliyun configure --mode OAuth`")
	}
	s := &signIn{site: site, path: file.path, scrub: scrub, warn: warn, spent: make(map[string]bool)}
	s.use(p)
	return &found{provider: s, about: s.about(), place: fromProfile, hint: "Sign in again with `aliyun configure --mode OAuth`."}, nil
}

const (
	// renewAccess is how long before its end an access token is renewed, as the library has it.
	renewAccess = 20 * time.Minute
	// otherWriter is how long a rejected sign-in waits for the tokens of another process that has renewed them, and writes them now.
	otherWriter = 2 * time.Second
)

// signIn is a sign-in that the aliyun CLI keeps in its file. Each renewal replaces the refresh token, so the new one must
// go back into the file at once, else the user's next command would have to sign in again. Other processes renew it too.
type signIn struct {
	renewed

	site  oauthSite
	path  string
	scrub *scrubber
	warn  func(about, problem string) // called for an error that makes no read fail

	profile profile         // with the tokens that are used
	spent   map[string]bool // The refresh tokens that this process has spent: the file may still have one.
}

// use takes the tokens of a profile.
func (s *signIn) use(p *profile) {
	s.scrub.learn(p.OAuthAccessToken, p.OAuthRefreshToken)
	s.profile = *p
	s.name, s.renewed.fetch = "oauth", s.fetch
}

func (s *signIn) about() string { return "the sign-in at " + s.site.url }

// fetch gets a session with the tokens, which another process may have replaced: before this one spends what is spent, and while
// it does.
func (s *signIn) fetch(ctx context.Context) (issued, string, error) {
	s.takeNewer()
	got, err := s.session(ctx)
	if rejected := (*rejection)(nil); errors.As(err, &rejected) && s.awaitNewer() {
		got, err = s.session(ctx)
	}
	return got, "", named(serviceSignIn, err)
}

// takeNewer takes the tokens that are in the file, if they are others, and reports whether it did.
func (s *signIn) takeNewer() bool {
	file, err := readConfigFile(s.path)
	if err != nil {
		return false
	}
	now, err := file.profile(s.profile.Name)
	if err != nil || now.Mode != modeOAuth || s.spent[now.OAuthRefreshToken] || now.OAuthRefreshToken == "" && now.OAuthAccessToken == "" ||
		now.OAuthRefreshToken == s.profile.OAuthRefreshToken && now.OAuthAccessToken == s.profile.OAuthAccessToken {
		return false
	}
	s.scrub.learn(now.OAuthAccessToken, now.OAuthRefreshToken)
	s.profile = *now
	return true
}

func (s *signIn) awaitNewer() bool {
	for deadline := time.Now().Add(otherWriter); ; time.Sleep(50 * time.Millisecond) {
		if s.takeNewer() {
			return true
		}
		if time.Now().After(deadline) {
			return false
		}
	}
}

// session exchanges the access token, which is renewed first where it has to be.
func (s *signIn) session(ctx context.Context) (c issued, err error) {
	expires := time.Unix(s.profile.OAuthAccessTokenExpire, 0)
	if s.profile.OAuthRefreshToken != "" && (s.profile.OAuthAccessToken == "" || time.Until(expires) <= renewAccess) {
		if err := s.renew(ctx); err != nil {
			return c, err
		}
	}
	status, body, err := s.post(ctx, "/v1/exchange", "application/json", "", s.profile.OAuthAccessToken)
	if err != nil {
		return c, err
	}
	if status != http.StatusOK {
		return c, &rejection{body: string(body)}
	}
	if json.Unmarshal(body, &c) != nil || text(c.AccessKeyID) == "" || text(c.AccessKeySecret) == "" || text(c.SecurityToken) == "" {
		return c, errNoCredentials
	}
	s.scrub.learn(*c.AccessKeyID, *c.AccessKeySecret, *c.SecurityToken)
	fields := map[string]any{"access_key_id": *c.AccessKeyID, "access_key_secret": *c.AccessKeySecret, "sts_token": *c.SecurityToken}
	if at := parseExpiration(text(c.Expiration)); !at.IsZero() {
		fields["sts_expiration"] = at.Unix()
	}
	_ = updateProfile(s.path, s.profile.Name, fields) // For the aliyun CLI. Without them, it exchanges the token itself.
	return c, nil
}

// renew spends the refresh token and writes the new tokens into the file, before anything else can fail. One that cannot be
// written is no reason to fail, because the credentials are good; but the old one is spent, and the next run will have to sign in.
func (s *signIn) renew(ctx context.Context) error {
	form := url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {s.profile.OAuthRefreshToken}, "client_id": {s.site.client},
		"Timestamp": {time.Now().UTC().Format("2006-01-02T15:04:05Z")},
	}
	status, body, err := s.post(ctx, "/v1/token", "application/x-www-form-urlencoded", form.Encode(), "")
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return &rejection{status: status}
	}
	var tokens struct {
		AccessToken  string `json:"access_token"`
		RefreshToken string `json:"refresh_token"`
		ExpiresIn    int64  `json:"expires_in"`
	}
	if json.Unmarshal(body, &tokens) != nil || tokens.AccessToken == "" || tokens.RefreshToken == "" {
		return errNoCredentials
	}
	s.scrub.learn(tokens.AccessToken, tokens.RefreshToken)
	if tokens.RefreshToken != s.profile.OAuthRefreshToken {
		s.spent[s.profile.OAuthRefreshToken] = true
	}
	s.profile.OAuthRefreshToken, s.profile.OAuthAccessToken = tokens.RefreshToken, tokens.AccessToken
	s.profile.OAuthAccessTokenExpire = time.Now().Unix() + tokens.ExpiresIn
	err = updateProfile(s.path, s.profile.Name, map[string]any{
		"oauth_refresh_token": tokens.RefreshToken, "oauth_access_token": tokens.AccessToken,
		"oauth_access_token_expire": s.profile.OAuthAccessTokenExpire,
	})
	if err != nil {
		s.warn(s.about(), fmt.Sprintf("The new refresh token was not written to %s: %s. The token in the file can no longer be used: "+
			"make the file writable, and sign in again with `aliyun configure --mode OAuth` before the next run", s.path, fileProblem(err)))
	}
	return nil
}

func (s *signIn) post(ctx context.Context, path, contentType, form, bearer string) (int, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.site.url+path, strings.NewReader(form))
	if err != nil {
		return 0, nil, errors.New("the URL of the sign-in site is not valid")
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("User-Agent", serviceUserAgent)
	if bearer != "" {
		request.Header.Set("Authorization", "Bearer "+bearer)
	}
	return client{connect: serviceConnectTimeout, timeout: serviceTimeout}.do(request)
}
