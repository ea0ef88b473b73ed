//go:build unix

package credentials

import (
	"path/filepath"
	"syscall"
	"testing"
)

func TestANamedPipeThatNobodyWritesToHoldsNobodyUp(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := readConfigFile(pipe); err == nil || err.Error() != "it is empty" {
		t.Errorf("got %v", err)
	}
}
