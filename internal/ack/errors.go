package ack

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// APIError is a rejection: any HTTP status except 2xx, or an error code in a body with 2xx. It comes from the gateway of the API, from
// ACK itself, or from a proxy before them.
type APIError struct {
	// HTTPStatus is the status of the response, 200 to 599.
	HTTPStatus int
	// Code is the API's error code, such as "ErrorClusterNotFound". It is empty if the body is not an error body of the gateway
	// or of ACK.
	Code string
	// Message is the API's text, in one line. It is empty if Code is.
	Message string
	// RequestID is the id that Alibaba Cloud's support needs to find the request. It may be empty.
	RequestID string
	// Excerpt is the beginning of a body without an error code, in one line.
	Excerpt string
	// Location is the target of a redirect. Redirects are not followed: the signature covers the host.
	Location string
	// Date is the server time in the response, or zero.
	Date time.Time
	// RetryAfter is the delay that the server requests, or zero.
	RetryAfter time.Duration
}

// Error describes the response in one line.
func (e *APIError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "HTTP %d", e.HTTPStatus)
	if text := http.StatusText(e.HTTPStatus); text != "" {
		b.WriteString(" " + text)
	}
	for _, part := range []struct{ name, text string }{
		{"code", e.Code},
		{"message", e.Message},
		{"redirect to", e.Location},
		{"body", e.Excerpt},
		{"request ID", e.RequestID},
	} {
		if part.text != "" {
			b.WriteString(", " + part.name + " " + part.text)
		}
	}
	return b.String()
}

// Throttled reports whether the API rejected the request because there were too many.
func (e *APIError) Throttled() bool { return e.Kind() == KindThrottled }

// InvalidResponseError is a response with HTTP status 2xx that is not a response of the operation, such as the page of a captive
// portal. Its content is not used.
type InvalidResponseError struct {
	// Operation is the requested operation.
	Operation Operation
	// HTTPStatus is the status of the response, 200 to 299.
	HTTPStatus int
	// ContentType is the content type of the response, unchanged.
	ContentType string
	// Excerpt is the beginning of the body, in one line.
	Excerpt string
	// RequestID is the id in the response. It is empty if the response is not from the API.
	RequestID string
	// Reason is what is invalid in the response.
	Reason string

	truncated bool // Whether the body may be the beginning of a valid response.
}

// Error returns the reason and the beginning of the response.
func (e *InvalidResponseError) Error() string {
	text := fmt.Sprintf("HTTP %d with a body that is not a response of %s: %s", e.HTTPStatus, e.Operation, e.Reason)
	if e.Excerpt != "" {
		text += "; body: " + e.Excerpt
	}
	return text
}

// BuildError is a request that could not be built. It is permanent.
type BuildError struct{ Err error }

// Error returns the reason.
func (e *BuildError) Error() string { return e.Err.Error() }

// Unwrap returns the reason.
func (e *BuildError) Unwrap() error { return e.Err }

// RequestEnd is what ended a failed request.
type RequestEnd int

const (
	// EndedByError is a permanent error, or a transient one that lasted for the retry timeout.
	EndedByError RequestEnd = iota
	// EndedByDeadline is the end of the time that the context allowed.
	EndedByDeadline
	// EndedByInterrupt is a context that was canceled, for example by Ctrl-C.
	EndedByInterrupt
)

// RequestError is the error of every request that did not end in a response. It wraps the error of the last attempt: an
// *APIError, an *InvalidResponseError, an *acs3.CredentialsError, a network error, or the error of the context.
type RequestError struct {
	// Operation is the requested operation.
	Operation Operation
	// End is what ended the request.
	End RequestEnd
	// Attempts is the number of requests that were sent.
	Attempts int
	// Elapsed is the duration of all attempts, including the delays between them.
	Elapsed time.Duration
	// Err is the error of the last attempt, or the error of the context if that ended the request.
	Err error
	// Last is the error before the context ended the request, if there was one.
	Last error
}

// Error describes the error, and the number of attempts if there were several.
func (e *RequestError) Error() string {
	text := e.Err.Error()
	if e.Last != nil {
		text += "; before that: " + e.Last.Error()
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (%d attempts in %s)", e.Attempts, display.Duration(e.Elapsed))
	}
	return text
}

// Unwrap returns the error of the last attempt.
func (e *RequestError) Unwrap() error { return e.Err }
