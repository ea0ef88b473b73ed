package lifetime

import (
	"context"
	"os"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

func TestTheProcessEndsAfterItsReads(t *testing.T) {
	for name, test := range map[string]struct {
		signal bool          // A SIGTERM, in place of the end of the parent.
		ends   time.Duration // When the reads end, after three seconds have passed.
		exits  time.Duration
	}{
		"SIGTERM":                  {true, 0, grace},
		"the CLI has been killed":  {false, parentCheck, parentCheck + farewell},
		"nothing happens, for now": {false, -1, -1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				signals := make(chan os.Signal, 1)
				var parent atomic.Int64
				parent.Store(7)
				started := time.Now()
				ended, exited := time.Duration(-1), time.Duration(-1)
				const happens = 3*time.Second + time.Millisecond
				go watch(ctx, signals, func() int { return int(parent.Load()) }, func() { ended = time.Since(started) - happens }, func(int) { exited = time.Since(started) - happens })
				time.Sleep(happens)
				switch {
				case test.signal:
					signals <- syscall.SIGTERM
				case test.ends >= 0:
					parent.Store(1)
				}
				time.Sleep(time.Minute)
				synctest.Wait()
				near := func(got, want time.Duration) bool {
					return want < 0 && got == want || want >= 0 && (got-want).Abs() <= 2*time.Millisecond
				}
				if !near(ended, test.ends) || !near(exited, test.exits) {
					t.Errorf("the reads end after %s, want %s; the process after %s, want %s", ended, test.ends, exited, test.exits)
				}
			})
		})
	}
}
