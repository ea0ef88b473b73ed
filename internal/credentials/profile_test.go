package credentials

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestFilesThatMayNotBeRead(t *testing.T) {
	if os.Getuid() == 0 || runtime.GOOS == "windows" {
		t.Skip("root may read every file, and Windows has no mode that forbids it: run this as another user")
	}
	folder := home(t, profiles())
	path := filepath.Join(folder, ".aliyun", "config.json")
	if err := os.Chmod(path, 0); err != nil {
		t.Fatal(err)
	}
	_, err := Resolve(Input{Profile: ptr("p0"), Home: folder, Getenv: environment()})
	var wrong *Error
	if !errors.As(err, &wrong) || !strings.Contains(wrong.Detail, "): permission denied.\n") {
		t.Errorf("got %v", err)
	}
	resolved := resolve(t, Input{AssumeRoleWithOIDC: &AssumeRoleWithOIDC{OIDCProviderARN: ptr("idp"), RoleARN: ptr("r"), OIDCTokenFile: &path}})
	_, err = resolved.Source(t.Context())
	var failed *FetchError
	if !errors.As(err, &failed) || failed.Reason != "the OIDC token file "+path+": permission denied" {
		t.Errorf("got %v", err)
	}
}

func TestATildeIsTheHomeDirectory(t *testing.T) {
	for path, want := range map[string]string{
		"~":            "/home/me",
		"~/x/y.json":   "/home/me/x/y.json",
		"/x":           "/x",
		"x/~/y":        "x/~/y",
		"~somebody/.a": "~somebody/.a",
	} {
		if got, err := expand(path, filepath.FromSlash("/home/me")); err != nil || filepath.ToSlash(got) != want {
			t.Errorf("%s: got %s and %v, want %s", path, got, err, want)
		}
	}
	folder := home(t, "")
	write(t, filepath.Join(folder, "mine.json"), profiles(`"name": "p0", "mode": "EcsRamRole"`))
	for name, in := range map[string]Input{
		"from the attribute":   {SharedCredentialsFile: ptr("~/mine.json"), Getenv: environment("ALICLOUD_SHARED_CREDENTIALS_FILE", "~/no")},
		"from the environment": {Getenv: environment("ALICLOUD_SHARED_CREDENTIALS_FILE", "~/mine.json", "ALIBABA_CLOUD_CREDENTIALS_FILE", "~/no")},
		"from the second name": {Getenv: environment("ALIBABA_CLOUD_CREDENTIALS_FILE", "~/mine.json")},
	} {
		in.Home, in.Profile = folder, ptr("p0")
		if got := used(resolve(t, in).Trace); got != "ecs_role_name: used: the role of the ECS instance" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// No string of the file may be in an error: any of them may be a secret.
func FuzzConfigFile(f *testing.F) {
	f.Add([]byte(profiles(`"name": "p0", "mode": "AK", "access_key_secret": "canary-secret"`)))
	f.Add([]byte("{\n\"profiles\": [{\"expired_seconds\": \"canary-secret\"}]}"))
	f.Add([]byte(`{"profiles": [{"access_key_secret": "canary-secret",}]}`))
	f.Add([]byte(`{"current": 123456789}`))
	f.Add([]byte(`{"access_key_secret": "canary-secret", "profiles": {}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		file, err := parseConfigFile(data)
		if err == nil {
			for i := range file.Profiles {
				if chain, err := file.chain(&file.Profiles[i]); err == nil && len(chain) == 0 {
					t.Error("a chain without a profile")
				}
			}
			return
		}
		// An error consists of these, for any content of the file.
		ours, _ := json.Marshal(configFile{Profiles: []profile{{}}})
		words := string(ours) + "profiles. line is not JSON must be a string, a whole number, true or false, a list, an object, it is empty"
		decoder := json.NewDecoder(bytes.NewReader(data))
		for {
			token, problem := decoder.Token()
			if problem != nil {
				return
			}
			if text, ok := token.(string); ok && len(text) > 3 && strings.Contains(err.Error(), text) && !strings.Contains(words, text) {
				t.Errorf("%q is in %q", text, err)
			}
		}
	})
}
