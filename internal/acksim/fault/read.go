package fault

import (
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// fields are the fields of a fault.
var fields = Fields(nil)

// Fields returns the fields of a fault, which may be one of these operations alone.
func Fields(operations []string) []document.Field[Fault] {
	return withKinds([]document.Field[Fault]{
		document.Value("kind", "what goes wrong", document.Described[Kind](KindRows()), func(f *Fault) *Kind { return &f.Kind }).Required(),
		document.Value("cluster", "requests for this cluster; without it, for all", document.Text, func(f *Fault) *string { return &f.Cluster }),
		document.Value("operation", "requests for this operation; without it, for all", document.Word(operations...), func(f *Fault) *string { return &f.Operation }),
		document.Value("after", "how many requests pass before it applies", document.Number, func(f *Fault) *int { return &f.After }),
		document.Value("count", "how many requests it affects; without it, all", document.Number, func(f *Fault) *int { return &f.Count }),
		document.Value("probability", "the probability for each request: more than 0, up to 1 (default)", document.Probability, func(f *Fault) *float64 { return &f.Probability }),
		document.Value("status", "throttled: 429 (default) or 400; error: 500 to 599 (503)", document.Number, func(f *Fault) *int { return &f.Status }),
		document.Value("code", "begins with Throttling (Throttling.User)", document.Text, func(f *Fault) *string { return &f.Code }),
		document.Value("time_left", "when to retry, in the gateway's own header", document.Duration, func(f *Fault) *time.Duration { return &f.TimeLeft }),
		document.Value("retry_after", "when to retry, in the standard header", document.Duration, func(f *Fault) *time.Duration { return &f.RetryAfter }),
		document.Value("body", "its form: json (default), xml, html, empty or truncated", document.Word(bodies()...), func(f *Fault) *Body { return &f.Body }),
		document.Value("skew", "how far the gateway's clock is ahead, or behind if negative (1h)", document.Duration, func(f *Fault) *time.Duration { return &f.Skew }),
		document.Value("for", "how long connections are refused (1s)", document.Duration, func(f *Fault) *time.Duration { return &f.For }),
		response.Field("the response", func(f *Fault) **response.Raw { return &f.HTTP }).NeededBy("kind", string(HTTP)),
	})
}

// withKinds returns the fields with the kinds that each goes with, from the table of all kinds.
func withKinds(fields []document.Field[Fault]) []document.Field[Fault] {
	var ofRequest []string
	for _, kind := range Kinds() {
		if !kind.OfConnection() {
			ofRequest = append(ofRequest, string(kind))
		}
	}
	for i, f := range fields {
		var kinds []string
		for _, kind := range kindsWith(f.Name) {
			kinds = append(kinds, string(kind))
		}
		if f.Name == "cluster" || f.Name == "operation" { // A connection is made before either is known.
			kinds = ofRequest
		}
		if len(kinds) > 0 {
			fields[i] = f.GoesWith("kind", kinds...)
		}
	}
	return fields
}
