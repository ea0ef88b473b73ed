package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"syscall"
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

// configFile is the aliyun CLI's configuration file.
type configFile struct {
	path string

	Current  string    `json:"current"`
	Profiles []profile `json:"profiles"`
}

// maxConfigFile bounds what is read of a configuration file: one with a thousand profiles has some 500 KiB.
const maxConfigFile = 1 << 20

// maxProfiles bounds how many profiles there may be: even an empty one takes five hundred bytes of memory.
const maxProfiles = 4000

// readBounded reads a file of so many bytes at most: what a user names may be anything, a device without an end for one.
func readBounded(path string, limit int) ([]byte, error) {
	// A named pipe that nobody writes to would not even let itself be opened otherwise; read, it is empty.
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0) //nolint:gosec // The file that the user named.
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.IsDir() {
		return nil, errors.New("it is a folder")
	}
	data, err := io.ReadAll(io.LimitReader(f, int64(limit)+1))
	if err != nil {
		return nil, err
	}
	if len(data) > limit {
		return nil, fmt.Errorf("it is larger than %d bytes", limit)
	}
	return data, nil
}

// readConfigFile reads the file at path.
func readConfigFile(path string) (*configFile, error) {
	data, err := readBounded(path, maxConfigFile)
	if err != nil {
		return nil, err
	}
	file, err := parseConfigFile(data)
	if err != nil {
		return nil, err
	}
	file.path = path
	return file, nil
}

// parseConfigFile reads what is in a configuration file. An error names the line where it is malformed, and shows nothing
// of what stands there: it may be a secret.
func parseConfigFile(data []byte) (*configFile, error) {
	// First only how many there are. What is wrong with the file is said below.
	var shape struct{ Profiles elements }
	_ = json.Unmarshal(data, &shape)
	if shape.Profiles > maxProfiles {
		return nil, fmt.Errorf("it has more than %d profiles", maxProfiles)
	}
	file := &configFile{Profiles: make([]profile, 0, shape.Profiles)}
	err := json.Unmarshal(data, file)
	var (
		syntax   *json.SyntaxError
		mistyped *json.UnmarshalTypeError
	)
	switch {
	case len(bytes.TrimSpace(data)) == 0:
		return nil, errors.New("it is empty")
	case errors.As(err, &syntax):
		return nil, fmt.Errorf("line %d is not JSON", lineAt(data, syntax.Offset))
	case errors.As(err, &mistyped):
		got, _, _ := strings.Cut(mistyped.Value, " ") // After the kind comes the number itself.
		not := ", not " + or(kindsFound[got], "a "+got)
		if got == "number" && mistyped.Type.Kind() == reflect.Int64 { // A fraction, or too large.
			not = ""
		}
		return nil, fmt.Errorf("line %d: %s must be %s%s",
			lineAt(data, mistyped.Offset), or(mistyped.Field, "it"), kinds[mistyped.Type.Kind()], not)
	case err != nil:
		return nil, errors.New("it is not JSON")
	}
	return file, nil
}

// elements counts the elements of a JSON array, and of each that takes its place: encoding/json reads them all.
type elements int

// UnmarshalJSON implements json.Unmarshaler. What has no size takes no memory, however many there are.
func (e *elements) UnmarshalJSON(data []byte) error {
	if *e <= maxProfiles {
		var all []anything
		_ = json.Unmarshal(data, &all) // What is no array has no elements.
		*e += elements(max(1, len(all)))
	}
	return nil
}

type anything struct{}

// UnmarshalJSON implements json.Unmarshaler.
func (*anything) UnmarshalJSON([]byte) error { return nil }

// kinds are JSON's names for what the fields of a configuration file are.
var kinds = map[reflect.Kind]string{
	reflect.String: "a string", reflect.Int64: "a whole number of seconds", reflect.Bool: "true or false", reflect.Slice: "a list", reflect.Struct: "an object",
}

// kindsFound is the same for what stands there in place of it, as encoding/json calls it, where "a" does not go before that.
var kindsFound = map[string]string{"array": "a list", "object": "an object", "bool": "true or false"}

func lineAt(data []byte, offset int64) int {
	return 1 + bytes.Count(data[:min(max(offset-1, 0), int64(len(data)))], []byte("\n"))
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

// short cuts a name that nobody would give.
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
			return nil, fmt.Errorf("profile %q has the mode ChainableRamRoleArn and no source_profile", short(p.Name))
		}
		source, err := f.profile(p.SourceProfile)
		if err != nil {
			return nil, fmt.Errorf("profile %q names a source_profile that is missing: %w", short(p.Name), err)
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
		return path, errors.New(`there is no home folder that "~" could stand for`)
	}
	return filepath.Join(home, path[1:]), nil
}

// fileProblem says in words why a file cannot be read, without repeating its path.
func fileProblem(err error) string {
	var of *fs.PathError
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file"
	case errors.Is(err, fs.ErrPermission):
		return "it may not be read"
	case errors.As(err, &of):
		return of.Err.Error()
	default:
		return err.Error()
	}
}
