package fault

// Kind is what goes wrong with a request to ACK, or with a connection to the server. The table of all kinds describes each.
type Kind string

// The gateway, or a proxy in front of it, sends these in place of the cluster's response. They begin no timeline, and count as no
// poll.
const (
	Throttled Kind = "throttled"
	Error     Kind = "error"
	NonceUsed Kind = "nonce_used"
	ClockSkew Kind = "clock_skew"
	Redirect  Kind = "redirect"
	HTTP      Kind = "http"
	Reset     Kind = "reset"
	Silent    Kind = "silent"
)

// What happens to the cluster's response on its way. Its timeline has gone on by then.
const (
	ResetInBody  Kind = "reset_in_body"
	SilentInBody Kind = "silent_in_body"
	Slow         Kind = "slow"
	LongLength   Kind = "long_length"
	ShortLength  Kind = "short_length"
	Oversized    Kind = "oversized"
	NotUTF8      Kind = "not_utf8"
	CutGzip      Kind = "cut_gzip"
)

// What goes wrong with a connection, before it is known what will be requested. Those of TLS need a Server with TLS.
const (
	Refused            Kind = "refused"
	SilentConnection   Kind = "silent_connection"
	UnknownAuthority   Kind = "unknown_authority"
	ExpiredCertificate Kind = "expired_certificate"
	OtherName          Kind = "other_name"
	HTTP1              Kind = "http1"
)

// Kinds returns all kinds of fault, in a fixed order.
func Kinds() []Kind {
	all := make([]Kind, len(definitions))
	for i, d := range definitions {
		all[i] = d.kind
	}
	return all
}

// Help describes the fault, for the author of a scenario.
func (k Kind) Help() string { return k.definition().help }

// Options returns the names of the fields that go with this kind and not with every kind.
func (k Kind) Options() []string { return k.definition().options }

// OfConnection reports whether the fault is one of a connection, which is made before anything is requested.
func (k Kind) OfConnection() bool { return k.definition().where >= onConnection }

// OfTLS reports whether the fault is one of the TLS handshake, which there is on a Server with TLS alone.
func (k Kind) OfTLS() bool { return k.definition().where == onTLS }

// InPlace reports whether the fault replaces the cluster's response, and is no rejection by the gateway.
func (k Kind) InPlace() bool { return k.definition().respond != nil }

func (k Kind) definition() definition {
	for _, d := range definitions {
		if d.kind == k {
			return d
		}
	}
	return definition{}
}
