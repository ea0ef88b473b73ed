package soak

import (
	"encoding/pem"
	"flag"
	"fmt"
	"io"
	"log"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	soak     = flag.Duration("soak", 3*time.Second, "how long TestSoak goes on")
	soakSeed = flag.Uint64("soak-seed", 1, "what all chance of TestSoak hangs on")
)

// certificateFileCounts says whether SSL_CERT_FILE counts on this system. It is the only way to have credentials-go trust a
// server that plays STS.
var certificateFileCounts = runtime.GOOS != "windows" && runtime.GOOS != "darwin"

// TestMain has this process trust the certificate of every server of httptest's. It is read once.
func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	log.SetOutput(io.Discard) // To where net/http's transport speaks of connections on which too much came.
	server := httptest.NewTLSServer(http.NotFoundHandler())
	certificate := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	server.Close()
	dir, err := os.MkdirTemp("", "ackupgrade-soak-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(dir) }()
	file := filepath.Join(dir, "certificate.pem")
	if err := os.WriteFile(file, certificate, 0o600); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	if err := os.Setenv("SSL_CERT_FILE", file); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return m.Run()
}

// TestSoak has many waits go on at once, in rounds, over real connections and in real time, while everything goes wrong.
// Each has to end as its cluster's upgrade does, none before, and nothing of a round may be left when it is over.
//
// With the same seed the rounds are the same, but not the order in which things happen.
func TestSoak(t *testing.T) {
	length := min(max(*soak/12, 2*time.Second), 10*time.Second)
	clusters := int(length/time.Second) * 10
	count := make(tally)
	before := measure()
	first := before
	var after []usage
	started := time.Now()
	if *soak >= time.Minute { // `make soak` has no other timeout. A shorter run ends with that of the tests.
		defer time.AfterFunc(*soak+5*time.Minute, func() { panic(fmt.Sprintf("a round has not come to its end\n%s", stacks())) }).Stop()
	}
	for n := uint64(0); n == 0 || time.Since(started)+length/2 < *soak; n++ {
		name := fmt.Sprintf("seed %d, round %d", *soakSeed, n+1)
		play(t.Context(), t, name, *soakSeed<<16+n, length, clusters, count)
		now := settle(before)
		after = append(after, now)
		if t.Failed() {
			break
		}
		before.goroutines, before.files = now.goroutines, now.files
	}
	last := after[len(after)-1]
	t.Logf("%d rounds in %s: before %s, after the first %s, after the last %s", len(after), time.Since(started).Round(time.Second), first, after[0], last)
	if last.files == 0 {
		t.Log("there is neither /proc/self/fd nor /dev/fd here, so that file descriptors were not counted")
	}
	if len(after) >= 7 { // Six, and the one that warms up.
		early, late, flat := settleMemory(after)
		t.Logf("memory: %.1f MiB after the first rounds, %.1f MiB in the end", float64(early)/(1<<20), float64(late)/(1<<20))
		if !flat {
			t.Error("memory grows: by more than a fifth and 2 MiB")
		}
	}
	t.Log(count.report())
	if count["waits that ended with the upgrade"] == 0 {
		t.Error("no wait has come to its end")
	}
}

// tally counts what there was, by what it was. The faults are those that begin with a hash.
type tally map[string]int

func (c tally) report() string {
	var outcomes, faults []string
	struck := 0
	for _, name := range slices.Sorted(maps.Keys(c)) {
		if kind, ok := strings.CutPrefix(name, "#"); ok {
			faults = append(faults, fmt.Sprintf("%d %s", c[name], kind))
			struck += c[name]
			continue
		}
		outcomes = append(outcomes, fmt.Sprintf("  %6d %s", c[name], name))
	}
	return fmt.Sprintf("opened early: %d\n%s\n  %6d faults: %s; those of connections by chance come on top",
		c["opened early"], strings.Join(outcomes, "\n"), struck, strings.Join(faults, ", "))
}
