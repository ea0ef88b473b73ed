package ack

import (
	"net/http"
	"net/url"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
)

const (
	// maxExcerpt is how many characters are shown of something that was not expected.
	maxExcerpt = 200

	// maxExcerptBytes is how much of an unexpected body is looked at for that.
	maxExcerptBytes = 16 << 10

	// maxNetworkError is how many characters are shown of an error of the network.
	maxNetworkError = 300
)

// newRedactor returns what takes the secrets of a request out of texts. The gateway explains a bad signature by repeating what
// it was made from, which can contain the security token. There are pages that repeat a whole request, and net/http repeats
// in its errors what it cannot parse of a response.
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

// networkError is an error of the network whose text may be shown.
type networkError struct {
	text string
	err  error
}

// Error returns the text.
func (e *networkError) Error() string { return e.text }

// Unwrap returns the error as it was. Its text may contain secrets.
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
