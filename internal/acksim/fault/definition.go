package fault

import (
	"net/http"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// where is what a fault applies to.
type where int

const (
	onRequest    where = iota // In place of the cluster's response.
	onResponse                // On the response's way.
	onConnection              // On a connection, in place of everything.
	onTLS                     // In a connection's handshake.
)

// definition is all there is to a kind of fault. Reading, checks, effects and help are made from it.
type definition struct {
	kind  Kind
	where where
	// help says what goes wrong.
	help string
	// options are the names of the fields that go with it and not with every kind.
	options []string

	// What it does, as far as it is not done to a connection; each may be nil.
	reject  func(f Fault, now time.Time, date string) *gateway.Rejection
	respond func(f Fault, requestID, host string) (r response.Response, code string)
	damage  func(response.Response) response.Response
	deliver func(w http.ResponseWriter, r *http.Request, a response.Response)
}

// definitions is the table of all kinds.
var definitions = []definition{
	{
		kind: Throttled, help: "rejected by the gateway for too many requests",
		options: []string{"status", "code", "time_left", "retry_after"}, reject: Fault.throttle,
	},
	{
		kind: Error, help: "an error of the server", options: []string{"status", "retry_after", "body"}, respond: Fault.serverError,
	},
	{kind: NonceUsed, help: "rejected as a replay: the nonce was used before", reject: rejectNonce},
	{kind: ClockSkew, help: "rejected for its date: the gateway's clock is wrong", options: []string{"skew"}, reject: Fault.rejectDate},
	{kind: Redirect, help: "redirected to another host", respond: redirect},
	{kind: HTTP, help: "any response", options: []string{"http"}, respond: Fault.raw},
	{kind: Reset, help: "the connection is reset in place of a response", respond: nothing, deliver: deliverReset},
	{kind: Silent, help: "the request is read, and never gets a response", respond: nothing, deliver: deliverSilence},

	{kind: ResetInBody, where: onResponse, help: "the connection is reset in the middle of the body", deliver: deliverHalfAndReset},
	{kind: SilentInBody, where: onResponse, help: "the response stops in the middle of the body", deliver: deliverHalfAndSilence},
	{kind: Slow, where: onResponse, help: "the body comes at a byte a second", deliver: deliverSlowly},
	{kind: LongLength, where: onResponse, help: "Content-Length is larger than the body", damage: promiseMore},
	{kind: ShortLength, where: onResponse, help: "Content-Length is half of the body", deliver: deliverMore},
	{kind: Oversized, where: onResponse, help: "the body is followed by 2 MiB of white space", damage: oversize},
	{kind: NotUTF8, where: onResponse, help: "a message is in another encoding, GBK", damage: encodeGBK},
	{kind: CutGzip, where: onResponse, help: "the body is compressed, and ends early", damage: cutGzip},

	{kind: Refused, where: onConnection, help: "connections are refused for a while", options: []string{"for"}},
	{kind: SilentConnection, where: onConnection, help: "a connection is accepted, and nothing is sent"},
	{kind: UnknownAuthority, where: onTLS, help: "with -tls: the certificate is signed by an unknown authority"},
	{kind: ExpiredCertificate, where: onTLS, help: "with -tls: the certificate has expired"},
	{kind: OtherName, where: onTLS, help: "with -tls: the certificate is for another name"},
	{kind: HTTP1, where: onTLS, help: "with -tls: HTTP/1.1 only"},
}

// Reject returns the rejection that the fault is, or nil, for a request of the given date that arrives now.
func (f Fault) Reject(now time.Time, date string) *gateway.Rejection {
	if reject := f.Kind.definition().reject; reject != nil {
		return reject(f, now, date)
	}
	return nil
}

// Respond returns the response that replaces the cluster's, if the fault is InPlace, and its error code. A response without a code
// is from a proxy, and has no request id.
func (f Fault) Respond(requestID, host string) (r response.Response, code string) {
	return f.Kind.definition().respond(f, requestID, host)
}

// Damage returns what becomes of the cluster's response before it is written.
func (f Fault) Damage(a response.Response) response.Response {
	if damage := f.Kind.definition().damage; damage != nil {
		return damage(a)
	}
	return a
}

// Deliver writes the response to r, as far as the fault lets it come.
func (f Fault) Deliver(w http.ResponseWriter, r *http.Request, a response.Response) {
	if f.Kind != "" {
		Unbound(w)
	}
	if deliver := f.Kind.definition().deliver; deliver != nil {
		deliver(w, r, a)
		return
	}
	a.Write(w)
}
