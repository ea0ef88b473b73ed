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

// settle waits until the process holds no more goroutines and files than before, for as long as that may take: what has
// been closed needs a moment to end.
func settle(before usage, patience time.Duration) usage {
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(patience); ; <-ticker.C {
		now := usage{goroutines: runtime.NumGoroutine(), files: openFiles()}
		if now.goroutines <= before.goroutines && now.files <= before.files || time.Now().After(end) {
			return measure()
		}
	}
}

// stacks returns those of all goroutines.
func stacks() []byte {
	buffer := make([]byte, 1<<20)
	return buffer[:runtime.Stack(buffer, true)]
}

// grown compares the memory that was in use after the rounds, the first of which warms up: the middle one of the last
// third with that of the first. It reports how many bytes there are too many.
func grown(rounds []usage) (first, last, tooMany uint64) {
	var heaps []uint64
	for _, u := range rounds[1:] {
		heaps = append(heaps, u.heap)
	}
	third := len(heaps) / 3
	middle := func(of []uint64) uint64 {
		of = slices.Sorted(slices.Values(of))
		return of[len(of)/2]
	}
	first, last = middle(heaps[:third]), middle(heaps[len(heaps)-third:])
	if most := first + first/5 + 2<<20; last > most {
		tooMany = last - most
	}
	return first, last, tooMany
}
