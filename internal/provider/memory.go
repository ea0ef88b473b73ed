package provider

import (
	"runtime/debug"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

const (
	// manyClusters is from how many clusters on a read saves memory.
	manyClusters = 1000
	// frugalPercent is how much garbage there can be then, in percent of the memory in use: half of Go's own value. Unlike a memory
	// limit, it takes the same share of the time for every size. Of 10,000 clusters read from the tasks, the peak is 253 MiB
	// in place of 294, for a third more processor time.
	frugalPercent = 50
)

// saveMemory collects the garbage of a read of many clusters earlier, until the end of this process, which the CLI ends after a plan or
// an apply. If GOGC is set, it has no effect.
func saveMemory(clusters int, getenv func(string) string) {
	if clusters >= manyClusters && getenv != nil && getenv("GOGC") == "" {
		debug.SetGCPercent(frugalPercent)
	}
}

const (
	// manyWaits is the number of waits from which memory is returned between polls.
	manyWaits = 100
	// givenBackAgain is the minimum time until it is returned again: that takes some ten milliseconds.
	givenBackAgain = 15 * time.Second
)

// giveBackMemory wraps a watcher, which may be nil. It returns the memory of a round of polls to the system. Between polls, for hours,
// the waits need a fraction of it.
func giveBackMemory(waits int, watch pollWatcher) pollWatcher {
	if waits < manyWaits {
		return watch
	}
	var (
		mu    sync.Mutex
		polls int
		last  time.Time
	)
	endsRound := func() bool {
		mu.Lock()
		defer mu.Unlock()
		polls++
		if polls < waits || time.Since(last) < givenBackAgain {
			return false
		}
		polls, last = 0, time.Now()
		return true
	}
	return func(id string, p upgrade.Poll) {
		if watch != nil {
			watch(id, p)
		}
		if endsRound() {
			debug.FreeOSMemory()
		}
	}
}
