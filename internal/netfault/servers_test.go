package netfault_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"net/http"
	"testing"
	"time"
)

// listen serves each connection on a new port, and closes it afterwards.
func listen(t *testing.T, serve func(net.Conn)) (address string) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				serve(conn)
			}()
		}
	}()
	return listener.Addr().String()
}

// nothing is an address at which nothing listens. A port that was free a moment ago may be another test's by now.
const nothing = "127.0.0.1:1"

// request reads a request, and reports whether one came.
func request(conn net.Conn) bool {
	_, err := http.ReadRequest(bufio.NewReader(conn))
	return err == nil
}

// says responds to a request with the given bytes, and then closes the connection.
func says(response string) func(net.Conn) {
	return func(conn net.Conn) {
		if request(conn) {
			_, _ = io.WriteString(conn, response)
			lingers(conn)
		}
	}
}

// lingers closes a connection so that what was written arrives: of what came and was not read, a reset would take it away.
func lingers(conn net.Conn) {
	if closer, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = closer.CloseWrite()
	}
	_ = conn.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.Copy(io.Discard, conn)
}

// greets sends a banner as soon as a connection is made.
func greets(banner string) func(net.Conn) {
	return func(conn net.Conn) {
		_, _ = io.WriteString(conn, banner)
		lingers(conn)
	}
}

// resets ends a connection with a reset.
func resets(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}

// closes reads a request and ends the connection in good order.
func closes(conn net.Conn) { request(conn) }

// silent says nothing until the client goes.
func silent(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) }

// authority signs certificates.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
}

func newAuthority(t *testing.T) authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority{key, cert}
}

// pool is what a client trusts that trusts the authority.
func (a authority) pool() *x509.CertPool {
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// certificate signs one for this machine's loopback address, which change may alter.
func (a authority) certificate(t *testing.T, change func(*x509.Certificate)) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(2), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	if change != nil {
		change(template)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// overTLS serves over TLS.
func overTLS(config *tls.Config, serve func(net.Conn)) func(net.Conn) {
	return func(conn net.Conn) {
		secure := tls.Server(conn, config)
		if secure.HandshakeContext(context.Background()) != nil {
			lingers(conn)
			return
		}
		serve(secure)
		_ = secure.CloseWrite()
		lingers(conn)
	}
}

// frames responds to an HTTP/2 request, once it has come, with the given frames, and then closes the connection.
func frames(all ...[]byte) func(net.Conn) {
	return func(conn net.Conn) {
		preface := make([]byte, len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"))
		if _, err := io.ReadFull(conn, preface); err != nil {
			return
		}
		_, _ = conn.Write(frame(0x4, 0, 0)) // The server's settings.
		for header := make([]byte, 9); ; {
			if _, err := io.ReadFull(conn, header); err != nil {
				return
			}
			length := int64(header[0])<<16 | int64(header[1])<<8 | int64(header[2])
			if _, err := io.CopyN(io.Discard, conn, length); err != nil {
				return
			}
			if header[3] == 0x1 { // The request's header.
				break
			}
		}
		_, _ = conn.Write(bytes.Join(all, nil))
	}
}

// frame makes an HTTP/2 frame.
func frame(kind, flags byte, stream byte, payload ...byte) []byte {
	n := len(payload)
	return append([]byte{byte(n >> 16), byte(n >> 8), byte(n), kind, flags, 0, 0, 0, stream}, payload...)
}

// nameServer responds to every query with a code, or not at all below 0, and returns a resolver that uses it.
func nameServer(t *testing.T, code int) *net.Resolver {
	t.Helper()
	conn, err := new(net.ListenConfig).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	go func() {
		packet := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if n < 12 || code < 0 {
				continue
			}
			// The question comes back, without the option behind it, as a response with that code.
			end := 12
			for end < n && packet[end] != 0 {
				end += int(packet[end]) + 1
			}
			end += 5
			response := append([]byte(nil), packet[:min(end, n)]...)
			response[2], response[3] = 0x81, 0x80|byte(code)
			response[10], response[11] = 0, 0
			_, _ = conn.WriteTo(response, from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}
