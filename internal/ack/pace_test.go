package ack

import (
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// An attempt may be throttled after pacing has ended. Its pause still applies.
func TestALateThrottledResponsePausesAfterPacingHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPace()
		late, _ := p.free()
		time.Sleep(time.Second) // Of fake time.
		p.throttled(time.Now(), &APIError{HTTPStatus: 429})
		p.limit.SetLimit(rate.Inf) // As after a recovery.
		time.Sleep(time.Minute)
		if _, ok := p.free(); !ok {
			t.Fatal("a pace is kept after the recovery")
		}
		p.throttled(late, &APIError{HTTPStatus: 429, RetryAfter: 20 * time.Second})
		if _, ok := p.free(); ok {
			t.Error("the pause is not kept")
		}
		time.Sleep(20 * time.Second)
		if _, ok := p.free(); !ok {
			t.Error("the pause does not end")
		}
	})
}
