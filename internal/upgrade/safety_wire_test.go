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

// wire joins a client's transport and net/http's server by pipes in memory, so that all of HTTP is there, and nothing
// of the network: a bubble's clock goes on only while nobody waits for the world outside.
//
// It plays the faults of connections itself, since nothing listens. Those of TLS have no place here, and a reset is an
// end: a pipe knows no other.
type wire struct {
	conns  chan net.Conn
	closed chan struct{}
	server *http.Server
	end    context.CancelFunc // Ends the handlers that a client has left without their being told.
	served sync.WaitGroup

	mu      sync.Mutex
	random  *rand.Rand
	faults  wireFaults
	struck  map[fault.Kind]int
	refuses time.Time       // Until when nobody is let in.
	held    []net.Conn      // On which nothing is said.
	cut     map[string]bool // Ids of the requests whose answers were cut off.
	log     []string        // What the server had to say.
}

// wireFaults says how likely it is that something goes wrong on the way.
type wireFaults struct {
	refused, silent float64       // For a connection.
	cut             float64       // For an answer, which then looks whole.
	latency         time.Duration // The most that a request takes to arrive.
	http2           bool
}

// faultCut is the one fault that the simulator has not: what stands in between passes the beginning of a body on as all
// of it, cut off wherever it happens.
const faultCut fault.Kind = "cut, anywhere"

// newWire serves the handler. The test's end has to close it.
func newWire(handler http.Handler, random *rand.Rand, faults wireFaults) *wire {
	w := &wire{
		conns: make(chan net.Conn), closed: make(chan struct{}), random: random, faults: faults,
		struck: make(map[fault.Kind]int), cut: make(map[string]bool),
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

// transport is the client's own, but for whom it dials.
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
	kind := w.strike()
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

func (w *wire) strike() fault.Kind {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch chance := w.random.Float64(); {
	case time.Now().Before(w.refuses):
	case chance < w.faults.refused:
		w.refuses = time.Now().Add(time.Duration(1+w.random.IntN(20)) * time.Second)
	case chance < w.faults.refused+w.faults.silent:
		w.struck[fault.SilentConnection]++
		return fault.SilentConnection
	default:
		return ""
	}
	w.struck[fault.Refused]++
	return fault.Refused
}

// between stands before the handler: it takes its time, and cuts answers off.
func (w *wire) between(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		latency, cut := w.draw()
		time.Sleep(latency)
		if cut < 0 {
			handler.ServeHTTP(out, r)
			return
		}
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		body, id := answer.Body.Bytes(), answer.Header().Get("X-Acs-Request-Id")
		if id == "" { // A stranger's: one is made up as cut off as it is to be, and what is left of another may be an answer.
			cut = 1
		}
		for name, values := range answer.Header() {
			if name != "Content-Length" {
				out.Header()[name] = values
			}
		}
		if cut < 1 {
			w.mu.Lock()
			w.struck[faultCut]++
			w.cut[id] = true
			w.mu.Unlock()
		}
		body = body[:int(cut*float64(len(body)))]
		if end := bytes.LastIndex(body, []byte("</tasks>")); end >= 0 && len(body)%2 == 0 {
			body = body[:end+len("</tasks>")] // In XML without a root, a list that is cut off there looks whole.
		}
		out.WriteHeader(answer.Code)
		_, _ = out.Write(body)
	})
}

// draw returns how long a request takes, and which part of its answer passes; a negative one leaves it alone.
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

// shut ends both sides, and fails the test with what the server complained of: a panic of the handler, for one.
func (w *wire) shut(t *testing.T, transport *http.Transport) {
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
	time.Sleep(w.faults.latency) // Until the last request has arrived that nobody waits for any more.
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, line := range w.log {
		t.Errorf("the server says: %s", line)
	}
}
