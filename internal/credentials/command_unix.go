//go:build unix

package credentials

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// endWithChildren makes the end of a command end its children too. Without a terminal, the command gets its own process group.
// With one, it must stay in the foreground process group, or it could not prompt there: then its children are searched for.
func endWithChildren(command *exec.Cmd, terminal bool) {
	if terminal {
		command.Cancel = func() error {
			id := command.Process.Pid
			_ = syscall.Kill(id, syscall.SIGSTOP)
			stop := func(child int) { _ = syscall.Kill(child, syscall.SIGSTOP) }
			for _, child := range stopAll(func() []int { return descendants(id) }, stop) {
				_ = syscall.Kill(child, syscall.SIGKILL)
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

// stopAll stops all processes that look finds, so that they start no others, until it finds no new one. It returns all that it has
// stopped: one whose parent has ended is not found again.
func stopAll(look func() []int, stop func(id int)) (stopped []int) {
	for {
		before := len(stopped)
		for _, id := range look() {
			if !slices.Contains(stopped, id) {
				stopped = append(stopped, id)
				stop(id)
			}
		}
		if len(stopped) == before {
			return stopped
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
