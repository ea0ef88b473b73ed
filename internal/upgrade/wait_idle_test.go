package upgrade

import (
	"context"
	"errors"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// polled returns a wait with the given readings in order. The last one repeats.
func polled(t *testing.T, w Wait, deadline time.Duration, reads ...any) (*Reading, int, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	w.Interval = time.Minute
	polls := 0
	reading, err := w.ForTerminal(ctx, func(ctx context.Context) (*Reading, error) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		read := reads[min(polls, len(reads)-1)]
		polls++
		if err, ok := read.(error); ok {
			return nil, err
		}
		return read.(*Reading), nil //nolint:forcetypeassert // There is no other case.
	})
	return reading, polls, err
}

// After an upgrade was under way, idle may be a gap between two states.
func TestIdleIsConfirmedByASecondPollOnceAnUpgradeWasSeen(t *testing.T) {
	broken := error(&ack.RequestError{Err: syscall.ECONNRESET})
	for name, test := range map[string]struct {
		reads []any
		polls int
		ends  *Reading
	}{
		"idle from the beginning":                         {[]any{isIdle}, 1, isIdle},
		"idle after an error":                             {[]any{broken, isIdle}, 2, isIdle},
		"idle after a word that is not known":             {[]any{isUnknown, isIdle}, 2, isIdle},
		"idle once after running":                         {[]any{isRunning, isIdle, isRunning, isSucceeded}, 4, isSucceeded},
		"idle twice after running":                        {[]any{isRunning, isIdle, isIdle}, 3, isIdle},
		"idle after running and a word that is not known": {[]any{isRunning, isUnknown, isIdle, isIdle}, 4, isIdle},
		"an error between two":                            {[]any{isRunning, isIdle, broken, isIdle, isIdle}, 5, isIdle},
		"a word that is not known between two":            {[]any{isRunning, isIdle, isUnknown, isIdle, isIdle}, 5, isIdle},
		"running between two":                             {[]any{isRunning, isIdle, isRunning, isIdle, isIdle}, 5, isIdle},
		"idle once, then succeeded":                       {[]any{isRunning, isIdle, isSucceeded}, 3, isSucceeded},
		"idle once, then failed":                          {[]any{isRunning, isIdle, isFailed}, 3, isFailed},
		"succeeded needs no second poll":                  {[]any{isRunning, isSucceeded}, 2, isSucceeded},
		"failed needs no second poll":                     {[]any{isRunning, isFailed}, 2, isFailed},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reading, polls, err := polled(t, Wait{}, time.Hour, test.reads...)
				if err != nil || reading != test.ends || polls != test.polls {
					t.Errorf("got %+v, %v after %d polls", reading, err, polls)
				}
			})
		})
	}
}

func TestIdleAfterAPauseIsConfirmedToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reading, polls, err := polled(t, Wait{ThroughPause: true}, time.Hour, isPaused, isIdle, isPaused, isIdle, isIdle)
		if err != nil || reading != isIdle || polls != 5 {
			t.Errorf("got %+v, %v after %d polls", reading, err, polls)
		}
	})
}

// on returns a reading of a cluster that runs a version.
func on(r *Reading, version string) *Reading {
	reading := *r
	reading.CurrentVersion = word(version)
	return &reading
}

// The success of the previous upgrade must not end the wait for this one.
func TestAWaitForAVersionGoesOnUntilTheClusterRunsIt(t *testing.T) {
	const before, after = "1.32.1-aliyun.1", "1.33.3-aliyun.1"
	constraint, err := ParseConstraint(">= 1.33")
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		reads []any
		polls int
		phase Phase
	}{
		"it runs it already, and is idle":                       {[]any{on(isIdle, after)}, 1, PhaseIdle},
		"it runs it already, and has succeeded":                 {[]any{on(isSucceeded, after)}, 1, PhaseSucceeded},
		"the success of the upgrade before":                     {[]any{on(isSucceeded, before), on(isSucceeded, before), on(isRunning, before), on(isSucceeded, after)}, 4, PhaseSucceeded},
		"idle before the upgrade begins":                        {[]any{on(isIdle, before), on(isIdle, before), on(isRunning, before), on(isRunning, after), on(isSucceeded, after)}, 5, PhaseSucceeded},
		"no version at all":                                     {[]any{on(isSucceeded, "-"), on(isIdle, "-"), on(isSucceeded, after)}, 3, PhaseSucceeded},
		"what is no version":                                    {[]any{on(isSucceeded, "soon"), on(isSucceeded, after)}, 2, PhaseSucceeded},
		"the new version while the upgrade runs":                {[]any{on(isRunning, after), on(isSucceeded, after)}, 2, PhaseSucceeded},
		"a failure ends it, whatever the version is":            {[]any{on(isRunning, before), on(isFailed, before)}, 2, PhaseFailed},
		"idle on the new version is confirmed after running":    {[]any{on(isRunning, before), on(isIdle, after), on(isIdle, after)}, 3, PhaseIdle},
		"idle twice on another version, then once on the right": {[]any{on(isRunning, before), on(isIdle, before), on(isIdle, before), on(isIdle, after)}, 4, PhaseIdle},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				reading, polls, err := polled(t, Wait{Version: constraint}, time.Hour, test.reads...)
				if err != nil || reading.Phase != test.phase || polls != test.polls {
					t.Errorf("got %+v, %v after %d polls", reading, err, polls)
				}
			})
		})
	}
	t.Run("it never does", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			last := on(isSucceeded, before)
			started := time.Now()
			reading, polls, err := polled(t, Wait{Version: constraint}, 10*time.Minute, last)
			var end *WaitError
			if reading != nil || !errors.As(err, &end) || end.Reason != WaitDeadline || end.Last != last || end.Polls != polls {
				t.Fatalf("got %+v, %v", reading, err)
			}
			if !end.Last.OnOtherVersion(constraint) || phases(end.Changes) != "succeeded" {
				t.Errorf("got %+v", end)
			}
			if took := time.Since(started); took != 10*time.Minute-ack.LastTry {
				t.Errorf("ended after %s", took)
			}
		})
	})
	t.Run("a pause ends it", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			_, _, err := polled(t, Wait{Version: constraint}, time.Hour, on(isSucceeded, before), on(isPaused, before))
			var end *WaitError
			if !errors.As(err, &end) || end.Reason != WaitPaused {
				t.Errorf("got %v", err)
			}
		})
	})
}
