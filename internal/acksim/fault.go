package acksim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// FaultKind says what goes wrong with a request to ACK, or with a connection to the server.
type FaultKind string

// What the gateway, or something in front of it, answers in place of the cluster. No timeline begins or goes on with it.
const (
	FaultThrottled FaultKind = "throttled"  // Too many requests: Status, Code, TimeLeft, RetryAfter.
	FaultError     FaultKind = "error"      // An error of the server's: Status, Body, RetryAfter.
	FaultNonceUsed FaultKind = "nonce_used" // The nonce is taken for one that was used.
	FaultClockSkew FaultKind = "clock_skew" // The gateway's clock is off: Skew.
	FaultRedirect  FaultKind = "redirect"   // The answer points to another host.
	FaultHTTP      FaultKind = "http"       // Any answer: HTTP.
	FaultReset     FaultKind = "reset"      // The connection is reset in place of an answer.
	FaultSilent    FaultKind = "silent"     // The request is read, and never answered.
)

// What happens to the cluster's answer on its way. Its timeline has gone on by then.
const (
	FaultResetInBody  FaultKind = "reset_in_body"  // The connection is reset in the middle of the body.
	FaultSilentInBody FaultKind = "silent_in_body" // In the middle of the body, nothing more comes.
	FaultSlow         FaultKind = "slow"           // The body comes at a byte a second.
	FaultLongLength   FaultKind = "long_length"    // The header promises more than comes.
	FaultShortLength  FaultKind = "short_length"   // The header promises half of what comes.
	FaultOversized    FaultKind = "oversized"      // The body is followed by 2 MiB of white space.
	FaultNotUTF8      FaultKind = "not_utf8"       // A message is in another encoding, GBK.
	FaultCutGzip      FaultKind = "cut_gzip"       // The body is compressed, and ends early.
)

// What goes wrong with a connection, before it is known what will be asked. Those of TLS need a Server with TLS.
const (
	FaultRefused            FaultKind = "refused"             // Nothing listens for a while: For.
	FaultSilentConnection   FaultKind = "silent_connection"   // It is accepted, and nothing is ever said.
	FaultUnknownAuthority   FaultKind = "unknown_authority"   // The certificate is signed by an authority that nobody knows.
	FaultExpiredCertificate FaultKind = "expired_certificate" // The certificate has expired.
	FaultOtherName          FaultKind = "other_name"          // The certificate is for another name.
	FaultHTTP1              FaultKind = "http1"               // Nothing newer than HTTP/1.1 is spoken.
)

// FaultKinds returns all kinds of fault there are, in a fixed order.
func FaultKinds() []FaultKind {
	return []FaultKind{
		FaultThrottled, FaultError, FaultNonceUsed, FaultClockSkew, FaultRedirect, FaultHTTP, FaultReset, FaultSilent,
		FaultResetInBody, FaultSilentInBody, FaultSlow, FaultLongLength, FaultShortLength, FaultOversized, FaultNotUTF8, FaultCutGzip,
		FaultRefused, FaultSilentConnection, FaultUnknownAuthority, FaultExpiredCertificate, FaultOtherName, FaultHTTP1,
	}
}

// OfConnection reports whether the fault is one of a connection, which is made before any cluster is asked for.
func (k FaultKind) OfConnection() bool {
	return k == FaultRefused || k == FaultSilentConnection || k.OfTLS()
}

// OfTLS reports whether the fault is one of the TLS handshake, which there is on a Server with TLS alone.
func (k FaultKind) OfTLS() bool {
	return k == FaultUnknownAuthority || k == FaultExpiredCertificate || k == FaultOtherName || k == FaultHTTP1
}

// inPlace reports whether the fault stands in place of the cluster's answer, and is no refusal of the gateway's.
func (k FaultKind) inPlace() bool {
	switch k {
	case FaultError, FaultRedirect, FaultHTTP, FaultReset, FaultSilent:
		return true
	default:
		return false
	}
}

// Fault is something that goes wrong. It strikes requests that pass all checks of the gateway, so that a client which
// sends a bad signature learns so, fault or not; or connections, as they are accepted.
type Fault struct {
	// Kind says what goes wrong. The fields below the first group each go with the kinds that name them.
	Kind FaultKind
	// Cluster is the cluster whose requests are struck; empty means all. It is always empty for a fault of a connection.
	Cluster string
	// After is how many requests or connections that it could strike pass before.
	After int
	// Count is how many requests or connections are struck; zero means no end.
	Count int
	// Probability is how likely it is for each to be struck, up to 1. Zero means always, too.
	Probability float64

	// Status is the HTTP status: 429 (if zero) or 400 of FaultThrottled, 500 to 599 (503 if zero) of FaultError.
	Status int
	// Code is the code of FaultThrottled, which begins with Throttling; Throttling.User if empty.
	Code string
	// TimeLeft is what the gateway's own header says of when to come back; zero leaves it out.
	TimeLeft time.Duration
	// RetryAfter is what the standard header says of that, in whole seconds; zero leaves it out.
	RetryAfter time.Duration
	// Body is the form of the body of FaultError; FaultBodyJSON if empty.
	Body FaultBody
	// Skew is how far the gateway's clock is ahead, or behind if negative; an hour if zero.
	Skew time.Duration
	// For is how long nothing listens; a second if zero.
	For time.Duration
	// HTTP is the answer of FaultHTTP.
	HTTP *HTTPAnswer
}

// FaultBody is the form of an error's body.
type FaultBody string

// The forms of an error's body: the gateway's two, a proxy's, none, and the gateway's JSON cut in the middle.
const (
	FaultBodyJSON      FaultBody = "json"
	FaultBodyXML       FaultBody = "xml"
	FaultBodyHTML      FaultBody = "html"
	FaultBodyEmpty     FaultBody = "empty"
	FaultBodyTruncated FaultBody = "truncated"
)

func faultBodies() []FaultBody {
	return []FaultBody{FaultBodyJSON, FaultBodyXML, FaultBodyHTML, FaultBodyEmpty, FaultBodyTruncated}
}

// defaultFaultFor and defaultFaultSkew stand in for what a fault leaves out.
const (
	defaultFaultFor  = time.Second
	defaultFaultSkew = time.Hour
)

// options are the fields of a fault that go with some kinds only: whether they are set, and with which they go.
func (f Fault) options() []struct {
	field string
	set   bool
	kinds []FaultKind
} {
	return []struct {
		field string
		set   bool
		kinds []FaultKind
	}{
		{"status", f.Status != 0, []FaultKind{FaultThrottled, FaultError}},
		{"code", f.Code != "", []FaultKind{FaultThrottled}},
		{"time_left", f.TimeLeft != 0, []FaultKind{FaultThrottled}},
		{"retry_after", f.RetryAfter != 0, []FaultKind{FaultThrottled, FaultError}},
		{"body", f.Body != "", []FaultKind{FaultError}},
		{"skew", f.Skew != 0, []FaultKind{FaultClockSkew}},
		{"for", f.For != 0, []FaultKind{FaultRefused}},
		{"http", f.HTTP != nil, []FaultKind{FaultHTTP}},
	}
}

// check reports the first thing that is wrong with the fault; known says which clusters there are.
func (f Fault) check(at string, known func(clusterID string) bool) error {
	switch {
	case !slices.Contains(FaultKinds(), f.Kind):
		return faulty(at+".kind", "%q is not a fault: use %s", string(f.Kind), list(FaultKinds()))
	case f.Cluster != "" && f.Kind.OfConnection():
		return faulty(at+".cluster", "a connection is made before any cluster is asked for: leave it out")
	case f.Cluster != "" && !known(f.Cluster):
		return faulty(at+".cluster", "there is no cluster %q: give the id of one, or leave it out to mean all", f.Cluster)
	case f.After < 0:
		return faulty(at+".after", "%d is not a number of requests: give 1 or more, or leave it out", f.After)
	case f.Count < 0:
		return faulty(at+".count", "%d is not a number of requests: give 1 or more, or leave it out", f.Count)
	case !(f.Probability >= 0 && f.Probability <= 1): // Not a number is neither.
		return faulty(at+".probability", "%v is not a probability: give more than 0, up to 1, or leave it out", f.Probability)
	}
	for _, o := range f.options() {
		if o.set && !slices.Contains(o.kinds, f.Kind) {
			return faulty(at+"."+o.field, "it does not go with the kind %s, only with %s: leave it out", f.Kind, list(o.kinds))
		}
	}
	return f.checkOptions(at)
}

func (f Fault) checkOptions(at string) error {
	throttled := f.Kind == FaultThrottled
	switch {
	case throttled && f.Status != 0 && f.Status != http.StatusTooManyRequests && f.Status != http.StatusBadRequest:
		return faulty(at+".status", "%d is not one that the gateway throttles with: give 429 or 400, or leave it out", f.Status)
	case !throttled && f.Status != 0 && (f.Status < 500 || f.Status > 599):
		return faulty(at+".status", "%d is not an error of the server's: give 500 to 599, or leave it out", f.Status)
	case f.Code != "" && !strings.HasPrefix(f.Code, throttlingCode):
		return faulty(at+".code", "%q is not one that the gateway throttles with: they begin with %s", f.Code, throttlingCode)
	case f.TimeLeft < 0 || f.TimeLeft%time.Millisecond != 0:
		return faulty(at+".time_left", "%s is not a time in milliseconds: give a positive one, or leave it out", f.TimeLeft)
	case f.RetryAfter < 0 || f.RetryAfter%time.Second != 0:
		return faulty(at+".retry_after", "%s is not a time in whole seconds: give a positive one, or leave it out", f.RetryAfter)
	case f.Body != "" && !slices.Contains(faultBodies(), f.Body):
		return faulty(at+".body", "%q is not a form of body: use %s", string(f.Body), list(faultBodies()))
	case f.For < 0:
		return faulty(at+".for", "%s is not a length: give a positive duration, or leave it out", f.For)
	case f.Kind == FaultHTTP && f.HTTP == nil:
		return faulty(at+".http", `it is missing: give the answer, {"status": 200, "body": "..."}`)
	case f.HTTP != nil:
		return f.HTTP.check(at + ".http")
	}
	return nil
}

// checkFaults reports the first thing that is wrong with faults. Its errors name the field that holds them.
func checkFaults(field string, faults []Fault, known func(clusterID string) bool) error {
	for i, f := range faults {
		if err := f.check(fmt.Sprintf("%s[%d]", field, i), known); err != nil {
			return err
		}
	}
	return nil
}

// list writes words as a message does: a, b or c.
func list[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, word := range all {
		words[i] = string(word)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}
