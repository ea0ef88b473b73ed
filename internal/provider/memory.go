package provider

import "runtime/debug"

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
