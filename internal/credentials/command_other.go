//go:build !unix

package credentials

import "os/exec"

// endWithChildren does nothing: there are no process groups.
func endWithChildren(*exec.Cmd, bool) {}

// hasTerminal reports whether this process has a controlling terminal: it makes no difference here.
func hasTerminal() bool { return false }
