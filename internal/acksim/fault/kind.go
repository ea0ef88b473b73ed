// Package fault makes requests, responses and connections go wrong on purpose.
package fault

// Kind says what goes wrong with a request to ACK, or with a connection to the server.
type Kind string

// What the gateway, or something in front of it, answers in place of the cluster. No timeline begins or goes on with it.
const (
	Throttled Kind = "throttled"  // Too many requests: Status, Code, TimeLeft, RetryAfter.
	Error     Kind = "error"      // An error of the server's: Status, Body, RetryAfter.
	NonceUsed Kind = "nonce_used" // The nonce is taken for one that was used.
	ClockSkew Kind = "clock_skew" // The gateway's clock is off: Skew.
	Redirect  Kind = "redirect"   // The answer points to another host.
	HTTP      Kind = "http"       // Any answer: HTTP.
	Reset     Kind = "reset"      // The connection is reset in place of an answer.
	Silent    Kind = "silent"     // The request is read, and never answered.
)

// What happens to the cluster's answer on its way. Its timeline has gone on by then.
const (
	ResetInBody  Kind = "reset_in_body"  // The connection is reset in the middle of the body.
	SilentInBody Kind = "silent_in_body" // In the middle of the body, nothing more comes.
	Slow         Kind = "slow"           // The body comes at a byte a second.
	LongLength   Kind = "long_length"    // The header promises more than comes.
	ShortLength  Kind = "short_length"   // The header promises half of what comes.
	Oversized    Kind = "oversized"      // The body is followed by 2 MiB of white space.
	NotUTF8      Kind = "not_utf8"       // A message is in another encoding, GBK.
	CutGzip      Kind = "cut_gzip"       // The body is compressed, and ends early.
)

// What goes wrong with a connection, before it is known what will be asked. Those of TLS need a Server with TLS.
const (
	Refused            Kind = "refused"             // Nothing listens for a while: For.
	SilentConnection   Kind = "silent_connection"   // It is accepted, and nothing is ever said.
	UnknownAuthority   Kind = "unknown_authority"   // The certificate is signed by an authority that nobody knows.
	ExpiredCertificate Kind = "expired_certificate" // The certificate has expired.
	OtherName          Kind = "other_name"          // The certificate is for another name.
	HTTP1              Kind = "http1"               // Nothing newer than HTTP/1.1 is spoken.
)

// Kinds returns all kinds of fault there are, in a fixed order.
func Kinds() []Kind {
	return []Kind{
		Throttled, Error, NonceUsed, ClockSkew, Redirect, HTTP, Reset, Silent,
		ResetInBody, SilentInBody, Slow, LongLength, ShortLength, Oversized, NotUTF8, CutGzip,
		Refused, SilentConnection, UnknownAuthority, ExpiredCertificate, OtherName, HTTP1,
	}
}

// OfConnection reports whether the fault is one of a connection, which is made before any cluster is asked for.
func (k Kind) OfConnection() bool {
	return k == Refused || k == SilentConnection || k.OfTLS()
}

// OfTLS reports whether the fault is one of the TLS handshake, which there is on a Server with TLS alone.
func (k Kind) OfTLS() bool {
	return k == UnknownAuthority || k == ExpiredCertificate || k == OtherName || k == HTTP1
}

// InPlace reports whether the fault stands in place of the cluster's answer, and is no rejection by the gateway.
func (k Kind) InPlace() bool {
	switch k {
	case Error, Redirect, HTTP, Reset, Silent:
		return true
	default:
		return false
	}
}
