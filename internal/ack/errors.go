package ack

import (
	"fmt"
	"net/http"
	"strings"
	"time"
)

// APIError is an answer that says no: any HTTP status but 2xx, or an error code in a body that came with 2xx. It comes
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
		{"request id", e.RequestID},
	} {
		if part.text != "" {
			b.WriteString(", " + part.name + " " + part.text)
		}
	}
	return b.String()
}

// Throttled reports whether the API refused the request because there were too many.
func (e *APIError) Throttled() bool {
	return e.HTTPStatus == http.StatusTooManyRequests || strings.Contains(e.Code, "Throttling")
}

// redirects reports whether the answer points elsewhere, as that of a sign-in page does.
func (e *APIError) redirects() bool { return e.HTTPStatus >= 300 && e.HTTPStatus < 400 && e.Code == "" }

// transient reports whether the same request may well succeed later. It is a whitelist: what is not known to pass does
// not pass. A SignatureNonceUsed passes because every attempt has a nonce of its own.
func (e *APIError) transient() bool {
	switch {
	case e.Throttled(), e.Code == "ServiceUnavailable", e.Code == "SignatureNonceUsed":
		return true
	default:
		return e.HTTPStatus >= 500 && e.HTTPStatus != http.StatusNotImplemented
	}
}

// ProxyError is a proxy that refused to connect to the API.
type ProxyError struct {
	// HTTPStatus is what the proxy answered to CONNECT.
	HTTPStatus int
}

// Error says what the proxy answered.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy answered CONNECT with HTTP %d %s", e.HTTPStatus, http.StatusText(e.HTTPStatus))
}

func (e *ProxyError) transient() bool {
	return e.HTTPStatus >= 500 && e.HTTPStatus != http.StatusNotImplemented || e.HTTPStatus == http.StatusTooManyRequests
}

// AnswerError is an answer with HTTP status 2xx that is not an answer of GetUpgradeStatus: a captive portal's page, for
// one. Nothing in it is believed.
type AnswerError struct {
	// HTTPStatus is the status of the answer, 200 to 299.
	HTTPStatus int
	// ContentType is the answer's content type, as it came.
	ContentType string
	// Excerpt is the beginning of the body, in one line.
	Excerpt string
	// RequestID is the id that the answer came with. It is empty when the API never saw the request.
	RequestID string
	// Reason says what is wrong with the body.
	Reason string

	cutOff bool // Whether the body is the beginning of what may well have been an answer.
}

// Error says what is wrong with the answer and how it begins.
func (e *AnswerError) Error() string {
	text := fmt.Sprintf("HTTP %d with a body that is not an answer of GetUpgradeStatus: %s", e.HTTPStatus, e.Reason)
	if e.Excerpt != "" {
		text += "; it begins with: " + e.Excerpt
	}
	return text
}

// RequestError is the error of every request that did not end in an answer. It wraps what the last attempt ended with:
// an *APIError, an *AnswerError, an *acs3.CredentialsError, an error of the network, or the context's.
type RequestError struct {
	// Attempts is how often the API was asked, the first time included.
	Attempts int
	// Elapsed is how long that took, pauses included.
	Elapsed time.Duration
	// Err is what the last attempt ended with, or the context's error if that ended the request.
	Err error
	// Last is the fault before the context ended the request, if there was one.
	Last error
}

// Error says what happened, and how often it was tried if that was more than once.
func (e *RequestError) Error() string {
	text := e.Err.Error()
	if e.Last != nil {
		text += "; before that: " + e.Last.Error()
	}
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (tried %d times in %s)", e.Attempts, FormatDuration(e.Elapsed))
	}
	return text
}

// Unwrap returns what the last attempt ended with.
func (e *RequestError) Unwrap() error { return e.Err }

// FormatDuration writes d as people do: rounded to what they want to know, and an hour as 1h, not 1h0m0s.
func FormatDuration(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		d = d.Round(time.Second)
	case d >= time.Second:
		d = d.Round(100 * time.Millisecond)
	default:
		d = d.Round(time.Millisecond)
	}
	text := d.String()
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
