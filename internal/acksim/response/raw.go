package response

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// Raw is a response that is not ACK's, a proxy's for one. The simulator adds nothing of ACK's to it, the request id neither.
type Raw struct {
	// Status is the HTTP status, 200 to 599.
	Status int
	// ContentType is the Content-Type header; empty leaves it out.
	ContentType string
	// Headers are more headers.
	Headers map[string]string
	// Body is sent as it is.
	Body string
}

// Response returns the response as it is.
func (a *Raw) Response() Response {
	r := New(a.Status, a.ContentType, []byte(a.Body))
	for name, value := range a.Headers {
		r.Header.Set(name, value)
	}
	return r
}

// RawFields are the fields of a raw response.
var RawFields = []document.Field[Raw]{
	document.Value("status", "200 to 599 (200)", document.Number, func(a *Raw) *int { return &a.Status }),
	document.Value("content_type", "the Content-Type header; none if left out", document.Text, func(a *Raw) *string { return &a.ContentType }),
	document.Nested("headers", "an object of further headers", func(r document.Reader, a *Raw) document.Read { return document.Texts(r, &a.Headers) }),
	document.Value("body", "sent as it is", document.Text, func(a *Raw) *string { return &a.Body }),
}

// Field returns the field http, whose value is a raw response.
func Field[T any](help string, place func(*T) **Raw) document.Field[T] {
	return document.Part("http", help, RawFields, Raw{Status: http.StatusOK}, place)
}

// Check reports the first thing that is wrong with the response. Its errors name the field that holds it.
func (a *Raw) Check(at string) error {
	if a.Status < 200 || a.Status > 599 {
		return document.Errorf(at+".status", "%d is not the status of a response: give 200 to 599", a.Status)
	}
	if (a.Status == http.StatusNoContent || a.Status == http.StatusNotModified) && a.Body != "" {
		return document.Errorf(at+".body", "a response with status %d has no body: leave it out", a.Status)
	}
	if strings.ContainsFunc(a.ContentType, notInHeaderValue) {
		return document.Errorf(at+".content_type", "%q cannot stand in a header: take out line breaks and the like", a.ContentType)
	}
	for _, name := range slices.Sorted(maps.Keys(a.Headers)) {
		field := document.Entry(at+".headers", name)
		if name == "" || strings.ContainsFunc(name, document.NotInName) {
			return document.Errorf(field, "%q is not the name of a header: use letters, digits and -", name)
		}
		if value := a.Headers[name]; strings.ContainsFunc(value, notInHeaderValue) {
			return document.Errorf(field, "%q cannot stand in a header: take out line breaks and the like", value)
		}
	}
	return nil
}

func notInHeaderValue(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
