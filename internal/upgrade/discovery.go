package upgrade

import (
	"context"
	"sync"
	"time"
)

// discoveryPatience is how long a read waits for another one to find out. One slow response must not hold up all.
const discoveryPatience = 5 * time.Second

// discovery finds out whether an endpoint serves GetUpgradeStatus: the first read does, while the others wait for its word,
// so that a thousand clusters cost one request and not a thousand.
type discovery struct {
	mu      sync.Mutex
	known   bool
	missing error         // Why it is not served; nil as long as it is, or as that is not known.
	pending chan struct{} // Closed when the one who finds out is done; nil while nobody does.
}

// begin returns at once to whoever is to find out, and to the others when that has happened. The function it returns has to
// be called in the end; a second call does nothing.
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

// served notes that the operation is there.
func (d *discovery) served() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.known = d.known || d.missing == nil
}

// withdrawn notes that it is not, from now on.
func (d *discovery) withdrawn(reason error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.missing == nil {
		d.known, d.missing = true, reason
	}
}

// reason returns why the operation is not served, or nil.
func (d *discovery) reason() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.missing
}
