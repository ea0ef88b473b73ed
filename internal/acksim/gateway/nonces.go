package gateway

import (
	"crypto/sha256"
	"sync"
	"time"
)

// nonceMemory is how long a nonce is remembered. A date may be ClockTolerance ahead, and is then good until
// ClockTolerance after it: what is forgotten by then is rejected for its date.
const nonceMemory = 2 * ClockTolerance

// Nonces remembers the used nonces. A nonce is hashed together with its key, so that every one takes the same little memory. The
// zero value is ready, and safe for concurrent use.
type Nonces struct {
	mu    sync.Mutex
	used  map[[sha256.Size]byte]bool
	order []usedNonce // Oldest first.
}

type usedNonce struct {
	hash  [sha256.Size]byte
	until time.Time
}

// Use marks a nonce as used, and reports false when it was already.
func (n *Nonces) Use(accessKeyID, nonce string, now time.Time) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
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

// Remembered returns how many nonces are remembered.
func (n *Nonces) Remembered() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.order)
}
