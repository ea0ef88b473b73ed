package check

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"debug/buildinfo"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A member is a file in an archive.
type member struct {
	name    string
	mode    fs.FileMode
	content []byte
}

func membersOfZip(t *testing.T, file string) []member {
	t.Helper()
	archive, err := zip.OpenReader(file)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close() //nolint:errcheck // Only read.
	var members []member
	for _, f := range archive.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		members = append(members, member{name: f.Name, mode: f.Mode(), content: readAll(t, content)})
	}
	return members
}

func membersOfTar(t *testing.T, file string) []member {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // Only read.
	unzipped, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(unzipped)
	var members []member
	for {
		header, err := archive.Next()
		if err == io.EOF {
			return members
		}
		if err != nil {
			t.Fatal(err)
		}
		if header.Uname != "root" || header.Gname != "root" || header.Uid != 0 || header.Gid != 0 {
			t.Errorf("%s: %s belongs to %s (%d) and %s (%d), who are of the machine that built it", filepath.Base(file), header.Name,
				header.Uname, header.Uid, header.Gname, header.Gid)
		}
		members = append(members, member{name: header.Name, mode: header.FileInfo().Mode(), content: readAll(t, archive)})
	}
}

func readAll(t *testing.T, r io.Reader) []byte {
	t.Helper()
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// checkMembers checks that an archive has the binary, the license and nothing else, and that the binary is for its target.
func checkMembers(t *testing.T, name string, members []member, executable, target string) {
	t.Helper()
	content := map[string][]byte{}
	for _, m := range members {
		want := fs.FileMode(0o644)
		if m.name == executable {
			want = 0o755
		}
		if m.mode != want {
			t.Errorf("%s: the mode of %s is %v, want %v", name, m.name, m.mode, want)
		}
		content[m.name] = m.content
	}
	if len(content) != 2 || content[executable] == nil || content["LICENSE"] == nil {
		t.Fatalf("%s holds %d files, want %s and LICENSE", name, len(content), executable)
	}
	info, err := buildinfo.Read(bytes.NewReader(content[executable]))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	settings := map[string]string{}
	for _, setting := range info.Settings {
		settings[setting.Key] = setting.Value
	}
	if got := settings["GOOS"] + "_" + settings["GOARCH"]; got != target {
		t.Errorf("%s: %s is for %s", name, executable, got)
	}
	if settings["CGO_ENABLED"] != "0" {
		t.Errorf("%s: %s is linked to a C library, which a user may not have", name, executable)
	}
	if settings["-trimpath"] != "true" {
		t.Errorf("%s: %s has the paths of the machine that built it", name, executable)
	}
	for key := range settings {
		if strings.HasPrefix(key, "vcs") {
			t.Errorf("%s: %s has %s, so the same source would give other bytes elsewhere", name, executable, key)
		}
	}
}
