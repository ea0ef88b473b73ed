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

// DelayFirstCollection has the first garbage collection come when the heap is at 8 MiB rather than at 4 MiB. To start, and to
// give the schema, takes a little more than 4 MiB, and a collection then is a tenth of the processor time of the start. All
// later collections come when they always do. If GOGC is set, it has no effect.
func DelayFirstCollection() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(firstPercent)
	unused := new([64]byte) // The first collection finds that nothing refers to it. Smaller objects can share their memory.
	runtime.AddCleanup(unused, restore, laterPercent)
}

// restore sets the percentage, unless a read of many clusters has set another one meanwhile.
func restore(percent int) {
	if now := debug.SetGCPercent(percent); now != firstPercent {
		debug.SetGCPercent(now)
	}
}
