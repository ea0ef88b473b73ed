package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const foreign = `{
	"current": "p0", "meta_path": "x", "future": {"list": [1, 2.50, null]},
	"profiles": [
		{"name": "p0", "mode": "OAuth", "oauth_site_type": "CN", "oauth_refresh_token": "refresh-0", "language": "zh", "big": 12345678901234567890},
		{"name": "p1", "mode": "AK", "access_key_secret": "a<b>&c", "plugin": {"deep": true}},
		null,
		{"name": "p0", "mode": "a second of the same name"}
	]
}`

func readJSON(t *testing.T, path string) map[string]any {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(data, &all); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(data), "12345678901234567890") != strings.Contains(foreign, "12345678901234567890") {
		t.Error("a large number has lost digits")
	}
	return all
}

func TestAnUpdateKeepsUnknownFields(t *testing.T) {
	folder := t.TempDir()
	path, link := filepath.Join(folder, "real", "config.json"), filepath.Join(folder, "link.json")
	write(t, path, foreign)
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, link); err != nil {
		t.Skip("symbolic links cannot be made here: run this where this user may, on Windows in developer mode: ", err)
	}
	if err := updateProfile(link, "p0", map[string]any{"oauth_refresh_token": "refresh-1", "sts_expiration": int64(1)}); err != nil {
		t.Fatal(err)
	}
	var want map[string]any
	changed := strings.Replace(foreign, `"refresh-0"`, `"refresh-1", "sts_expiration": 1`, 1)
	if err := json.Unmarshal([]byte(changed), &want); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, readJSON(t, path)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o640 {
		t.Errorf("got the mode %s and %v", info.Mode(), err)
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&os.ModeSymlink == 0 {
		t.Errorf("the link is gone: %v", err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("something is left behind: %v and %v", left, err)
	}
}

func TestAFailedUpdateDoesNotChangeTheFile(t *testing.T) {
	for name, text := range map[string]string{
		"not JSON": "{", "no profiles": "{}", "profiles of another kind": `{"profiles": {}}`, "no such profile": `{"profiles": [{"name": "other"}]}`, "null": "null",
	} {
		path := filepath.Join(t.TempDir(), "config.json")
		write(t, path, text)
		if err := updateProfile(path, "p0", map[string]any{"x": "y"}); err == nil {
			t.Errorf("%s: no error", name)
		}
		if got, err := os.ReadFile(path); err != nil || string(got) != text {
			t.Errorf("%s: got %q and %v", name, got, err)
		}
	}
	if err := updateProfile(filepath.Join(t.TempDir(), "missing"), "p0", nil); err == nil {
		t.Error("no error for a file that is missing")
	}
	path := filepath.Join(t.TempDir(), "config.json")
	write(t, path, foreign)
	if err := updateProfile(path, "p0", map[string]any{"x": func() {}}); err == nil {
		t.Error("no error for a value that is no JSON")
	}
}

// Readers see a whole file at any time, and no writer's part is lost.
func TestConcurrentUpdates(t *testing.T) {
	const writers = 16
	var all []string
	for i := range writers {
		all = append(all, fmt.Sprintf(`"name": "p%d"`, i))
	}
	path := filepath.Join(home(t, profiles(all...)), ".aliyun", "config.json")
	var wait sync.WaitGroup
	for i := range writers {
		wait.Go(func() {
			if err := updateProfile(path, fmt.Sprintf("p%d", i), map[string]any{"sts_token": fmt.Sprintf("t%d", i)}); err != nil {
				t.Error(err)
			}
			if _, err := readConfigFile(path); err != nil {
				t.Errorf("a reader sees half a file: %v", err)
			}
		})
	}
	wait.Wait()
	file, err := readConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range file.Profiles {
		if want := fmt.Sprintf("t%d", i); p.StsToken != want {
			t.Errorf("the profile %s has the token %q, want %q", p.Name, p.StsToken, want)
		}
	}
}

// meddler is a value that, when the file has been read and before it is replaced, lets another process write it.
type meddler struct{ write func() }

func (m meddler) MarshalJSON() ([]byte, error) {
	m.write()
	return []byte(`"ours"`), nil
}

func TestAnUpdateKeepsTheChangesOfAnotherProcess(t *testing.T) {
	path := filepath.Join(home(t, profiles(`"name": "p0"`)), ".aliyun", "config.json")
	calls := 0
	once := meddler{func() {
		if calls++; calls == 1 {
			write(t, path, profiles(`"name": "p0", "region_id": "theirs"`))
		}
	}}
	if err := updateProfile(path, "p0", map[string]any{"sts_token": once}); err != nil {
		t.Fatal(err)
	}
	file, err := readConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if p := file.Profiles[0]; p.RegionID != "theirs" || p.StsToken != "ours" {
		t.Errorf("got %+v", p)
	}
	calls = 0
	always := meddler{func() {
		calls++
		write(t, path, profiles(fmt.Sprintf(`"name": "p0", "region_id": "theirs-%d"`, calls)))
	}}
	if err := updateProfile(path, "p0", map[string]any{"sts_token": always}); !errors.Is(err, errChanged) || calls != maxUpdates {
		t.Errorf("got %v after %d tries", err, calls)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); err != nil || len(left) != 1 {
		t.Errorf("something is left behind: %v and %v", left, err)
	}
}
