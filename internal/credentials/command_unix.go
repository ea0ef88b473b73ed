//go:build unix

package credentials

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// endWithChildren makes the end of a command end its children too. Without a terminal, the command gets its own process group.
// With one, it must stay in the foreground process group, or it could not prompt there: then its children are searched for.
func endWithChildren(command *exec.Cmd, terminal bool) {
	if terminal {
		command.Cancel = func() error {
			for _, id := range stopped(command.Process.Pid) {
				_ = syscall.Kill(id, syscall.SIGKILL)
			}
			return command.Process.Kill()
		}
		return
	}
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	command.Cancel = func() error {
		err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
}

// hasTerminal reports whether this process has a controlling terminal, on which a command can prompt.
func hasTerminal() bool {
	terminal, err := os.OpenFile("/dev/tty", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	_ = terminal.Close()
	return true
}

// stopped stops a process and all its descendants, so that they start no others, and returns the descendants.
func stopped(id int) []int {
	_ = syscall.Kill(id, syscall.SIGSTOP)
	seen := make(map[int]bool)
	for {
		all := descendants(id)
		before := len(seen)
		for _, child := range all {
			if !seen[child] {
				seen[child] = true
				_ = syscall.Kill(child, syscall.SIGSTOP)
			}
		}
		if len(seen) == before { // A second look has found no child that was started during the first one.
			return all
		}
	}
}

// descendants returns the processes that a process has started, and that these have, and so on. Linux only; elsewhere none are
// found.
func descendants(id int) (all []int) {
	files, _ := filepath.Glob("/proc/[0-9]*/stat")
	children := make(map[int][]int)
	for _, file := range files {
		data, err := os.ReadFile(file) //nolint:gosec // A file of the kernel's.
		if err != nil {
			continue
		}
		// The second field is a name in brackets, which can contain anything; the fourth is the parent.
		fields := strings.Fields(string(data[strings.LastIndexByte(string(data), ')')+1:]))
		child, errChild := strconv.Atoi(filepath.Base(filepath.Dir(file)))
		if len(fields) < 2 || errChild != nil {
			continue
		}
		if parent, err := strconv.Atoi(fields[1]); err == nil {
			children[parent] = append(children[parent], child)
		}
	}
	for next := children[id]; len(next) > 0; next = next[1:] {
		all = append(all, next[0])
		next = append(next, children[next[0]]...)
	}
	return all
}
