package acksim

import (
	"crypto/sha256"
	"time"
)

// nonceMemory is how long a nonce is remembered. A date may be clockTolerance ahead, and is then good until
// clockTolerance after it: what is forgotten by then is refused for its date.
const nonceMemory = 2 * clockTolerance

// nonces remembers which nonces were used. A nonce is hashed together with its key, so that each takes the same little
// memory, whatever was sent.
type nonces struct {
	used  map[[sha256.Size]byte]bool
	order []usedNonce // Oldest first.
}

type usedNonce struct {
	hash  [sha256.Size]byte
	until time.Time
}

// use marks a nonce as used, and reports false when it was already.
func (n *nonces) use(accessKeyID, nonce string, now time.Time) bool {
	for len(n.order) > 0 && now.After(n.order[0].until) {
		delete(n.used, n.order[0].hash)
		n.order = n.order[1:]
	}
	hash := sha256.Sum256([]byte(accessKeyID + "\n" + nonce)) // Neither can hold a line break.
	if n.used[hash] {
		return false
	}
	if n.used == nil {
		n.used = make(map[[sha256.Size]byte]bool)
	}
	n.used[hash] = true
	n.order = append(n.order, usedNonce{hash, now.Add(nonceMemory)})
	return true
}
