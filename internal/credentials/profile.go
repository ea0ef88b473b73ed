package credentials

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// The modes of a profile, as the aliyun CLI writes them.
const (
	modeAK                     = "AK"
	modeStsToken               = "StsToken"
	modeRamRoleArn             = "RamRoleArn"
	modeEcsRamRole             = "EcsRamRole"
	modeRamRoleArnWithRoleName = "RamRoleArnWithRoleName"
	modeChainableRamRoleArn    = "ChainableRamRoleArn"
	modeCloudSSO               = "CloudSSO"
	modeExternal               = "External"
	modeOAuth                  = "OAuth"
	modeOIDC                   = "OIDC"
	modeCredentialsURI         = "CredentialsURI"

	modeRsaKeyPair = "RsaKeyPair" // Known to the aliyun CLI, and not supported here.
)

var modes = []string{
	modeAK, modeStsToken, modeRamRoleArn, modeEcsRamRole, modeRamRoleArnWithRoleName, modeChainableRamRoleArn,
	modeCloudSSO, modeExternal, modeOAuth, modeOIDC, modeCredentialsURI,
}

// profile is one profile of the aliyun CLI's configuration file.
type profile struct {
	Name            string `json:"name"`
	Mode            string `json:"mode"`
	AccessKeyID     string `json:"access_key_id"`
	AccessKeySecret string `json:"access_key_secret"`
	StsToken        string `json:"sts_token"`
	RegionID        string `json:"region_id"`

	RamRoleName    string `json:"ram_role_name"`
	RamRoleARN     string `json:"ram_role_arn"`
	RamSessionName string `json:"ram_session_name"`
	ExpiredSeconds int64  `json:"expired_seconds"`
	StsRegion      string `json:"sts_region"`
	StsEndpoint    string `json:"sts_endpoint"`
	EnableVPC      bool   `json:"enable_vpc"`
	Policy         string `json:"policy"`
	ExternalID     string `json:"external_id"`
	SourceProfile  string `json:"source_profile"`

	OIDCProviderARN string `json:"oidc_provider_arn"`
	OIDCToken       string `json:"oidc_token"`
	OIDCTokenFile   string `json:"oidc_token_file"`

	CredentialsURI string `json:"credentials_uri"`
	ProcessCommand string `json:"process_command"`

	SignInURL         string `json:"cloud_sso_sign_in_url"`
	AccountID         string `json:"cloud_sso_account_id"`
	AccessConfig      string `json:"cloud_sso_access_config"`
	AccessToken       string `json:"access_token"`
	AccessTokenExpire int64  `json:"cloud_sso_access_token_expire"`

	OAuthSiteType          string `json:"oauth_site_type"`
	OAuthAccessToken       string `json:"oauth_access_token"`
	OAuthRefreshToken      string `json:"oauth_refresh_token"`
	OAuthAccessTokenExpire int64  `json:"oauth_access_token_expire"`
}

// complete drops white space at the ends of what people copy into a profile, and adds the mode of one without it, as the
// aliyun CLI does.
func (p *profile) complete() {
	for _, field := range []*string{
		&p.Name, &p.SourceProfile, &p.Policy, &p.ExternalID, &p.Mode, &p.AccessKeyID, &p.AccessKeySecret, &p.StsToken, &p.RegionID, &p.RamRoleName, &p.RamRoleARN, &p.RamSessionName, &p.StsRegion,
		&p.StsEndpoint, &p.OIDCProviderARN, &p.OIDCToken, &p.OIDCTokenFile, &p.CredentialsURI, &p.ProcessCommand, &p.SignInURL,
		&p.AccountID, &p.AccessConfig, &p.AccessToken, &p.OAuthSiteType, &p.OAuthAccessToken, &p.OAuthRefreshToken,
	} {
		*field = strings.TrimSpace(*field)
	}
	switch {
	case p.Mode != "" || p.AccessKeyID == "" || p.AccessKeySecret == "":
	case p.RamRoleARN != "":
		p.Mode = modeRamRoleArn
	case p.StsToken != "":
		p.Mode = modeStsToken
	default:
		p.Mode = modeAK
	}
}

// profile returns the profile of the given name.
func (f *configFile) profile(name string) (*profile, error) {
	for i := range f.Profiles {
		if f.Profiles[i].Name == name {
			return &f.Profiles[i], nil
		}
	}
	var names []string
	for i := range f.Profiles {
		if f.Profiles[i].Name != "" {
			names = append(names, fmt.Sprintf("%q", short(f.Profiles[i].Name)))
		}
	}
	switch {
	case len(f.Profiles) == 0:
		return nil, fmt.Errorf("it has no profile %q, and no other", short(name))
	case len(names) == 0:
		return nil, fmt.Errorf("it has no profile %q, and none of its profiles has a name", short(name))
	default:
		return nil, fmt.Errorf("it has no profile %q, only %s", short(name), some(names, ", "))
	}
}

// short shortens a name that is too long to be meant.
func short(name string) string {
	const most = 100
	characters := 0
	for i := range name {
		if characters == most {
			return name[:i] + "…"
		}
		characters++
	}
	return name
}

// some joins as many names as people read.
func some(names []string, separator string) string {
	const most = 50
	if more := len(names) - most; more > 0 {
		names = append(slices.Clone(names[:most]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(names, separator)
}

// chain returns the profiles that a ChainableRamRoleArn profile is made from, itself first. credentials-go would follow a
// chain that bites its own tail until the stack is full.
func (f *configFile) chain(p *profile) ([]*profile, error) {
	var (
		all   []*profile
		names []string
	)
	for {
		for _, seen := range all {
			if seen == p {
				return nil, fmt.Errorf("its source_profile chain never ends: %s -> %s", some(names, " -> "), short(p.Name))
			}
		}
		all, names = append(all, p), append(names, short(p.Name))
		if p.Mode != modeChainableRamRoleArn {
			return all, nil
		}
		if p.SourceProfile == "" {
			return nil, fmt.Errorf("profile %q has the mode ChainableRamRoleArn, but no source_profile", short(p.Name))
		}
		source, err := f.profile(p.SourceProfile)
		if err != nil {
			return nil, fmt.Errorf("profile %q has a source_profile that does not exist: %w", short(p.Name), err)
		}
		p = source
	}
}

// expand replaces a "~" at the beginning of a path with the home folder.
func expand(path, home string) (string, error) {
	if path != "~" && !strings.HasPrefix(path, "~/") && !strings.HasPrefix(path, `~\`) {
		return path, nil
	}
	if home == "" {
		return path, errors.New(`no home folder for "~"`)
	}
	return filepath.Join(home, path[1:]), nil
}
