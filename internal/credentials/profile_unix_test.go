//go:build unix

package credentials

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// What a user names may be anything: a pipe whose writer is silent, or a terminal, has no end.
func TestAFileThatIsNotRegularDoesNotBlock(t *testing.T) {
	folder := t.TempDir()
	pipe, written := filepath.Join(folder, "pipe"), filepath.Join(folder, "written")
	for _, path := range []string{pipe, written} {
		if err := syscall.Mkfifo(path, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	writer, err := os.OpenFile(written, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = writer.Close() }()
	for _, path := range []string{pipe, written, "/dev/ptmx", "/dev/zero", "/dev/null"} {
		if _, err := os.Stat(path); err != nil {
			continue
		}
		done := make(chan error, 2)
		go func() { _, err := readConfigFile(path); done <- err }()
		go func() {
			_, err := (&oidcProvider{oidc: oidc{file: Value{Text: path}}, scrub: &scrubber{}}).read()
			done <- err
		}()
		for range 2 {
			if err := <-done; err == nil { // Opening a named pipe would block for ever.
				t.Errorf("%s was read", path)
			}
		}
	}
}
