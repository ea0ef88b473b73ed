package startup

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// percent returns the percentage that is set.
func percent() int {
	now := debug.SetGCPercent(100)
	debug.SetGCPercent(now)
	return now
}

func TestTheFirstCollectionRestoresThePercentage(t *testing.T) {
	t.Setenv("GOGC", "")
	defer debug.SetGCPercent(percent())
	DelayFirstCollection()
	if got := percent(); got != firstPercent {
		t.Fatalf("the percentage is %d, want %d", got, firstPercent)
	}
	for percent() != laterPercent { // The cleanup runs some time after the collection.
		runtime.GC()
	}
}

func TestAPercentageThatWasSetMeanwhileStays(t *testing.T) {
	defer debug.SetGCPercent(percent())
	debug.SetGCPercent(50) // As for a read of many clusters.
	restore(laterPercent)
	if got := percent(); got != 50 {
		t.Errorf("the percentage is %d, want 50", got)
	}
}

func TestGOGCDecides(t *testing.T) {
	t.Setenv("GOGC", "80")
	defer debug.SetGCPercent(percent())
	debug.SetGCPercent(80)
	DelayFirstCollection()
	if got := percent(); got != 80 {
		t.Errorf("the percentage is %d, want 80", got)
	}
}
