package startup

import (
	"os"
	"runtime"
	"runtime/debug"
)

// The percentages by which the heap grows until the next garbage collection. At 100, Go's own, that is 4 MiB for the first one.
const (
	firstPercent = 200
	laterPercent = 100
)

// DelayFirstCollection makes the first garbage collection come at a heap of 8 MiB instead of 4 MiB. A start with its schema takes a
// little more than 4 MiB, and would have that one collection. Later ones come as always. If GOGC is set, it has no effect.
func DelayFirstCollection() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(firstPercent)
	unused := new([64]byte) // The first collection frees it. Smaller objects can share their memory.
	runtime.AddCleanup(unused, restore, laterPercent)
}

// restore sets the percentage, unless a read of many clusters has set another one meanwhile.
func restore(percent int) {
	if now := debug.SetGCPercent(percent); now != firstPercent {
		debug.SetGCPercent(now)
	}
}
