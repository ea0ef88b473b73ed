package upgrade

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// timeline is an upgrade that changes at given times. It records the times of the requests.
type timeline struct {
	started  time.Time
	steps    []step
	requests []time.Duration
}

// step is the result until a time after the start. The last one has no end.
type step struct {
	until   time.Duration
	reading *Reading
	err     error
}

func (l *timeline) read(ctx context.Context) (*Reading, error) {
	now := time.Since(l.started)
	l.requests = append(l.requests, now)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(l.steps[:len(l.steps)-1], func(s step) bool { return now < s.until })
	if i < 0 {
		i = len(l.steps) - 1
	}
	return l.steps[i].reading, l.steps[i].err
}

var (
	isRunning   = fromStatus("c1", statusOf("running", "upgrading", "running"))
	isPaused    = fromStatus("c1", statusOf("pause", "pause", "running"))
	isSucceeded = fromStatus("c1", statusOf("success", "success", "Success"))
	isFailed    = fromStatus("c1", statusOf("fail", "upgrading", "Failed"))
	isIdle      = fromStatus("c1", statusOf("", "not_start", "-"))
	isUnknown   = fromStatus("c1", statusOf("rolling_back", "-", "-"))
)

// wait runs a wait over steps, in fake time, with a deadline of an hour by default.
func wait(t *testing.T, w Wait, deadline time.Duration, steps ...step) (*Reading, *timeline, error) {
	t.Helper()
	if w.Interval == 0 {
		w.Interval = 30 * time.Second
	}
	if deadline == 0 {
		deadline = time.Hour
	}
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	l := &timeline{started: time.Now(), steps: steps}
	status, err := w.ForTerminal(ctx, l.read)
	return status, l, err
}

func TestAWaitPollsAtOnceAndThenEveryInterval(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, l, err := wait(t, Wait{}, 0, step{until: 40 * time.Minute, reading: isRunning}, step{reading: isSucceeded})
		if err != nil || status != isSucceeded {
			t.Fatalf("got %v, %v", status, err)
		}
		if l.requests[0] != 0 {
			t.Errorf("first poll after %s", l.requests[0])
		}
		shortest, longest := time.Hour, time.Duration(0)
		for i := 1; i < len(l.requests); i++ {
			pause := l.requests[i] - l.requests[i-1]
			if pause < 27*time.Second || pause > 33*time.Second {
				t.Errorf("poll %d came %s after the one before", i+1, pause)
			}
			shortest, longest = min(shortest, pause), max(longest, pause)
		}
		if longest-shortest < 3*time.Second { // It is very unlikely that all of 70 delays are in one half of the range.
			t.Errorf("hardly any jitter: %s to %s", shortest, longest)
		}
		if n := len(l.requests); n < 40*60/33 || n > 40*60/27+2 {
			t.Errorf("%d polls", n)
		}
	})
}

func TestAWaitEndsOnTheFirstTerminalPhase(t *testing.T) {
	for name, last := range map[string]*Reading{"succeeded": isSucceeded, "failed": isFailed, "idle": isIdle} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				status, l, err := wait(t, Wait{}, 0, step{reading: last})
				if err != nil || status != last || len(l.requests) != 1 || time.Since(l.started) != 0 {
					t.Errorf("got %v, %v after %d polls", status, err, len(l.requests))
				}
			})
		})
	}
}

func TestAPauseEndsAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, _, err := wait(t, Wait{}, 0, step{until: time.Minute, reading: isRunning}, step{reading: isPaused})
		var stopped *WaitError
		if !errors.As(err, &stopped) || stopped.Reason != WaitPaused || stopped.Last != isPaused {
			t.Fatalf("got %v", err)
		}
		if got := phases(stopped.Changes); got != "running paused" {
			t.Errorf("saw %s", got)
		}
		if !strings.HasPrefix(err.Error(), "the upgrade is paused: waited ") {
			t.Error(err)
		}
	})
}

func TestAWaitThroughAPauseGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		status, _, err := wait(t, Wait{ThroughPause: true}, 0,
			step{until: time.Minute, reading: isPaused}, step{until: 2 * time.Minute, reading: isUnknown}, step{reading: isSucceeded})
		if err != nil || status != isSucceeded {
			t.Errorf("got %v, %v", status, err)
		}
	})
}

func TestADeadlineReportsTheChangesOfPhase(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l, err := wait(t, Wait{}, 10*time.Minute,
			step{until: 3 * time.Minute, reading: isRunning}, step{until: 5 * time.Minute, reading: isUnknown}, step{reading: isRunning})
		var stopped *WaitError
		if !errors.As(err, &stopped) || stopped.Reason != WaitDeadline || stopped.Last != isRunning || stopped.Err != nil {
			t.Fatalf("got %v", err)
		}
		if got := phases(stopped.Changes); got != "running unknown running" {
			t.Errorf("saw %s", got)
		}
		if stopped.Changes[0].At != 0 || stopped.Changes[1].At < 3*time.Minute || stopped.Changes[1].At > 3*time.Minute+33*time.Second {
			t.Errorf("saw changes at %v", stopped.Changes)
		}
		if stopped.Polls != len(l.requests) {
			t.Errorf("counted %d polls of %d", stopped.Polls, len(l.requests))
		}
		if last := l.requests[len(l.requests)-1]; last != 10*time.Minute-ack.LastTry {
			t.Errorf("the last poll was %s before the deadline, want %s", 10*time.Minute-last, ack.LastTry)
		}
		if want := fmt.Sprintf("timed out waiting for the upgrade: waited 9m57s, %d polls", len(l.requests)); err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	})
}

func TestATransientErrorDoesNotEndAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var polls []Poll
		w := Wait{Interval: time.Minute, OnPoll: func(_ context.Context, p Poll) { polls = append(polls, p) }}
		fault := &ack.RequestError{Attempts: 3, Err: syscall.ECONNREFUSED}
		status, _, err := wait(t, w, 0,
			step{until: 50 * time.Second, reading: isRunning},
			step{until: 100 * time.Second, err: fault},
			step{until: 150 * time.Second, reading: isRunning},
			step{reading: isSucceeded})
		if err != nil || status != isSucceeded {
			t.Fatalf("got %v, %v", status, err)
		}
		var got []string
		for _, p := range polls {
			got = append(got, fmt.Sprintf("%d changed=%t err=%t", p.Number, p.Changed, p.Err != nil))
		}
		want := []string{"1 changed=true err=false", "2 changed=false err=true", "3 changed=false err=false", "4 changed=true err=false"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	})
}

func TestAWaitHonorsRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fault := &ack.RequestError{Err: &ack.APIError{HTTPStatus: 429, RetryAfter: 5 * time.Minute}}
		_, l, err := wait(t, Wait{}, 0, step{until: time.Minute, err: fault}, step{reading: isIdle})
		if err != nil || len(l.requests) != 2 || l.requests[1] != 5*time.Minute {
			t.Errorf("got %v, polls at %v", err, l.requests)
		}
	})
}

func TestRetryAfterIsBoundedDuringAWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fault := &ack.RequestError{Err: &ack.APIError{HTTPStatus: 503, RetryAfter: 24 * time.Hour}}
		_, l, err := wait(t, Wait{}, 0, step{until: time.Minute, err: fault}, step{reading: isIdle})
		if err != nil || l.requests[1] != 10*time.Minute {
			t.Errorf("got %v, polls at %v", err, l.requests)
		}
	})
}

func TestATransientErrorIsForgottenAfterASuccessfulPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, _, err := wait(t, Wait{}, 10*time.Minute, step{until: time.Minute, err: &ack.RequestError{Err: syscall.ECONNREFUSED}}, step{reading: isRunning})
		var stopped *WaitError
		if !errors.As(err, &stopped) || stopped.Err != nil || stopped.Last != isRunning {
			t.Errorf("got %+v", err)
		}
	})
}

func TestATerminalPhaseInTheLastPollCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		status, err := Wait{Interval: time.Second}.ForTerminal(ctx, func(context.Context) (*Reading, error) {
			cancel() // The context ends while the response is read.
			return isSucceeded, nil
		})
		if err != nil || status != isSucceeded {
			t.Errorf("got %v, %v", status, err)
		}
	})
}

func TestAPermanentErrorEndsAWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		fault := &ack.RequestError{Attempts: 1, Err: &ack.APIError{HTTPStatus: 404, Code: "ErrorClusterNotFound"}}
		_, l, err := wait(t, Wait{}, 0, step{until: time.Second, reading: isRunning}, step{err: fault})
		var stopped *WaitError
		if !errors.As(err, &stopped) || stopped.Reason != WaitFailed || !errors.Is(err, fault) || stopped.Polls != 2 || len(l.requests) != 2 {
			t.Fatalf("got %v", err)
		}
		if want := "poll 2 failed after " + display.Duration(stopped.Waited) + ": HTTP 404 Not Found, code ErrorClusterNotFound"; err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	})
}

func TestAnInterruptEndsAWaitAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(70*time.Second, cancel)
		l := &timeline{started: time.Now(), steps: []step{{reading: isRunning}}}
		_, err := Wait{Interval: 30 * time.Second}.ForTerminal(ctx, l.read)
		var stopped *WaitError
		if !errors.As(err, &stopped) || stopped.Reason != WaitInterrupted || time.Since(l.started) != 70*time.Second {
			t.Fatalf("after %s: %v", time.Since(l.started), err)
		}
		if want := "the wait was interrupted: waited 1m10s, 3 polls"; err.Error() != want {
			t.Errorf("got  %s\nwant %s", err, want)
		}
	})
}

func TestADeadlineShorterThanTheIntervalStillPollsTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, l, err := wait(t, Wait{}, time.Second, step{reading: isRunning})
		var stopped *WaitError
		if !errors.As(err, &stopped) || stopped.Reason != WaitDeadline {
			t.Errorf("got %v", err)
		}
		if diff := cmp.Diff([]time.Duration{0, time.Second / 2}, l.requests); diff != "" {
			t.Errorf("polls, -want +got:\n%s", diff)
		}
	})
}

func phases(changes []Change) string {
	var names []string
	for _, c := range changes {
		names = append(names, string(c.Phase))
	}
	return strings.Join(names, " ")
}
