package upgrade

import (
	"context"
	"sync"
	"time"
)

// discoveryPatience is the maximum time that a read waits for the discovery by another one. One slow response must not delay all
// reads.
const discoveryPatience = 5 * time.Second

// discovery records whether GetUpgradeStatus is available at an endpoint. The first read requests it while the others wait for
// the result, so that a thousand clusters need one such request instead of a thousand.
type discovery struct {
	mu      sync.Mutex
	known   bool
	missing error         // Why it is unavailable; nil if it is available or unknown.
	pending chan struct{} // Closed when the discovery ends; nil without a discovery.
}

// begin returns at once for the read that does the discovery, and for the others when the discovery has ended. The returned
// function must be called at the end. A second call does nothing.
func (d *discovery) begin(ctx context.Context) (settle func()) {
	d.mu.Lock()
	if d.known {
		d.mu.Unlock()
		return func() {}
	}
	if d.pending == nil {
		d.pending = make(chan struct{})
		d.mu.Unlock()
		return sync.OnceFunc(d.settle)
	}
	pending := d.pending
	d.mu.Unlock()
	timer := time.NewTimer(discoveryPatience)
	defer timer.Stop()
	select {
	case <-pending:
	case <-timer.C:
	case <-ctx.Done():
	}
	return func() {}
}

func (d *discovery) settle() {
	d.mu.Lock()
	defer d.mu.Unlock()
	close(d.pending)
	d.pending = nil
}

// served records that the operation is available.
func (d *discovery) served() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known = d.known || d.missing == nil
}

// withdrawn records that the operation is unavailable from now on.
func (d *discovery) withdrawn(reason error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.missing == nil {
		d.known, d.missing = true, reason
	}
}

// reason returns why the operation is unavailable, or nil.
func (d *discovery) reason() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.missing
}
