package fault

import (
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// ReadAll reads faults.
func ReadAll(r document.Reader, to *[]Fault) document.Read {
	return r.Array(func(at string, n document.Node) error {
		var f Fault
		err := r.Object(at, n, map[string]document.Read{
			"kind":        document.Text((*string)(&f.Kind)),
			"cluster":     document.Text(&f.Cluster),
			"after":       document.Number(&f.After),
			"count":       document.Number(&f.Count),
			"probability": document.Probability(&f.Probability),
			"status":      document.Number(&f.Status),
			"code":        document.Text(&f.Code),
			"time_left":   document.Duration(&f.TimeLeft),
			"retry_after": document.Duration(&f.RetryAfter),
			"body":        document.Text((*string)(&f.Body)),
			"skew":        document.Duration(&f.Skew),
			"for":         document.Duration(&f.For),
			"http":        response.ReadRaw(r, &f.HTTP),
		})
		*to = append(*to, f)
		return err
	})
}
