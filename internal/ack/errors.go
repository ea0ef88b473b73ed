package ack

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// APIError is a rejection: any HTTP status but 2xx, or an error code in a body that came with 2xx. It comes
// from one of the API's two layers, the gateway or ACK itself, or from something in between, such as a proxy.
type APIError struct {
	// HTTPStatus is the status of the answer, 200 to 599.
	HTTPStatus int
	// Code is the API's error code, "ErrorClusterNotFound" for one. It is empty when the body was neither layer's.
	Code string
	// Message is the API's own text, in one line. It is empty when the body was neither layer's.
	Message string
	// RequestID is the id under which Alibaba Cloud's support finds the request. It may be empty.
	RequestID string
	// Excerpt is the beginning of a body that was neither layer's, in one line.
	Excerpt string
	// Location is where a redirect points. Redirects are not followed: the signature covers the host.
	Location string
	// Date is the server's clock as the answer gives it, or zero.
	Date time.Time
	// RetryAfter is how long the server wants to be left alone, or zero.
	RetryAfter time.Duration
}

// Error says all that is known of the answer in one line.
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

// InvalidResponseError is a response with HTTP status 2xx that is not one of the operation: a captive portal's page, for
// one. Nothing in it is believed.
type InvalidResponseError struct {
	// Operation is the one that was asked for.
	Operation Operation
	// HTTPStatus is the status of the response, 200 to 299.
	HTTPStatus int
	// ContentType is the response's content type, as it came.
	ContentType string
	// Excerpt is the beginning of the body, in one line.
	Excerpt string
	// RequestID is the id that the response came with. It is empty when the API never saw the request.
	RequestID string
	// Reason says what is wrong with the response.
	Reason string

	truncated bool // Whether the body is the beginning of what may well have been a response.
}

// Error says what is wrong with the response and how it begins.
func (e *InvalidResponseError) Error() string {
	text := fmt.Sprintf("HTTP %d with a body that is not a response of %s: %s", e.HTTPStatus, e.Operation, e.Reason)
	if e.Excerpt != "" {
		text += "; body: " + e.Excerpt
	}
	return text
}

// BuildError is a request that could not even be built. It never passes.
type BuildError struct{ Err error }

// Error says what is wrong with the request.
func (e *BuildError) Error() string { return e.Err.Error() }

// Unwrap returns what is wrong with the request.
func (e *BuildError) Unwrap() error { return e.Err }

// RequestEnd says what ended a request that failed.
type RequestEnd int

const (
	// EndedByError is an error that does not pass, or that lasted for as long as requests are tried again.
	EndedByError RequestEnd = iota
	// EndedByDeadline is the end of the time that the context allowed.
	EndedByDeadline
	// EndedByInterrupt is a context that was cancelled, as by Ctrl-C.
	EndedByInterrupt
)

// RequestError is the error of every request that did not end in a response. It wraps what the last attempt ended with:
// an *APIError, an *InvalidResponseError, an *acs3.CredentialsError, an error of the network, or the context's.
type RequestError struct {
	// Operation is the one that was asked for.
	Operation Operation
	// End says what ended the request.
	End RequestEnd
	// Attempts is how many requests were sent, the first one included.
	Attempts int
	// Elapsed is how long that took, pauses included.
	Elapsed time.Duration
	// Err is what the last attempt ended with, or the context's error if that ended the request.
	Err error
	// Last is the error before the context ended the request, if there was one.
	Last error
}

// Error says what happened, and how often it was tried if that was more than once.
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

// Unwrap returns what the last attempt ended with.
func (e *RequestError) Unwrap() error { return e.Err }
