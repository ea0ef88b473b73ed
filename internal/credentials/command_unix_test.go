//go:build unix

package credentials

import (
	"bufio"
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// A command may have started others when it is ended: by the time-out, or because the read is interrupted.
func TestTheChildrenOfACommandAreKilledWithIt(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("no sh on PATH: install one to run this test")
	}
	const (
		grandchild = `sh -c 'sleep 7200 & echo started; wait' & wait`
		starting   = `n=0; while [ $n -lt 500 ]; do sleep 7200 & n=$((n+1)); [ $n -eq 20 ] && echo started; done; wait`
	)
	for name, test := range map[string]struct {
		terminal bool
		script   string
	}{
		"without a terminal":                       {false, grandchild},
		"at a terminal":                            {true, grandchild},
		"without a terminal, while it starts more": {false, starting},
		"at a terminal, while it starts more":      {true, starting},
	} {
		t.Run(name, func(t *testing.T) {
			terminal := test.terminal
			if terminal && runtime.GOOS != "linux" {
				t.Skip("processes are looked for in /proc: run this on Linux")
			}
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = read.Close() }()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			// A child that goes on would hold the test up until all tests time out.
			command := exec.CommandContext(ctx, shell, "-c", test.script)
			command.Stdout = write // A file: the children hold it open for as long as they live.
			endWithChildren(command, terminal)
			command.WaitDelay = time.Second
			err = command.Start()
			_ = write.Close()
			if err != nil {
				t.Fatal(err)
			}
			output := bufio.NewReader(read)
			if line, err := output.ReadString('\n'); line != "started\n" {
				t.Fatalf("%q, %v", line, err)
			}
			cancel()
			_ = command.Wait()
			if rest, err := io.ReadAll(output); len(rest) > 0 || err != nil { // The end of the file is the end of the last child.
				t.Errorf("the child of the command goes on: %q, %v", rest, err)
			}
		})
	}
}

// The second look finds a child that was started during the first one, and no longer one whose parent has ended.
func TestEveryChildThatWasStoppedIsReturned(t *testing.T) {
	looks := [][]int{{2, 3}, {2, 4}, {2, 4}}
	var stopped []int
	all := stopAll(func() []int {
		found := looks[0]
		looks = looks[1:]
		return found
	}, func(id int) { stopped = append(stopped, id) })
	if want := []int{2, 3, 4}; !slices.Equal(all, want) || !slices.Equal(stopped, want) || len(looks) > 0 {
		t.Errorf("returned %v, stopped %v, %d looks left; want %v", all, stopped, len(looks), want)
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
		t.Skip("the owner of a file cannot be changed here: run this as root on a local file system: ", err)
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
