package ack

import (
	"context"
	"io"
	"sync"

	"golang.org/x/sync/semaphore"
)

const (
	// largeBody is the number of bytes that every request may read. A response has between some hundred and some ten thousand
	// bytes.
	largeBody = 64 << 10

	// maxLargeBodies is the maximum number of larger bodies in memory at a time. Otherwise each of 200 concurrent requests could
	// have one.
	maxLargeBodies = 16
)

// attemptBody is the body of a response. Closing it ends the timeout of the attempt.
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

// wait waits for a place among the large bodies, if this is one.
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
