package fault

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// Fault is something that goes wrong. It applies to requests that pass all checks of the gateway, so that a client
// which sends a bad signature learns so, fault or not; or to connections, as they are accepted.
type Fault struct {
	// Kind says what goes wrong. The fields below the first group each go with the kinds that name them.
	Kind Kind
	// Cluster is the cluster whose requests are affected; empty means all. It is always empty for a fault of a connection.
	Cluster string
	// Operation is the operation whose requests are affected; empty means all. It is always empty for a fault of a connection.
	Operation string
	// After is how many requests or connections pass before it applies.
	After int
	// Count is how many requests or connections are affected; zero means no end.
	Count int
	// Probability is how likely it is for each to be affected, up to 1. Zero means always, too.
	Probability float64

	// Status is the HTTP status: 429 (if zero) or 400 of Throttled, 500 to 599 (503 if zero) of Error.
	Status int
	// Code is the code of Throttled, which begins with Throttling; Throttling.User if empty.
	Code string
	// TimeLeft is what the gateway's own header says of when to come back; zero leaves it out.
	TimeLeft time.Duration
	// RetryAfter is what the standard header says of that, in whole seconds; zero leaves it out.
	RetryAfter time.Duration
	// Body is the form of the body of Error; BodyJSON if empty.
	Body Body
	// Skew is how far the gateway's clock is ahead, or behind if negative; an hour if zero.
	Skew time.Duration
	// For is how long nothing listens; a second if zero.
	For time.Duration
	// HTTP is the response of the kind HTTP.
	HTTP *response.Raw
}

// Body is the form of an error's body.
type Body string

// The forms of an error's body: the gateway's two, a proxy's, none, and the gateway's JSON cut in the middle.
const (
	BodyJSON      Body = "json"
	BodyXML       Body = "xml"
	BodyHTML      Body = "html"
	BodyEmpty     Body = "empty"
	BodyTruncated Body = "truncated"
)

func bodies() []Body {
	return []Body{BodyJSON, BodyXML, BodyHTML, BodyEmpty, BodyTruncated}
}

// The values of a fault that has none.
const (
	defaultFor  = time.Second
	defaultSkew = time.Hour
)

// check reports the first thing that is wrong with the fault; known says which clusters and operations there are.
func (f Fault) check(at string, known Known) error {
	switch {
	case !slices.Contains(Kinds(), f.Kind):
		return document.Errorf(at+".kind", "%q is not a fault: use %s", string(f.Kind), document.List(Kinds()))
	case f.Cluster != "" && f.Kind.OfConnection():
		return document.Errorf(at+".cluster", "a connection is made before any cluster is requested: leave it out")
	case f.Cluster != "" && !known.Cluster(f.Cluster):
		return document.Errorf(at+".cluster", "there is no cluster %q: give the id of one, or leave it out to mean all", f.Cluster)
	case f.Operation != "" && f.Kind.OfConnection():
		return document.Errorf(at+".operation", "a connection is made before any operation is requested: leave it out")
	case f.Operation != "" && !slices.Contains(known.Operations, f.Operation):
		return document.Errorf(at+".operation", "%q is not an operation of the simulator: use %s", f.Operation, document.List(known.Operations))
	case f.After < 0:
		return document.Errorf(at+".after", "%d is not a number of requests: give 1 or more, or leave it out", f.After)
	case f.Count < 0:
		return document.Errorf(at+".count", "%d is not a number of requests: give 1 or more, or leave it out", f.Count)
	case !(f.Probability >= 0 && f.Probability <= 1): // Not a number is neither.
		return document.Errorf(at+".probability", "%v is not a probability: give more than 0, up to 1, or leave it out", f.Probability)
	}
	if err := f.checkBelonging(at); err != nil {
		return err
	}
	return f.checkOptions(at)
}

// checkBelonging reports a field that goes with other kinds only.
func (f Fault) checkBelonging(at string) error {
	for _, field := range fields {
		kinds := kindsWith(field.Name)
		if len(kinds) > 0 && field.Set(&f) && !slices.Contains(kinds, f.Kind) {
			return document.Errorf(at+"."+field.Name, "it does not go with the kind %s, only with %s: leave it out", f.Kind, document.List(kinds))
		}
	}
	return nil
}

// kindsWith returns the kinds that a field goes with; none for a field that goes with all.
func kindsWith(field string) (kinds []Kind) {
	for _, d := range definitions {
		if slices.Contains(d.options, field) {
			kinds = append(kinds, d.kind)
		}
	}
	return kinds
}

// Known says which clusters and operations there are.
type Known struct {
	Cluster    func(id string) bool
	Operations []string
}

func (f Fault) checkOptions(at string) error {
	throttled := f.Kind == Throttled
	switch {
	case throttled && f.Status != 0 && f.Status != http.StatusTooManyRequests && f.Status != http.StatusBadRequest:
		return document.Errorf(at+".status", "%d is not one that the gateway throttles with: give 429 or 400, or leave it out", f.Status)
	case !throttled && f.Status != 0 && (f.Status < 500 || f.Status > 599):
		return document.Errorf(at+".status", "%d is not an error of the server's: give 500 to 599, or leave it out", f.Status)
	case f.Code != "" && !strings.HasPrefix(f.Code, throttlingCode):
		return document.Errorf(at+".code", "%q is not one that the gateway throttles with: they begin with %s", f.Code, throttlingCode)
	case f.TimeLeft < 0 || f.TimeLeft%time.Millisecond != 0:
		return document.Errorf(at+".time_left", "%s is not a time in milliseconds: give a positive one, or leave it out", f.TimeLeft)
	case f.RetryAfter < 0 || f.RetryAfter%time.Second != 0:
		return document.Errorf(at+".retry_after", "%s is not a time in whole seconds: give a positive one, or leave it out", f.RetryAfter)
	case f.Body != "" && !slices.Contains(bodies(), f.Body):
		return document.Errorf(at+".body", "%q is not a form of body: use %s", string(f.Body), document.List(bodies()))
	case f.For < 0:
		return document.Errorf(at+".for", "%s is not a length: give a positive duration, or leave it out", f.For)
	case f.Kind == HTTP && f.HTTP == nil:
		return document.Errorf(at+".http", `it is missing: give the response, {"status": 200, "body": "..."}`)
	case f.HTTP != nil:
		return f.HTTP.Check(at + ".http")
	}
	return nil
}

// CheckAll reports the first thing that is wrong with faults; known says which clusters and operations there are. Its errors name the field that holds them.
func CheckAll(field string, faults []Fault, known Known) error {
	for i, f := range faults {
		if err := f.check(fmt.Sprintf("%s[%d]", field, i), known); err != nil {
			return err
		}
	}
	return nil
}
