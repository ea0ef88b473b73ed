package acksim

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
)

// Options says how a Server listens.
type Options struct {
	// Listen is host:port; empty means a free port of 127.0.0.1.
	Listen string
	// TLS serves HTTPS, with a certificate made at start, instead of HTTP.
	TLS bool
	// ErrorLog logs failed handshakes and similar errors; nil discards them.
	ErrorLog *log.Logger
}

// Server is a running HTTP or HTTPS server.
type Server struct {
	server      *http.Server
	listener    *fault.Listener
	certificate []byte
	stopWatch   func() bool
	endHandlers context.CancelFunc
	served      chan struct{} // Closed once no connection is accepted any more.

	connections sync.WaitGroup
	handlers    sync.WaitGroup
	mu          sync.Mutex // Guards closed, and that no handler begins once it is set.
	closed      bool
}

// Start serves handler, usually a *Simulator, until ctx ends or the server is closed.
func Start(ctx context.Context, handler http.Handler, o Options) (*Server, error) {
	address := o.Listen
	if address == "" {
		address = "127.0.0.1:0"
	}
	s := &Server{served: make(chan struct{})}
	errorLog := o.ErrorLog
	if errorLog == nil {
		errorLog = log.New(io.Discard, "", 0) // The default is standard error.
	}
	// A handler that waits for its client to leave gets no signal if the client has pipelined another request: net/http then reads that.
	base, endHandlers := context.WithCancel(context.WithoutCancel(ctx))
	s.endHandlers = endHandlers
	s.server = &http.Server{
		Handler:           s.counted(ownHost(address, handler)),
		BaseContext:       func(net.Listener) context.Context { return base },
		ConnState:         s.countConnections,
		ConnContext:       fault.WithConnection,
		ErrorLog:          errorLog,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      time.Minute,
		// Until then net/http holds on to an HTTP/2 connection that was lost, and to all that its handler knows.
		IdleTimeout:    45 * time.Second,
		MaxHeaderBytes: 64 << 10,
	}
	if o.TLS {
		host, _, _ := net.SplitHostPort(address) // What is wrong with it is for Listen to say.
		certificates, err := newCertificates(host, time.Now())
		if err != nil {
			return nil, err
		}
		s.certificate, s.server.TLSConfig = certificates.authority, certificates.config()
	}
	draw := func() fault.Fault { return fault.Fault{} }
	if simulator, ok := handler.(*Simulator); ok {
		draw = func() fault.Fault { return simulator.faults.ForConnection(o.TLS) }
	}
	var err error
	if s.listener, err = fault.Listen(ctx, address, draw); err != nil {
		return nil, fmt.Errorf("starting the simulator: %w", err)
	}
	go s.serve()
	s.stopWatch = context.AfterFunc(ctx, s.shutdown)
	return s, nil
}

// Endpoint returns host:port, as the provider's endpoints block takes it.
func (s *Server) Endpoint() string {
	host, port, _ := net.SplitHostPort(s.listener.Addr().String()) // A TCP address always is host:port.
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // Who listens everywhere is to be reached somewhere.
	}
	return net.JoinHostPort(host, port)
}

// CertificatePEM returns the certificate of the authority that a client has to trust; nil without TLS.
func (s *Server) CertificatePEM() []byte { return s.certificate }

// Refuse refuses connections for a while, and ends all existing ones.
func (s *Server) Refuse(length time.Duration) { s.listener.Refuse(length) }

// Close ends the server, cuts off the responses that are not complete, and returns when nothing of it is left running. It may
// be called more than once.
func (s *Server) Close() {
	s.stopWatch()
	s.shutdown()
}

func (s *Server) shutdown() {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	_ = s.server.Close() // Its only error is the listener's, which is closed all the same.
	s.endHandlers()      // Only now: a response of theirs must not go out any more.
	<-s.served
	s.listener.Wait()
	s.connections.Wait()
	s.handlers.Wait()
}

func (s *Server) serve() {
	defer close(s.served)
	serve := s.server.Serve
	if s.server.TLSConfig != nil {
		serve = func(l net.Listener) error { return s.server.ServeTLS(l, "", "") } // With TLSConfig's certificate.
	}
	if err := serve(s.listener); !errors.Is(err, http.ErrServerClosed) {
		s.server.ErrorLog.Print("the simulator has stopped: ", err)
	}
}

// countConnections follows each connection to its end: http.Server.Close does not wait for the goroutines it ends.
func (s *Server) countConnections(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.connections.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.connections.Done()
	case http.StateActive, http.StateIdle:
	}
}

// counted wraps handler so that Close can wait for it: in HTTP/2 it outlives its connection.
func (s *Server) counted(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		if s.closed {
			s.mu.Unlock()
			return
		}
		s.handlers.Add(1)
		s.mu.Unlock()
		defer s.handlers.Done()
		handler.ServeHTTP(w, r)
	})
}
