package upgrade_test

import (
	"bytes"
	"context"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
)

// wire connects the client's transport with net/http's server by pipes in memory: with all of HTTP, but without the network,
// because the clock of a synctest bubble stops while a goroutine waits for the network.
//
// It implements the faults of connections itself, because there is no listener. It has no TLS faults, and a reset is an end of
// file, because a pipe has no other end.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	server *http.Server
	end    context.CancelFunc // Ends the handlers whose client has left without notice.
	served sync.WaitGroup

	mu      sync.Mutex
	random  *rand.Rand
	faults  wireFaults
	applied map[fault.Kind]int
	refuses time.Time       // The time until which connections are refused.
	held    []net.Conn      // Connections without a response.
	cut     map[string]bool // IDs of the requests whose responses were truncated.
	log     []string        // The log of the server.
}

// wireFaults has the probabilities of network faults.
type wireFaults struct {
	refused, silent float64       // For a connection.
	cut             float64       // For a response, which then looks complete.
	latency         time.Duration // The maximum latency of a request.
	http2           bool
}

// faultCut is the only fault that the simulator does not have: a proxy passes on a truncated body as if it were complete.
const faultCut fault.Kind = "cut, anywhere"

// newWire starts a server for the handler. The test must stop it.
func newWire(handler http.Handler, random *rand.Rand, faults wireFaults) *wire {
	w := &wire{
		conns: make(chan net.Conn), closed: make(chan struct{}), random: random, faults: faults,
		applied: make(map[fault.Kind]int), cut: make(map[string]bool),
	}
	base, end := context.WithCancel(context.Background())
	w.end = end
	w.server = &http.Server{
		BaseContext:       func(net.Listener) context.Context { return base },
		Handler:           w.between(handler),
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		Protocols:         w.protocols(),
		ErrorLog:          log.New(w, "", 0),
	}
	w.served.Go(func() { _ = w.server.Serve(w) })
	return w
}

func (w *wire) protocols() *http.Protocols {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(!w.faults.http2)
	protocols.SetUnencryptedHTTP2(w.faults.http2)
	return protocols
}

// transport is the client's transport, except for its dialer.
func (w *wire) transport(connectTimeout, readTimeout time.Duration) *http.Transport {
	t := ack.NewTransport(connectTimeout, readTimeout)
	t.Proxy = nil
	t.Protocols = w.protocols()
	t.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(ctx, connectTimeout)
		defer cancel()
		return w.dial(ctx)
	}
	return t
}

func (w *wire) dial(ctx context.Context) (net.Conn, error) {
	kind := w.drawFault()
	if kind == fault.Refused {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: syscall.ECONNREFUSED}
	}
	here, there := net.Pipe()
	if kind == fault.SilentConnection {
		w.served.Go(func() { _, _ = io.Copy(io.Discard, there) })
		w.mu.Lock()
		defer w.mu.Unlock()
		w.held = append(w.held, there)
		return here, nil
	}
	select {
	case w.conns <- there:
		return here, nil
	case <-w.closed:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (w *wire) drawFault() fault.Kind {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch chance := w.random.Float64(); {
	case time.Now().Before(w.refuses):
	case chance < w.faults.refused:
		w.refuses = time.Now().Add(time.Duration(1+w.random.IntN(20)) * time.Second)
	case chance < w.faults.refused+w.faults.silent:
		w.applied[fault.SilentConnection]++
		return fault.SilentConnection
	default:
		return ""
	}
	w.applied[fault.Refused]++
	return fault.Refused
}

// between is a handler before the handler: it delays requests and truncates responses.
func (w *wire) between(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		latency, cut := w.draw()
		time.Sleep(latency)
		if cut < 0 {
			handler.ServeHTTP(out, r)
			return
		}
		recorded := httptest.NewRecorder()
		handler.ServeHTTP(recorded, r)
		body, id := recorded.Body.Bytes(), recorded.Header().Get("X-Acs-Request-Id")
		if id == "" { // A foreign response: it is generated with its truncation, and further truncation could make it valid.
			cut = 1
		}
		for name, values := range recorded.Header() {
			if name != "Content-Length" {
				out.Header()[name] = values
			}
		}
		if cut < 1 {
			w.mu.Lock()
			w.applied[faultCut]++
			w.cut[id] = true
			w.mu.Unlock()
		}
		body = body[:int(cut*float64(len(body)))]
		if end := bytes.LastIndex(body, []byte("</tasks>")); end >= 0 && len(body)%2 == 0 {
			body = body[:end+len("</tasks>")] // In XML without a root, a list that is truncated there looks complete.
		}
		out.WriteHeader(recorded.Code)
		_, _ = out.Write(body)
	})
}

// draw returns the latency of a request, and the part of its response that is passed on; a negative part passes on the complete
// response.
func (w *wire) draw() (latency time.Duration, cut float64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	latency = time.Duration(w.random.Int64N(int64(w.faults.latency) + 1))
	if cut = -1; w.random.Float64() < w.faults.cut {
		cut = w.random.Float64()
	}
	return latency, cut
}

func (w *wire) wasCut(requestID string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cut[requestID]
}

// Accept implements net.Listener.
func (w *wire) Accept() (net.Conn, error) {
	select {
	case conn := <-w.conns:
		return conn, nil
	case <-w.closed:
		return nil, net.ErrClosed
	}
}

// Addr implements net.Listener.
func (w *wire) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }

// Close implements net.Listener.
func (w *wire) Close() error {
	close(w.closed) // The server closes it once.
	return nil
}

// Write takes the server's log.
func (w *wire) Write(line []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.log = append(w.log, string(line))
	return len(line), nil
}

// stop closes both sides, and fails the test with the errors in the server log, such as a panic of the handler.
func (w *wire) stop(t *testing.T, transport *http.Transport) {
	t.Helper()
	transport.CloseIdleConnections()
	_ = w.server.Close()
	w.end()
	w.mu.Lock()
	for _, conn := range w.held {
		_ = conn.Close()
	}
	w.mu.Unlock()
	w.served.Wait()
	time.Sleep(w.faults.latency) // Until the last canceled request has arrived.
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.log {
		t.Errorf("the server says: %s", line)
	}
}
