package soak

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"time"
)

// usage is what the process holds.
type usage struct {
	goroutines int
	files      int // Open file descriptors, connections included; zero where they cannot be counted.
	heap       uint64
}

func (u usage) String() string {
	return fmt.Sprintf("%d goroutines, %d file descriptors, %.1f MiB", u.goroutines, u.files, float64(u.heap)/(1<<20))
}

func measure() usage {
	runtime.GC()
	runtime.GC() // What finalizers have let go of only now.
	var memory runtime.MemStats
	runtime.ReadMemStats(&memory)
	return usage{goroutines: runtime.NumGoroutine(), files: openFiles(), heap: memory.HeapAlloc}
}

// openFiles counts the file descriptors that are open, that for counting them included.
func openFiles() int {
	for _, folder := range []string{"/proc/self/fd", "/dev/fd"} {
		if entries, err := os.ReadDir(folder); err == nil {
			return len(entries)
		}
	}
	return 0
}

// settle waits until the process holds no more goroutines and files than before: what has been closed needs a moment to end.
// What is left behind for good is seen when the test times out, among the stacks of all goroutines.
func settle(before usage) usage {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for ; ; <-ticker.C {
		now := usage{goroutines: runtime.NumGoroutine(), files: openFiles()}
		if now.goroutines <= before.goroutines && now.files <= before.files {
			return measure()
		}
	}
}

// stacks returns those of all goroutines.
func stacks() []byte {
	buffer := make([]byte, 1<<20)
	return buffer[:runtime.Stack(buffer, true)]
}

// settleMemory waits until the process has hardly more memory than after the first rounds, without the very first one. It waits as
// long as net/http can take to release memory: it keeps lost connections, and all that they refer to, until a timer ends, 90 s in
// the client. It returns the memory after the first rounds, and the memory now.
func settleMemory(rounds []usage) (then, now uint64, flat bool) {
	var early []uint64
	for _, u := range rounds[1 : 1+len(rounds)/3] {
		early = append(early, u.heap)
	}
	slices.Sort(early)
	then = early[len(early)/2]
	ticker := time.NewTicker(time.Second)
	defer ticker.Stop()
	for end := time.Now().Add(2 * time.Minute); ; <-ticker.C {
		now = measure().heap
		if flat = now <= then+then/5+2<<20; flat || time.Now().After(end) {
			return then, now, flat
		}
	}
}
