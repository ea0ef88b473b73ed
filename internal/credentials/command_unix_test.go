//go:build unix

package credentials

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A command may have started others when it is ended: by the time-out, or because the read is interrupted.
func TestTheChildrenOfACommandEndWithIt(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh on PATH: install one to run this test")
	}
	for name, terminal := range map[string]bool{"without a terminal": false, "at a terminal": true} {
		t.Run(name, func(t *testing.T) {
			if terminal && runtime.GOOS != "linux" {
				t.Skip("processes are looked for in /proc: run this on Linux")
			}
			file := filepath.Join(t.TempDir(), "child")
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			command := exec.CommandContext(ctx, shell, "-c", `sh -c 'sleep 60 & echo $! > "$0.new"; mv "$0.new" "$0"; wait' "$0" & wait`, file)
			endWithChildren(command, terminal)
			command.WaitDelay = time.Second
			if err := command.Start(); err != nil {
				t.Fatal(err)
			}
			child := 0
			for deadline := time.Now().Add(10 * time.Second); child == 0 && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
				data, _ := os.ReadFile(file)
				child, _ = strconv.Atoi(strings.TrimSpace(string(data)))
			}
			if child == 0 {
				t.Fatal("the command started no child")
			}
			cancel()
			_ = command.Wait()
			gone := func() bool {
				data, err := os.ReadFile("/proc/" + strconv.Itoa(child) + "/stat")
				return syscall.Kill(child, 0) != nil || err == nil && strings.Contains(string(data), ") Z ")
			}
			for deadline := time.Now().Add(5 * time.Second); !gone() && time.Now().Before(deadline); {
				time.Sleep(10 * time.Millisecond)
			}
			if !gone() {
				_ = syscall.Kill(child, syscall.SIGKILL)
				t.Error("the child of the command goes on")
			}
		})
	}
}

func TestStderrOfACommandShowsNoPassword(t *testing.T) {
	_, err := fetchWith(t, command(t, "", "+ curl -u admin:hunter2 https://bob:hunter3@vault.example/x -H 'Authorization: Bearer hunter4.x'", "x"))
	if err == nil || strings.Contains(err.Error(), "hunter") || !strings.Contains(err.Error(), "vault.example") {
		t.Errorf("got %v", err)
	}
}

// Run by root, an update must leave the file to its owner.
func TestAnUpdateKeepsTheOwner(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can write the file of another user: run this as root")
	}
	path := filepath.Join(t.TempDir(), "config.json")
	write(t, path, foreign)
	if err := os.Chown(path, 12345, 54321); err != nil {
		t.Skip(err)
	}
	if err := updateProfile(path, "p0", map[string]any{"oauth_refresh_token": "refresh-1"}); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if owner := info.Sys().(*syscall.Stat_t); owner.Uid != 12345 || owner.Gid != 54321 { //nolint:forcetypeassert // On Unix it is.
		t.Errorf("the owner is now %d:%d", owner.Uid, owner.Gid)
	}
}
