package ack

import (
	"net/http"
	"net/url"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
)

const (
	// maxExcerpt is the maximum length of an excerpt of an unexpected body, in characters.
	maxExcerpt = 200

	// maxExcerptBytes is the size of the part of the body that is read for the excerpt.
	maxExcerptBytes = 16 << 10

	// maxNetworkError is the maximum length of a network error, in characters.
	maxNetworkError = 300
)

// newRedactor returns a redactor for the secrets of a request. The gateway repeats the string to sign in its message about a
// signature mismatch, which can contain the security token. Some pages repeat a whole request, and net/http quotes in its errors
// the part of a response that it cannot parse.
func newRedactor(signed *http.Request) *redact.Redactor {
	if signed == nil {
		return redact.New()
	}
	r := redact.New(signed.Header.Get(acs3.HeaderSecurityToken))
	if authorization, err := acs3.ParseAuthorization(signed.Header.Get("Authorization")); err == nil {
		r.Learn(authorization.Signature)
	}
	return r
}

// networkError is a network error whose text may be shown.
type networkError struct {
	text string
	err  error
}

// Error returns the text.
func (e *networkError) Error() string { return e.text }

// Unwrap returns the original error. Its text may contain secrets.
func (e *networkError) Unwrap() error { return e.err }

// redactError returns an error of a request whose text is one line of limited length, without the secrets of the request and
// of the proxy.
func redactError(err error, signed *http.Request, proxy func(*http.Request) (*url.URL, error)) error {
	r := newRedactor(signed)
	if proxy != nil {
		if address, err := proxy(signed); err == nil {
			r.LearnProxy(address)
		}
	}
	text := err.Error()
	if shown := r.Line(text, maxNetworkError); shown != text {
		return &networkError{shown, err}
	}
	return err
}
