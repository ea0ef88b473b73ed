package acksim

import (
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// faultyListener accepts connections, and has go wrong with them what is to.
type faultyListener struct {
	address net.Addr
	strike  func() Fault // Draws what goes wrong with a connection that was accepted.
	closed  chan struct{}
	close   sync.Once
	silent  sync.WaitGroup // For those who hold the connections on which nothing is said.

	mu    sync.Mutex
	inner net.Listener // Nil while nothing listens.
	until time.Time    // Until when nothing does.
	open  map[*faultyConn]struct{}
	held  map[*faultyConn]struct{} // Those on which nothing is said: nobody else knows of them.
}

func listen(ctx context.Context, address string, strike func() Fault) (*faultyListener, error) {
	inner, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &faultyListener{
		address: inner.Addr(), strike: strike, closed: make(chan struct{}), inner: inner,
		open: make(map[*faultyConn]struct{}), held: make(map[*faultyConn]struct{}),
	}, nil
}

// Addr implements net.Listener. The address stays the same when nothing listens.
func (l *faultyListener) Addr() net.Addr { return l.address }

// Accept implements net.Listener.
func (l *faultyListener) Accept() (net.Conn, error) {
	for {
		inner, err := l.listening()
		if err != nil {
			return nil, err
		}
		accepted, err := inner.Accept()
		if err != nil {
			if l.refusing(inner) {
				continue
			}
			return nil, err
		}
		conn := l.track(inner, accepted)
		if conn == nil {
			continue
		}
		switch fault := l.strike(); fault.Kind {
		case FaultRefused:
			l.refuse(orElse(fault.For, defaultFaultFor))
		case FaultSilentConnection:
			l.hold(conn)
		default:
			conn.fault = fault.Kind
			return conn, nil
		}
	}
}

// hold keeps a connection, on which nothing is said, until the client has gone, or the server.
func (l *faultyListener) hold(conn *faultyConn) {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closed:
		_ = conn.Conn.Close()
		return
	default:
	}
	l.held[conn] = struct{}{}
	l.silent.Go(func() {
		_, _ = io.Copy(io.Discard, conn)
		_ = conn.Close()
	})
}

// listening returns the listener; while nothing listens, it waits, and then listens again.
func (l *faultyListener) listening() (net.Listener, error) {
	for {
		l.mu.Lock()
		inner, wait := l.inner, time.Until(l.until)
		l.mu.Unlock()
		if inner != nil {
			return inner, nil
		}
		// The port may have been lent to somebody else's connection meanwhile: that one ends, too.
		timer := time.NewTimer(max(wait, 10*time.Millisecond))
		select {
		case <-l.closed:
			timer.Stop()
			return nil, net.ErrClosed
		case <-timer.C:
		}
		l.resume()
	}
}

// resume listens again if it is time to, and the port is free.
func (l *faultyListener) resume() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Now().Before(l.until) {
		return
	}
	inner, err := new(net.ListenConfig).Listen(context.Background(), l.address.Network(), l.address.String())
	if err != nil {
		return
	}
	select {
	case <-l.closed:
		_ = inner.Close()
	default:
		l.inner = inner
	}
}

// refusing reports whether the listener was closed to have nothing listen.
func (l *faultyListener) refusing(inner net.Listener) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closed:
		return false
	default:
		return l.inner != inner
	}
}

func (l *faultyListener) refuse(length time.Duration) {
	l.mu.Lock()
	if until := time.Now().Add(length); until.After(l.until) {
		l.until = until
	}
	if l.inner != nil {
		_ = l.inner.Close() // Before the connections: who loses one must not get another.
		l.inner = nil
	}
	open := l.open
	l.open = make(map[*faultyConn]struct{})
	l.mu.Unlock()
	for conn := range open {
		resetConnection(conn)
	}
}

// Close implements net.Listener.
func (l *faultyListener) Close() error {
	var err error
	l.close.Do(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		close(l.closed)
		if l.inner != nil {
			err = l.inner.Close()
		}
		for conn := range l.held {
			_ = conn.Conn.Close()
		}
	})
	return err
}

// track takes a connection in. It returns nil for one that was accepted just before nothing listened any more.
func (l *faultyListener) track(inner net.Listener, accepted net.Conn) *faultyConn {
	conn := &faultyConn{Conn: accepted, listener: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inner != inner {
		resetConnection(accepted)
		return nil
	}
	l.open[conn] = struct{}{}
	return conn
}

// faultyConn is a connection that knows what is to go wrong with it, if that is told in its handshake.
type faultyConn struct {
	net.Conn

	listener *faultyListener
	fault    FaultKind
}

// SetLinger is that of the connection, as far as that is one over TCP.
func (c *faultyConn) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}

// Close implements net.Conn.
func (c *faultyConn) Close() error {
	c.listener.mu.Lock()
	delete(c.listener.open, c)
	delete(c.listener.held, c)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}
