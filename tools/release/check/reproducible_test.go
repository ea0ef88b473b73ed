package check

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// The release is built once more from the same source: in another folder, with other times and modes of the files, and in
// another time zone. Both builds use one build cache, so this is not about the compiler, but about what goes in beside the code.
func TestASecondBuildHasTheSameChecksums(t *testing.T) {
	r := theRelease(t)
	second := t.TempDir()
	copySource(t, second)

	text, err := os.ReadFile(*config)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(filepath.Join(second, "build"), 0o750); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(second, "build", "goreleaser.yml"), string(text))
	command := exec.CommandContext(t.Context(), *goreleaser, "release", "--config", "build/goreleaser.yml", "--snapshot", "--clean", "--skip=sign,publish")
	command.Dir = second
	command.Env = append(os.Environ(), "TZ=Asia/Kathmandu",
		"PATH="+filepath.Dir(*goreleaser)+string(os.PathListSeparator)+os.Getenv("PATH"))
	if output, err := command.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}

	for _, name := range []string{project + "_" + r.version + "_SHA256SUMS", simulator + "_" + r.version + "_checksums.txt"} {
		first, err := os.ReadFile(r.path(name))
		if err != nil {
			t.Fatal(err)
		}
		again, err := os.ReadFile(filepath.Join(second, "build", "dist", name))
		if err != nil {
			t.Fatalf("the second build: %v", err)
		}
		t.Logf("%s of the first build\n%s\nof the second\n%s", name, first, again)
		if !bytes.Equal(first, again) {
			t.Errorf("%s differs: has the working copy changed since make snapshot?\n%s\n%s", name, first, again)
		}
	}
}

// copySource copies the repository's history and the files of the working copy, committed or not, into an empty folder.
func copySource(t *testing.T, folder string) {
	t.Helper()
	git(t, "clone", "--quiet", "--no-checkout", root, folder)
	for name := range strings.SplitSeq(git(t, "-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"), "\x00") {
		if name == "" {
			continue
		}
		content, err := os.ReadFile(filepath.Join(root, name))
		if os.IsNotExist(err) {
			continue // It has been removed, and not committed yet.
		}
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
			t.Fatal(err)
		}
		write(t, file, string(content))
	}
}

func git(t *testing.T, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), "git", args...)
	var output, errors bytes.Buffer
	command.Stdout, command.Stderr = &output, &errors
	if err := command.Run(); err != nil {
		t.Fatal(fmt.Errorf("git %s: %w\n%s", strings.Join(args, " "), err, errors.Bytes()))
	}
	return output.String()
}
