package check

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The Terraform Registry rejects a release whose checksum file names anything but the archives of the provider and the
// manifest. OpenTofu's looks for the same names.
func TestTheChecksumFileHasWhatTheRegistriesReadAndNothingElse(t *testing.T) {
	r := theRelease(t)
	manifest := project + "_" + r.version + "_manifest.json"
	want := []string{manifest}
	for _, target := range r.targets {
		want = append(want, r.archive(target))
	}
	var got []string
	for name := range r.sums {
		got = append(got, name)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the checksum file has\n%q, want\n%q", got, want)
	}

	// The manifest is published under another name than it has in the repository.
	checkSum(t, filepath.Join(root, "terraform-registry-manifest.json"), r.sums[manifest])
	for _, target := range r.targets {
		name := r.archive(target)
		checkSum(t, r.path(name), r.sums[name])
		checkMembers(t, name, membersOfZip(t, r.path(name)), binary(project+"_v"+r.version, target), target)
	}
	zips, err := filepath.Glob(r.path("*.zip"))
	if err != nil {
		t.Fatal(err)
	}
	if len(zips) != len(r.targets) {
		t.Errorf("%d zips for %d platforms: a registry may take any zip for the provider's", len(zips), len(r.targets))
	}
}

func TestTheManifestNamesTheProtocolThatTheProviderSpeaks(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "terraform-registry-manifest.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Version  int
		Metadata struct {
			ProtocolVersions []string `json:"protocol_versions"`
		}
	}
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	if manifest.Version != 1 {
		t.Errorf("version is %d, want 1", manifest.Version)
	}
	if got := manifest.Metadata.ProtocolVersions; !slices.Equal(got, []string{"6.0"}) {
		t.Errorf("protocol_versions is %q, want 6.0 alone, which main.go serves", got)
	}
}

func checkSum(t *testing.T, file, want string) {
	t.Helper()
	got, err := sumOf(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != want {
		t.Errorf("the checksum of %s is %s, the checksum file says %q", filepath.Base(file), got, want)
	}
}
