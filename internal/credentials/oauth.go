package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"
)

// The aliyun CLI's sign-in sites, and the client that it is registered as there.
var oauthSites = map[string]struct{ url, client string }{
	"CN":   {"https://oauth.aliyun.com", "4038181954557748008"},
	"INTL": {"https://oauth.alibabacloud.com", "4103531455503354461"},
}

// fromOAuth takes a sign-in by browser that the aliyun CLI has made. Each refresh replaces the refresh token, so the new
// one must go back into the file: else the user's next command would have to sign in again.
func fromOAuth(file *configFile, p *profile) (*found, error) {
	site, ok := oauthSites[strings.ToUpper(p.OAuthSiteType)]
	if !ok {
		return nil, fmt.Errorf("its oauth_site_type %q is neither CN nor INTL", p.OAuthSiteType)
	}
	if p.OAuthRefreshToken == "" && p.OAuthAccessToken == "" {
		return nil, errors.New("it has the mode OAuth and no oauth_refresh_token: sign in again with `aliyun configure`")
	}
	path, name := file.path, p.Name
	provider, err := providers.NewOAuthCredentialsProviderBuilder().
		WithSignInUrl(site.url).
		WithClientId(site.client).
		WithRefreshToken(p.OAuthRefreshToken).
		WithAccessToken(p.OAuthAccessToken).
		WithAccessTokenExpire(p.OAuthAccessTokenExpire).
		WithTokenUpdateCallback(func(refresh, access, key, secret, token string, accessExpire, stsExpire int64) error {
			// A file that cannot be written is no reason to fail: the credentials are good. An error returned from here
			// would be printed to stdout.
			_ = updateProfile(path, name, map[string]any{
				"oauth_refresh_token": refresh, "oauth_access_token": access, "oauth_access_token_expire": accessExpire,
				"access_key_id": key, "access_key_secret": secret, "sts_token": token, "sts_expiration": stsExpire,
			})
			return nil
		}).
		Build()
	return &found{provider, "the sign-in at " + site.url}, err
}

// updateProfile sets fields of one profile in the aliyun CLI's configuration file, and leaves everything else in it as it
// is, known or not. The file is replaced as a whole, so that a reader never sees half of it.
func updateProfile(path, name string, fields map[string]any) error {
	data, err := os.ReadFile(path) //nolint:gosec // The file that the profile was read from.
	if err != nil {
		return err
	}
	var whole map[string]json.RawMessage
	if err := json.Unmarshal(data, &whole); err != nil {
		return err
	}
	var all []map[string]json.RawMessage
	if err := json.Unmarshal(whole["profiles"], &all); err != nil {
		return err
	}
	changed := false
	for _, p := range all {
		var itsName string
		if json.Unmarshal(p["name"], &itsName) != nil || itsName != name {
			continue
		}
		for field, value := range fields {
			if p[field], err = json.Marshal(value); err != nil {
				return err
			}
		}
		changed = true
		break
	}
	if !changed {
		return fmt.Errorf("the profile %q is not there any more", name)
	}
	if whole["profiles"], err = json.Marshal(all); err != nil {
		return err
	}
	if data, err = json.MarshalIndent(whole, "", "\t"); err != nil {
		return err
	}
	return replaceFile(path, data)
}

// replaceFile writes a file anew under its old mode, through another in the same folder.
func replaceFile(path string, data []byte) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if path, err = filepath.EvalSymlinks(path); err != nil { // A link stays a link.
		return err
	}
	next, err := os.CreateTemp(filepath.Dir(path), ".ackupgrade-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(next.Name()) }() // Gone already when all went well.
	_, err = next.Write(data)
	err = errors.Join(err, next.Chmod(info.Mode().Perm()), next.Close())
	if err != nil {
		return err
	}
	return os.Rename(next.Name(), path)
}
