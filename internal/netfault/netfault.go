package netfault

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"runtime"
	"syscall"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// Kind is a kind of error.
type Kind int

// The kinds. The comment behind each says what has happened.
const (
	Unknown        Kind = iota // An error that is not in this list.
	NoSuchHost                 // The name does not exist.
	NameLookup                 // The name server did not respond, or failed.
	Refused                    // Nothing accepts connections at the address.
	Unreachable                // There is no route to the address.
	Timeout                    // Something did not happen in time: connecting, the TLS handshake, the response.
	ConnectionLost             // The connection ended or was reset before all of the response had come.
	Certificate                // The server's certificate is not trusted, or is for another name.
	PlainHTTP                  // The server speaks HTTP where TLS was expected.
	NotTLS                     // The server speaks something else where TLS was expected.
	TLSAlert                   // The server ended the TLS handshake: for a version, or a client certificate that it wants.
	NotHTTP                    // The server speaks something else than HTTP.
	ProxyRejected              // A proxy refused to connect: permanent.
	ProxyFailed                // A proxy could not connect: transient.
	ProxyInvalid               // The environment sets an invalid proxy URL.
)

// ErrConnectionLost is a connection that was gone when, or after, the request was sent.
var ErrConnectionLost = errors.New("connection lost before the response was received")

// Of returns the kind of an error.
func Of(err error) Kind {
	var (
		certificate *tls.CertificateVerificationError
		record      tls.RecordHeaderError
		operation   *net.OpError
		dns         *net.DNSError
		proxy       *ProxyError
		invalid     *InvalidProxyError
		network     net.Error
	)
	switch {
	case errors.As(err, &certificate):
		return Certificate
	case errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/", errors.Is(err, http.ErrSchemeMismatch):
		return PlainHTTP
	case errors.As(err, &record):
		return NotTLS
	case errors.As(err, &invalid):
		return ProxyInvalid
	case errors.As(err, &proxy):
		if proxy.HTTPStatus == http.StatusTooManyRequests || proxy.HTTPStatus >= 500 && proxy.HTTPStatus != http.StatusNotImplemented {
			return ProxyFailed
		}
		return ProxyRejected
	case errors.As(err, &dns) && dns.IsNotFound:
		return NoSuchHost
	case errors.As(err, &dns):
		return NameLookup
	case isErrno(err, syscall.ECONNREFUSED, 10061):
		return Refused
	case isErrno(err, syscall.EHOSTUNREACH, 10065), isErrno(err, syscall.ENETUNREACH, 10051):
		return Unreachable
	case isErrno(err, syscall.ECONNRESET, 10054), isErrno(err, syscall.ECONNABORTED, 10053), isErrno(err, syscall.EPIPE, 10058),
		errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed), errors.Is(err, ErrConnectionLost):
		return ConnectionLost
	case errors.As(err, &operation) && operation.Op == "remote error":
		return TLSAlert // Over TCP, crypto/tls has no type for an alert.
	case errors.As(err, &network) && network.Timeout(), errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded):
		return Timeout
	}
	return byText(err.Error())
}

// The texts of net/http for errors without a type. The first one, with its spelling mistake, means that the server sent data before the
// request.
var (
	notHTTP        = pattern.New(`readLoopPeekFailLocked: %!w|malformed (?:HTTP (?:response|status code|version)|MIME header)|http2: (?:failed reading the frame payload|frame too large|unexpected)`)
	connectionLost = pattern.New(`http: server closed idle connection|http2: (?:client connection lost|server sent GOAWAY|Transport received)|stream error: |connection error: [A-Z]+_`)
)

func byText(text string) Kind {
	switch {
	case notHTTP().MatchString(text):
		return NotHTTP
	case connectionLost().MatchString(text):
		return ConnectionLost
	default:
		return Unknown
	}
}

// isErrno reports an error number. Windows has other numbers, which package syscall does not map.
func isErrno(err error, unix syscall.Errno, windows uintptr) bool {
	return errors.Is(err, unix) || runtime.GOOS == "windows" && errors.Is(err, syscall.Errno(windows))
}

// Transient reports whether a request that ended with err may succeed when it is made again, where the server has never been
// reached before. It is a whitelist: an endpoint with a mistake in it is not worth waiting for.
func Transient(err error) bool { return Of(err).Transient() }

// Transient reports the same of a kind.
func (k Kind) Transient() bool {
	switch k {
	case NameLookup, Refused, Unreachable, Timeout, ConnectionLost, ProxyFailed:
		return true
	case Unknown, NoSuchHost, Certificate, PlainHTTP, NotTLS, TLSAlert, NotHTTP, ProxyRejected, ProxyInvalid:
		return false
	}
	return false
}

// TransientOnceReached reports the same where the server has been reached before: then its name exists, and it speaks HTTP and
// a TLS that both know. What has stopped working may work again.
func TransientOnceReached(err error) bool { return Of(err).TransientOnceReached() }

// TransientOnceReached reports the same of a kind.
func (k Kind) TransientOnceReached() bool {
	switch k {
	case Certificate, PlainHTTP, NotTLS, ProxyRejected, ProxyInvalid:
		return false
	case Unknown, NoSuchHost, TLSAlert, NotHTTP, NameLookup, Refused, Unreachable, Timeout, ConnectionLost, ProxyFailed:
		return true
	}
	return true
}
