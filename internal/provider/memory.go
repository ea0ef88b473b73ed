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
	// frugalPercent is how much garbage may lie around then, of what is in use: half of what Go leaves by itself. Unlike a memory
	// limit, it costs the same share of the time however much is in use. Of 10,000 clusters read from the tasks, the peak is 253 MiB
	// in place of 294, for a third more processor time.
	frugalPercent = 50
)

// saveMemory has the garbage of a read of many clusters collected earlier, up to the end of this process, which a CLI ends
// after a plan or an apply. Whoever sets GOGC decides by that.
func saveMemory(clusters int, getenv func(string) string) {
	if clusters >= manyClusters && getenv != nil && getenv("GOGC") == "" {
		debug.SetGCPercent(frugalPercent)
	}
}

const (
	// manyWaits is from how many waits on memory is given back between their polls.
	manyWaits = 100
	// givenBackAgain is how long it stays like that at least: it takes some ten milliseconds.
	givenBackAgain = 15 * time.Second
)

// giveBackMemory returns a watcher that does as the given one, which may be nil, and gives the memory that a round of polls has
// taken back to the system. Between polls, for hours, the waits need a fraction of it.
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
