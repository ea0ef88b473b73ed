package acksim

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"
)

// deliver writes the answer out, as far as the fault lets it come.
func (a reply) deliver(w http.ResponseWriter, r *http.Request, f Fault) {
	if f.Kind != "" {
		unbound(w)
	}
	switch f.Kind {
	case FaultReset:
		reset(r)
	case FaultSilent:
		silence(r)
	case FaultResetInBody:
		a.writeHalf(w)
		reset(r)
	case FaultSilentInBody:
		a.writeHalf(w)
		silence(r)
	case FaultSlow:
		a.writeSlowly(w, r)
	case FaultShortLength:
		a.writeMore(w)
	default:
		a.write(w)
	}
}

// unbound lifts the server's bounds on time from a request: they are there for faults of others, not for our own.
func unbound(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // Neither fails but where there is no such bound.
	_ = control.SetWriteDeadline(time.Time{})
}

// silence says nothing until the client has gone.
func silence(r *http.Request) {
	<-r.Context().Done()
	abort()
}

// abort ends the connection, or in HTTP/2 the stream, without an end of the answer. This is how net/http has it done.
func abort() { panic(http.ErrAbortHandler) }

// reset resets the connection that r came on, where the Server lets it be known.
func reset(r *http.Request) {
	if conn, ok := r.Context().Value(connectionKey{}).(net.Conn); ok {
		resetConnection(conn)
	}
	abort()
}

// connectionKey is under which a Server keeps the connection in a request's context.
type connectionKey struct{}

func withConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, conn)
}

// resetConnection closes a connection so that the client's kernel is told of a reset, not of an end.
func resetConnection(conn net.Conn) {
	if encrypted, ok := conn.(*tls.Conn); ok {
		conn = encrypted.NetConn() // Closing through TLS would say goodbye.
	}
	if tcp, ok := conn.(interface{ SetLinger(seconds int) error }); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// begin writes the header, and has it sent.
func (a reply) begin(w http.ResponseWriter) (flush func()) {
	a.writeHeader(w)
	flush = func() { _ = http.NewResponseController(w).Flush() } // Where there is none, it all comes at the end.
	flush()
	return flush
}

func (a reply) writeHalf(w http.ResponseWriter) {
	flush := a.begin(w)
	_, _ = w.Write(a.body[:len(a.body)/2])
	flush()
}

func (a reply) writeSlowly(w http.ResponseWriter, r *http.Request) {
	flush := a.begin(w)
	for i := range a.body {
		if !pause(r.Context(), time.Second) {
			abort()
		}
		if _, err := w.Write(a.body[i : i+1]); err != nil {
			abort()
		}
		flush()
	}
}

// writeMore writes the whole body under a header that promises half of it. net/http lets nobody do so, so it is done
// beneath it; in HTTP/2, where nothing lies beneath, the body ends with the half.
func (a reply) writeMore(w http.ResponseWriter) {
	half := a.with(a.body[:len(a.body)/2])
	conn, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		half.write(w)
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(buffer, "HTTP/1.1 %d %s\r\n", a.status, http.StatusText(a.status))
	_ = half.header.Write(buffer)
	_, _ = fmt.Fprintf(buffer, "\r\n%s", a.body)
	_ = buffer.Flush()
}

// pause reports whether it came to its end.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
