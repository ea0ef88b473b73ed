package realcli

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// process is a process of this machine, and what Linux says of it.
type process struct {
	id     int
	status map[string]string
}

// providerProcesses returns those that the CLI of the given process id has started to run a provider. Linux only; elsewhere
// there are none.
func providerProcesses(cli int) (all []process) {
	files, _ := filepath.Glob("/proc/[0-9]*/status")
	for _, file := range files {
		id, _ := strconv.Atoi(filepath.Base(filepath.Dir(file))) // The pattern sees to that.
		p := process{id: id}
		// The kernel cuts names off.
		if p.read() && p.status["PPid"] == strconv.Itoa(cli) && strings.HasPrefix(p.status["Name"], "terraform-provi") {
			all = append(all, p)
		}
	}
	return all
}

// read reads the status, and reports whether there is one: the process may be gone.
func (p *process) read() bool {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.id))
	if err != nil {
		return false
	}
	p.status = make(map[string]string)
	for line := range strings.Lines(string(data)) {
		name, value, _ := strings.Cut(line, ":")
		p.status[name] = strings.TrimSpace(value)
	}
	return true
}

// runs reports whether the process has not ended.
func (p *process) runs() bool {
	return p.read() && !strings.HasPrefix(p.status["State"], "Z")
}
