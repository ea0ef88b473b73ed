package upgrade_test

import (
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
)

var (
	safetyCases = flag.Int("safety", 0, "how many random cases TestNoGateOpensBeforeTheUpgradeEnds tries; 0 means 2000, or 200 with -short")
	safetySeed  = flag.Uint64("safety-seed", 1, "the seed of the first of them")
)

// TestNoGateOpensBeforeTheUpgradeEnds generates upgrades and faults, and reads them in every possible way: no read may report
// that an upgrade has ended before it has. See safetyCase.
//
// A seed always generates the same case. The client's jitter and the order of goroutines differ, so it may take a few runs to
// reproduce a failure.
func TestNoGateOpensBeforeTheUpgradeEnds(t *testing.T) {
	log.SetOutput(io.Discard) // The transport of net/http logs here about connections with extra responses.
	t.Cleanup(func() { log.SetOutput(os.Stderr) })
	cases := *safetyCases
	switch {
	case cases > 0:
	case testing.Short():
		cases = 200
	default:
		cases = 2000
	}
	var next atomic.Uint64
	next.Store(*safetySeed)
	tallies := make([]tally, runtime.GOMAXPROCS(0))
	t.Run("cases", func(t *testing.T) {
		for i := range tallies {
			tallies[i] = make(tally)
			t.Run(fmt.Sprint(i), func(t *testing.T) {
				t.Parallel()
				for !t.Failed() {
					seed := next.Add(1) - 1
					if seed >= *safetySeed+uint64(cases) {
						return
					}
					synctest.Test(t, func(t *testing.T) { runSafetyCase(t, seed, tallies[i]) })
					if t.Failed() {
						t.Logf("again: go test ./internal/upgrade -run TestNoGateOpensBeforeTheUpgradeEnds -safety 1 -safety-seed %d", seed)
					}
				}
			})
		}
	})
	sum := make(tally)
	for _, some := range tallies {
		for what, n := range some {
			sum[what] += n
		}
	}
	t.Log(sum.report())
	if !t.Failed() {
		t.Log("none opened early")
	}
	if sum["waits"] > 100 && sum["waits that ended"]*4 < sum["waits"] {
		t.Error("so few waits come to the end of an upgrade that the rest says little")
	}
}

// tally counts events by name. The names of faults begin with a hash.
type tally map[string]int

func (c tally) report() string {
	var faults []string
	applied := 0
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if kind, ok := strings.CutPrefix(name, "#"); ok {
			faults = append(faults, fmt.Sprintf("%s %d", kind, c[name]))
			applied += c[name]
		}
	}
	return fmt.Sprintf("%d cases, %d reads, %d requests, %d faults\n"+
		"%d readings, %d of them from tasks, of which %d were unknown without a reason in the story; %d of an upgrade that had ended; %d waits, of which %d ended with the upgrade, %d were paused, %d came to "+
		"their deadline, %d failed for good, %d were interrupted\nstruck: %s",
		c["cases"], c["reads"], c["requests"], applied, c["readings"], c["readings from tasks"],
		c["readings from tasks that are not known"], c["readings of an end"], c["waits"], c["waits that ended"],
		c["paused"], c["deadline"], c["failed"], c["interrupted"], strings.Join(faults, ", "))
}
