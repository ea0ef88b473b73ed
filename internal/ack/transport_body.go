package ack

import (
	"context"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// largeBody is how many bytes of a body every request may read. A response has some hundred to some ten thousand bytes.
	largeBody = 64 << 10

	// maxLargeBodies is how many bodies that are larger may be in memory at a time. Of 200 requests at a time, each could have
	// one otherwise.
	maxLargeBodies = 16
)

// attemptBody is the body of a response. It ends the attempt's time-out when it is closed.
type attemptBody struct {
	body   io.ReadCloser
	ctx    context.Context // The attempt's.
	cancel func()
	large  *semaphore.Weighted

	mu      sync.Mutex
	read    int
	holding bool // a place in large
	closed  bool
}

// Read implements io.Reader. It may be called while another goroutine closes the body.
func (b *attemptBody) Read(p []byte) (int, error) {
	if err := b.wait(); err != nil {
		return 0, err
	}
	n, err := b.body.Read(p)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.read += n
	return n, err
}

// wait waits for a place among the large bodies, where this is one.
func (b *attemptBody) wait() error {
	b.mu.Lock()
	needed := b.read >= largeBody && !b.holding
	b.mu.Unlock()
	if !needed {
		return nil
	}
	if err := b.large.Acquire(b.ctx, 1); err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		b.large.Release(1)
		return context.Canceled
	}
	b.holding = true
	return nil
}

// Close implements io.Closer.
func (b *attemptBody) Close() error {
	b.mu.Lock()
	if b.holding && !b.closed {
		b.large.Release(1)
	}
	b.closed = true
	b.mu.Unlock()
	defer b.cancel()
	return b.body.Close()
}
