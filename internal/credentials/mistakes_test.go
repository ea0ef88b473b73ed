package credentials

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files of testdata again; read the difference before you commit it")

type mistake struct {
	name   string
	in     Input
	config string // of the file that there is
}

// Each mistake and its whole message. A mistake is found in the configuration, or when the credentials are fetched.
func TestMistakes(t *testing.T) {
	const key = `"access_key_id": "LTAI0123", "access_key_secret": "canary-secret"`
	p0 := ptr("p0")
	keys := Input{AccessKey: ptr("LTAI0123"), SecretKey: ptr("canary-secret")}
	withRole := func(role AssumeRole, variables ...string) Input {
		in := keys
		in.AssumeRole, in.Getenv = &role, environment(variables...)
		return in
	}
	oidc := func(change func(*AssumeRoleWithOIDC)) Input {
		block := AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCToken: ptr("canary-token")}
		change(&block)
		return Input{AssumeRoleWithOIDC: &block}
	}
	folder := t.TempDir()
	file := func(name, text string) *string {
		path := filepath.Join(folder, name)
		write(t, path, text)
		return &path
	}
	named := func(path *string) Input { return Input{Profile: p0, SharedCredentialsFile: path} }
	sso := func(fields string) string {
		return `"name": "p0", "mode": "CloudSSO", "access_token": "canary-token"` + fields
	}
	mistakes := []mistake{
		{name: "nothing", config: profiles()},
		{name: "nothing, and no current profile", config: `{}`},
		{name: "nothing, and a file as the CLI writes it first", config: profiles(`"name": "p0", "mode": "AK", "access_key_id": ""`)},
		{name: "empty attributes", in: Input{AccessKey: ptr(""), SecretKey: ptr(""), CredentialsURI: ptr(""), ECSRoleName: ptr("")}},
		{name: "key without secret", in: Input{AccessKey: ptr("LTAI0123")}},
		{name: "secret without key", in: Input{Getenv: environment("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "canary-secret")}},
		{name: "token without a key pair", in: Input{Getenv: environment("ALICLOUD_SECURITY_TOKEN", "canary-token")}, config: profiles(`"name": "p0", "mode": "AK", ` + key)},
		{name: "OIDC token of the environment without a block", in: Input{Getenv: environment("ALIBABA_CLOUD_OIDC_TOKEN", "canary-token", "ALIBABA_CLOUD_ROLE_ARN", "r")}},
		{name: "profile that the environment forbids", in: Input{Profile: p0, Getenv: environment("ALIBABA_CLOUD_IGNORE_PROFILE", "TRUE")}, config: profiles(`"name": "p0", "mode": "AK", ` + key)},
		{name: "current profile that the environment forbids", in: Input{Getenv: environment("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")}, config: profiles(`"name": "p0", "mode": "AK", ` + key)},
		{name: "command that the environment forbids", in: Input{Getenv: environment("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1")}, config: profiles(`"name": "p0", "mode": "External", "process_command": "x"`)},
		{
			name: "URI of a profile that the environment forbids", in: Input{Profile: p0, Getenv: environment("ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS", "1")},
			config: profiles(`"name": "p0", "mode": "CredentialsURI", "credentials_uri": "http://localhost"`),
		},
		{name: "mode that is not supported", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "RsaKeyPair"`)},
		{name: "profile without a mode and a key", in: Input{Profile: p0}, config: profiles(`"name": "p0"`)},
		{name: "file with a byte order mark", in: named(file("bom.json", "\xef\xbb\xbf{}"))},
		{name: "file in UTF-16", in: named(file("utf16.json", "\xff\xfe{\x00}\x00"))},
		{name: "file in UTF-16 without a byte order mark", in: named(file("utf16le.json", "{\x00}\x00"))},
		{name: "file in INI format", in: named(file("credentials.ini", "# mine\n[default]\ntype = access_key\naccess_key_secret = canary\n"))},
		{name: "profile with half an access key", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "AK", "access_key_id": "LTAI0123"`)},
		{name: "current profile without a name", config: `{"current": "p0", "profiles": [{"name": "", "mode": "AK"}, {"mode": "AK"}]}`},
		{name: "number that is too large", in: named(file("huge.json", `{"profiles": [{"expired_seconds": 1e99}]}`))},
		{name: "profile without a pair", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "r"`)},
		{name: "profile without its STS token", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "StsToken", ` + key)},
		{name: "current profile without its STS token", config: profiles(`"name": "p0", "mode": "StsToken", ` + key)},
		{name: "current profile with half an access key", config: profiles(`"name": "p0", "mode": "AK", "access_key_id": "LTAI0123"`)},
		{name: "current profile with a line end", config: profiles(`"name": "p0", "mode": "AK", "access_key_id": "LTAI0123", "access_key_secret": "canary\nsecret"`)},
		{name: "unknown profile", in: Input{Profile: ptr("no")}, config: profiles(`"name": "p0"`, `"name": "p1"`)},
		{name: "unknown profile in a file without any", in: Input{Getenv: environment("ALICLOUD_PROFILE", "no")}, config: `{}`},
		{name: "unknown mode", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "Magic"`)},
		{name: "unknown mode of the current profile", config: profiles(`"name": "p0", "mode": "Magic"`)},
		{name: "missing default file", in: Input{Profile: p0, Home: filepath.Join(folder, "nobody")}},
		{name: "missing file", in: named(ptr(filepath.Join(folder, "missing.json")))},
		{name: "missing file and no profile", in: Input{Getenv: environment("ALIBABA_CLOUD_CREDENTIALS_FILE", filepath.Join(folder, "missing.json"))}},
		{name: "no home folder", in: Input{Profile: p0}},
		{name: "folder instead of a file", in: named(&folder)},
		{name: "empty file", in: named(file("empty.json", " \n"))},
		{name: "file too large", in: named(file("large.json", strings.Repeat(" ", maxConfigFile+1)))},
		{name: "malformed JSON", in: named(file("malformed.json", "{\n\"profiles\": [\n{\"access_key_secret\": \"canary-secret\",}\n]}"))},
		{name: "JSON that ends too early", in: named(file("cut.json", "{\n\"profiles\": [\n{\"access_key_secret\": \"canary"))},
		{name: "malformed default file", config: "not JSON"},
		{name: "number for a string", in: named(file("number.json", "{\"profiles\": [\n\n{\"access_key_secret\": 123456789}]}"))},
		{name: "string for a number", in: named(file("string.json", "{\"profiles\": [{\n\"expired_seconds\": \"canary\"}]}"))},
		{name: "fraction for a whole number", in: named(file("fraction.json", "{\"profiles\": [{\n\"expired_seconds\": 1.2345}]}"))},
		{name: "truth for a string", in: named(file("true.json", "{\"current\": true}"))},
		{name: "string for a truth", in: named(file("truth.json", "{\"profiles\": [{\n\"enable_vpc\": \"canary\"}]}"))},
		{name: "object for a list", in: named(file("list.json", "{\n\n\"profiles\": {}}"))},
		{name: "list for an object", in: named(file("object.json", "[]"))},
		{name: "cyclic chain", in: Input{Profile: p0}, config: profiles(
			`"name": "p0", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "p1"`,
			`"name": "p1", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "p2"`,
			`"name": "p2", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "p1"`)},
		{name: "chain without a source", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "ChainableRamRoleArn"`)},
		{name: "chain to a profile that is missing", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "no"`)},
		{name: "chain to a profile that is broken", in: Input{Profile: p0}, config: profiles(
			`"name": "p0", "mode": "ChainableRamRoleArn", "ram_role_arn": "r", "source_profile": "p1"`, `"name": "p1", "mode": "Magic"`)},
		{name: "chain without a role", in: Input{Profile: p0}, config: profiles(
			`"name": "p0", "mode": "ChainableRamRoleArn", "source_profile": "p1"`, `"name": "p1", "mode": "AK", `+key)},
		{name: "role profile without a role", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "RamRoleArn", ` + key)},
		{name: "role profile with an expiration out of range", in: Input{Profile: p0}, config: profiles(
			`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "r", "expired_seconds": 899, ` + key)},
		{name: "empty block on a role profile with an expiration out of range", in: Input{Profile: p0, AssumeRole: &AssumeRole{}}, config: profiles(
			`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "r", "expired_seconds": 43201, ` + key)},
		{name: "expiration out of range", in: withRole(AssumeRole{RoleARN: ptr("r"), SessionExpiration: ptr(int64(43201))})},
		{name: "expiration that is no number", in: withRole(AssumeRole{RoleARN: ptr("r")}, "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION", "1h")},
		{name: "block without a role", in: withRole(AssumeRole{})},
		{name: "role with a line end in it", in: withRole(AssumeRole{RoleARN: ptr("r\nr")})},
		{name: "malformed STS endpoint of the environment", in: withRole(AssumeRole{RoleARN: ptr("r")}, "ALIBABA_CLOUD_STS_ENDPOINT", "https://sts.aliyuncs.com")},
		{name: "malformed STS endpoint of a profile", in: Input{Profile: p0}, config: profiles(
			`"name": "p0", "mode": "RamRoleArn", "ram_role_arn": "r", "sts_endpoint": "::1", ` + key)},
		{name: "malformed credentials_uri", in: Input{CredentialsURI: ptr("localhost")}},
		{name: "profile without its credentials_uri", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "CredentialsURI"`)},
		{name: "current profile with a malformed credentials_uri", config: profiles(`"name": "p0", "mode": "CredentialsURI", "credentials_uri": "file:///x"`)},
		{name: "OIDC without a provider", in: oidc(func(b *AssumeRoleWithOIDC) { b.OIDCProviderARN = nil })},
		{name: "OIDC without a role", in: oidc(func(b *AssumeRoleWithOIDC) { b.RoleARN = nil })},
		{name: "OIDC without a token", in: oidc(func(b *AssumeRoleWithOIDC) { b.OIDCToken = nil })},
		{name: "OIDC with a token that is too short", in: oidc(func(b *AssumeRoleWithOIDC) { b.OIDCToken = ptr("abc\n") })},
		{name: "OIDC with a token that is too long", in: oidc(func(b *AssumeRoleWithOIDC) { b.OIDCToken = ptr(strings.Repeat("x", 20001)) })},
		{name: "OIDC with an expiration out of range", in: oidc(func(b *AssumeRoleWithOIDC) { b.SessionExpiration = ptr(int64(1)) })},
		{name: "OIDC profile without a role", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "OIDC"`)},
		{name: "OIDC profile without a provider", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "OIDC", "ram_role_arn": "r"`)},
		{name: "OIDC profile without a token", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "OIDC", "ram_role_arn": "r", "oidc_provider_arn": "idp"`)},
		{name: "OIDC token file that is empty", in: oidc(func(b *AssumeRoleWithOIDC) { b.OIDCToken, b.OIDCTokenFile = ptr(""), file("token", "\n") })},
		{name: "OIDC token file that is missing", in: oidc(func(b *AssumeRoleWithOIDC) {
			b.OIDCToken, b.OIDCTokenFile = nil, ptr(filepath.Join(folder, "no"))
		})},
		{name: "OIDC token file that is too large", in: oidc(func(b *AssumeRoleWithOIDC) {
			b.OIDCToken, b.OIDCTokenFile = nil, file("large", strings.Repeat("x", maxOIDCTokenFile+1))
		})},
		{name: "OIDC token file that is a folder", in: oidc(func(b *AssumeRoleWithOIDC) { b.OIDCToken, b.OIDCTokenFile = nil, &folder })},
		{name: "CloudSSO without a URL", in: Input{Profile: p0}, config: profiles(sso(``))},
		{name: "CloudSSO without an account", in: Input{Profile: p0}, config: profiles(sso(`, "cloud_sso_sign_in_url": "https://x"`))},
		{name: "CloudSSO sign-in that has ended", in: Input{Profile: p0}, config: profiles(sso(`, "cloud_sso_sign_in_url": "https://x",
			"cloud_sso_account_id": "1", "cloud_sso_access_config": "a", "cloud_sso_access_token_expire": 1`))},
		{name: "OAuth of an unknown site", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "OAuth", "oauth_site_type": "MOON"`)},
		{name: "OAuth without a sign-in", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "OAuth", "oauth_site_type": "cn"`)},
		{name: "command with an open quote", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "External", "process_command": "x 'canary"`)},
		{name: "command that is not there", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "External", "process_command": "no-such-command canary"`)},
		{name: "command that is a secret", in: Input{Profile: p0}, config: profiles(
			`"name": "p0", "mode": "External", "process_command": "no-such-canary-secret", "access_key_secret": "canary-secret"`)},
		{name: "command after a variable", in: Input{Profile: p0}, config: profiles(`"name": "p0", "mode": "External", "process_command": "TOKEN=canary /bin/true"`)},
		{name: "command after a variable, of the current profile", config: profiles(`"name": "p0", "mode": "External", "process_command": "'TOKEN=canary' /bin/true"`)},
	}
	var all strings.Builder
	for _, m := range mistakes {
		text := m.make(t)
		text = strings.ReplaceAll(text, folder, "FOLDER")
		if strings.Contains(text, "canary") {
			t.Errorf("%s shows a secret: %s", m.name, text)
		}
		fmt.Fprintf(&all, "== %s\n%s\n\n", m.name, text)
	}
	golden(t, "testdata/mistakes.txt", all.String())
}

// golden compares a text with the one in a file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		write(t, path, got)
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// make makes the mistake and returns its text.
func (m mistake) make(t *testing.T) string {
	in := m.in
	if in.Getenv == nil {
		in.Getenv = environment()
	}
	folder := "nowhere"
	if m.config != "" {
		folder = home(t, m.config)
		in.Home = folder
	}
	clean := func(text string) string { return strings.ReplaceAll(text, folder, "HOME") }
	return clean(messageOf(t, in))
}

// messageOf returns the message of the error that an input ends with.
func messageOf(t *testing.T, in Input) string {
	t.Helper()
	resolved, err := Resolve(in)
	var wrong *Error
	if errors.As(err, &wrong) {
		return fmt.Sprintf("%s\n\n%s\n(on %s)", wrong.Summary, wrong.Detail, wrong.Attribute)
	}
	c, err := resolved.Source(t.Context())
	var failed *FetchError
	if !errors.As(err, &failed) {
		t.Fatalf("got %+v and %v", c, err)
	}
	passing := "for good"
	if failed.Transient() {
		passing = "transient"
	}
	return fmt.Sprintf("Source: %s\nError:  %s\nHint:   %s\n(%s)", failed.Source, failed.Reason, failed.Hint, passing)
}
