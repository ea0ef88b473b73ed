package bench

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchMemory looks at the provider processes that a CLI has started, until the function that it returns is called: that
// returns the most memory that one of them had resident. Linux only; elsewhere it is 0.
func watchMemory(cli int) func() int64 {
	done, peak := make(chan struct{}), make(chan int64)
	go func() {
		tick := time.NewTicker(5 * time.Millisecond)
		defer tick.Stop()
		var most int64
		for {
			select {
			case <-done:
				peak <- most
				return
			case <-tick.C:
				for _, p := range providersOf(cli) {
					most = max(most, p.bytes("VmHWM"))
				}
			}
		}
	}()
	return func() int64 {
		close(done)
		return <-peak
	}
}

// process is a process of this machine, by its id.
type process int

// providersOf returns the provider processes that a CLI has started.
func providersOf(cli int) (all []process) {
	children, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", cli))
	for _, file := range children {
		text, _ := os.ReadFile(file) //nolint:gosec // Of a process of ours. It may have ended.
		for id := range strings.FieldsSeq(string(text)) {
			if n, err := strconv.Atoi(id); err == nil && strings.HasPrefix(process(n).status("Name"), "terraform-provi") {
				all = append(all, process(n))
			}
		}
	}
	return all
}

// status returns a field of what Linux says of the process, or nothing.
func (p process) status(name string) string {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/status", p)) // It may have ended.
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// bytes returns a field that counts kilobytes.
func (p process) bytes(name string) int64 {
	n, _ := strconv.ParseInt(strings.TrimSuffix(p.status(name), " kB"), 10, 64)
	return n << 10
}

// cpu returns the processor time that the process has used: of its threads, each to the nanosecond.
func (p process) cpu() (used time.Duration) {
	files, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", p))
	for _, file := range files {
		text, _ := os.ReadFile(file) //nolint:gosec // As above.
		first, _, _ := strings.Cut(string(text), " ")
		n, _ := strconv.ParseInt(first, 10, 64)
		used += time.Duration(n)
	}
	return used
}
