package identity

import (
	"testing"
	"time"
)

const deploy = "acs:ram::1:role/deploy"

func TestTheOldestSessionIsForgottenFirst(t *testing.T) {
	ring := newKeyring(nil, time.Now())
	for range 3 {
		ring.issue(deploy, "s", time.Now())
	}
	first := ring.issued[0]
	for len(ring.issued) < maxSessions { // Cheaper than as many sessions.
		ring.issued = append(ring.issued, "")
	}
	ring.issue(deploy, "s", time.Now())
	if _, ok := ring.keys[first]; ok || len(ring.keys) != 3 || len(ring.tokens) != 3 || len(ring.issued) != maxSessions {
		t.Errorf("%d keys, %d tokens, %d sessions", len(ring.keys), len(ring.tokens), len(ring.issued))
	}
}
