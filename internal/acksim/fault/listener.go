package fault

import (
	"cmp"
	"context"
	"io"
	"net"
	"sync"
	"time"
)

// Listener accepts connections, and applies faults to them.
type Listener struct {
	address net.Addr
	draw    func() Fault // Draws what goes wrong with a connection that was accepted.
	closed  chan struct{}
	close   sync.Once
	silent  sync.WaitGroup // For those who hold the connections on which nothing is said.

	mu    sync.Mutex
	inner net.Listener // Nil while nothing listens.
	until time.Time    // Until when nothing does.
	open  map[*connection]struct{}
	held  map[*connection]struct{} // The silent ones, which the server does not know.
}

// Listen listens on a TCP address; draw says what goes wrong with each connection that is accepted.
func Listen(ctx context.Context, address string, draw func() Fault) (*Listener, error) {
	inner, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &Listener{
		address: inner.Addr(), draw: draw, closed: make(chan struct{}), inner: inner,
		open: make(map[*connection]struct{}), held: make(map[*connection]struct{}),
	}, nil
}

// Addr implements net.Listener. The address stays the same when nothing listens.
func (l *Listener) Addr() net.Addr { return l.address }

// Accept implements net.Listener.
func (l *Listener) Accept() (net.Conn, error) {
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
		fault := l.draw()
		if fault.Kind == Refused {
			l.Refuse(cmp.Or(fault.For, defaultFor))
			continue
		}
		if fault.Kind == SilentConnection {
			l.hold(conn)
			continue
		}
		conn.fault = fault.Kind
		return conn, nil
	}
}

// hold keeps a connection, on which nothing is said, until the client has gone, or the server.
func (l *Listener) hold(conn *connection) {
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
func (l *Listener) listening() (net.Listener, error) {
	for {
		l.mu.Lock()
		inner, wait := l.inner, time.Until(l.until)
		l.mu.Unlock()
		if inner != nil {
			return inner, nil
		}
		// The port may belong to a foreign connection meanwhile: that one ends, too.
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
func (l *Listener) resume() {
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
func (l *Listener) refusing(inner net.Listener) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	select {
	case <-l.closed:
		return false
	default:
		return l.inner != inner
	}
}

// Refuse refuses connections for a while, and ends all existing ones.
func (l *Listener) Refuse(length time.Duration) {
	l.mu.Lock()
	if until := time.Now().Add(length); until.After(l.until) {
		l.until = until
	}
	if l.inner != nil {
		_ = l.inner.Close() // Before the connections: who loses one must not get another.
		l.inner = nil
	}
	open := l.open
	l.open = make(map[*connection]struct{})
	l.mu.Unlock()
	for conn := range open {
		resetConnection(conn)
	}
}

// Close implements net.Listener.
func (l *Listener) Close() error {
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
func (l *Listener) track(inner net.Listener, accepted net.Conn) *connection {
	conn := &connection{Conn: accepted, listener: l}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inner != inner {
		resetConnection(accepted)
		return nil
	}
	l.open[conn] = struct{}{}
	return conn
}

// connection is a connection with the fault of its handshake, if any.
type connection struct {
	net.Conn

	listener *Listener
	fault    Kind
}

// SetLinger is that of the connection, as far as that is one over TCP.
func (c *connection) SetLinger(seconds int) error {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		return tcp.SetLinger(seconds)
	}
	return nil
}

// Close implements net.Conn.
func (c *connection) Close() error {
	c.listener.mu.Lock()
	delete(c.listener.open, c)
	delete(c.listener.held, c)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}

// Wait returns when there are no silent connections any more.
func (l *Listener) Wait() { l.silent.Wait() }

// Of returns what is to go wrong in the handshake of a connection that a Listener accepted; empty when nothing is.
func Of(conn net.Conn) Kind {
	if c, ok := conn.(*connection); ok {
		return c.fault
	}
	return ""
}
