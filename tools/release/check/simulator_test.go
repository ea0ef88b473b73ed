package check

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

func TestTheSimulatorIsThereForEveryPlatformOfTheProvider(t *testing.T) {
	r := theRelease(t)
	want := []string{project + "_" + r.version + "_sbom.cdx.json", simulator + "_" + r.version + "_sbom.cdx.json"}
	for _, target := range r.targets {
		name := r.simulatorArchive(target)
		want = append(want, name)
		checkMembers(t, name, membersOfTar(t, r.path(name)), binary(simulator, target), target)
	}
	var got []string
	for name, sum := range r.simulatorSums {
		got = append(got, name)
		checkSum(t, r.path(name), sum)
	}
	slices.Sort(want)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("its checksum file has\n%q, want\n%q", got, want)
	}
}

func TestTheSimulatorRunsAndSaysWhichReleaseItIs(t *testing.T) {
	r := theRelease(t)
	output, err := exec.CommandContext(t.Context(), unpackSimulator(t, r), "-version").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	if got, want := strings.TrimSpace(string(output)), "acksim "+r.version; got != want {
		t.Errorf("-version says %q, want %q", got, want)
	}
}

// unpackSimulator takes the simulator for this machine out of its archive, and returns its path.
func unpackSimulator(t *testing.T, r release) string {
	t.Helper()
	target := runtime.GOOS + "_" + runtime.GOARCH
	if !slices.Contains(r.targets, target) {
		t.Fatalf("the release has nothing for %s, which these tests run on: make snapshot with it among TARGETS", target)
	}
	name := binary(simulator, target)
	path := filepath.Join(t.TempDir(), name)
	for _, m := range membersOfTar(t, r.path(r.simulatorArchive(target))) {
		if m.name == name {
			if err := os.WriteFile(path, m.content, m.mode); err != nil {
				t.Fatal(err)
			}
		}
	}
	return path
}
