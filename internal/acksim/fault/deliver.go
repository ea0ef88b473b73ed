package fault

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

func deliverReset(_ http.ResponseWriter, r *http.Request, _ response.Response) { reset(r) }

func deliverSilence(_ http.ResponseWriter, r *http.Request, _ response.Response) { silence(r) }

func deliverHalfAndReset(w http.ResponseWriter, r *http.Request, a response.Response) {
	writeHalf(a, w)
	reset(r)
}

func deliverHalfAndSilence(w http.ResponseWriter, r *http.Request, a response.Response) {
	writeHalf(a, w)
	silence(r)
}

// Unbound lifts the server's bounds on time from a request: they are there for faults of others, not for our own.
func Unbound(w http.ResponseWriter) {
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Time{}) // Neither fails but where there is no such bound.
	_ = control.SetWriteDeadline(time.Time{})
}

// silence says nothing until the client has gone.
func silence(r *http.Request) {
	<-r.Context().Done()
	abort()
}

// abort ends the connection, or in HTTP/2 the stream, without an end of the response. This is how net/http has it done.
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

// WithConnection is for http.Server.ConnContext: it lets a fault reset the connection that a request came on.
func WithConnection(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, connectionKey{}, conn)
}

// resetConnection closes a connection with a reset, which the client's kernel reports, instead of an end.
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
func begin(a response.Response, w http.ResponseWriter) (flush func()) {
	a.WriteHeader(w)
	flush = func() { _ = http.NewResponseController(w).Flush() } // Where there is none, it all comes at the end.
	flush()
	return flush
}

func writeHalf(a response.Response, w http.ResponseWriter) {
	flush := begin(a, w)
	_, _ = w.Write(a.Body[:len(a.Body)/2])
	flush()
}

func deliverSlowly(w http.ResponseWriter, r *http.Request, a response.Response) {
	flush := begin(a, w)
	for i := range a.Body {
		if !Pause(r.Context(), time.Second) {
			abort()
		}
		if _, err := w.Write(a.Body[i : i+1]); err != nil {
			abort()
		}
		flush()
	}
}

// deliverMore writes the whole body after a Content-Length of half of it. net/http does not allow that, so the connection is
// hijacked; in HTTP/2, which has no hijacking, the body ends after the half.
func deliverMore(w http.ResponseWriter, _ *http.Request, a response.Response) {
	half := a.With(a.Body[:len(a.Body)/2])
	conn, buffer, err := http.NewResponseController(w).Hijack()
	if err != nil {
		half.Write(w)
		return
	}
	defer func() { _ = conn.Close() }()
	_, _ = fmt.Fprintf(buffer, "HTTP/1.1 %d %s\r\n", a.Status, http.StatusText(a.Status))
	_ = half.Header.Write(buffer)
	_, _ = fmt.Fprintf(buffer, "\r\n%s", a.Body)
	_ = buffer.Flush()
}

// Pause waits, and reports whether the wait came to its end.
func Pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
