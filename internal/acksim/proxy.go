package acksim

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// dialTimeout bounds how long a proxy takes to connect.
const dialTimeout = 10 * time.Second

// Proxy is the simulator as an HTTP proxy in front of a server with TLS: it takes CONNECT. The hosts of all regions are the
// server, and every other host is itself, so that a process which sends all HTTPS through the proxy still reaches the others.
// What is requested of it over plain HTTP goes to the simulator. A connection that goes wrong is the server's alone.
type Proxy struct {
	// Simulator responds to plain HTTP.
	Simulator *Simulator
	// Server is where connections to a region's host lead.
	Server *Server
}

// ServeHTTP implements http.Handler.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodConnect {
		p.Simulator.ServeHTTP(w, r)
		return
	}
	address := r.Host
	if isRegional(address) {
		address = p.Server.Endpoint()
	}
	dialer := net.Dialer{Timeout: dialTimeout}
	out, err := dialer.DialContext(r.Context(), "tcp", address)
	if err != nil {
		http.Error(w, "the simulator's proxy: "+err.Error(), http.StatusBadGateway)
		return
	}
	defer func() { _ = out.Close() }()
	in, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, "the simulator's proxy: CONNECT needs HTTP/1.1", http.StatusHTTPVersionNotSupported)
		return
	}
	defer func() { _ = in.Close() }()
	_ = in.SetDeadline(time.Time{}) // The server has set one, for a request.
	if _, err := io.WriteString(in, "HTTP/1.1 200 Connection established\r\n\r\n"); err != nil {
		return
	}
	var both sync.WaitGroup
	ended := func() { _, _ = in.Close(), out.Close() } // One half that ends ends the other.
	stop := context.AfterFunc(r.Context(), ended)      // The end of the server.
	defer stop()
	both.Go(func() { defer ended(); _, _ = io.Copy(out, buffered) })
	both.Go(func() { defer ended(); _, _ = io.Copy(in, out) })
	both.Wait()
}

// isRegional reports whether an address is one of the names that the simulator has for each region.
func isRegional(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	host = strings.ToLower(host)
	return strings.HasSuffix(host, "."+scenario.ProxiedDomain) || strings.HasSuffix(host, "."+scenario.LocalhostDomain)
}
