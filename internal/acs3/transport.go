package acs3

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"time"
)

// Source returns the credentials for one request. It is called before every attempt, so that temporary credentials can refresh in
// the middle of a long wait. It must honor ctx, and be safe for concurrent use.
type Source func(ctx context.Context) (Credentials, error)

// CredentialsError is a request that was not sent because there were no credentials.
type CredentialsError struct {
	// Err is the error of the Source.
	Err error
}

// Error returns a text with the reason.
func (e *CredentialsError) Error() string { return "getting credentials: " + e.Err.Error() }

// Unwrap returns the error of the Source.
func (e *CredentialsError) Unwrap() error { return e.Err }

// SigningError is a request that was not sent because it could not be signed.
type SigningError struct {
	// Err is the error of Sign.
	Err error
}

// Error returns a text with the reason.
func (e *SigningError) Error() string { return "signing the request: " + e.Err.Error() }

// Unwrap returns the error of Sign.
func (e *SigningError) Unwrap() error { return e.Err }

// Transport signs each request with fresh credentials, date and nonce and passes it to Base. Retries must be above it, so that
// every attempt is signed again.
type Transport struct {
	// Base sends the signed request.
	Base http.RoundTripper
	// Credentials is called once for each request.
	Credentials Source
}

// RoundTrip implements http.RoundTripper. Its error is a *CredentialsError without credentials, and a *SigningError when the
// request could not be signed.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.signAndSend(r)
	if err != nil && r.Body != nil {
		// A RoundTripper must always close the body. Base may have closed it already. Closing it twice is harmless.
		_ = r.Body.Close()
	}
	return response, err
}

func (t *Transport) signAndSend(r *http.Request) (*http.Response, error) {
	credentials, err := t.Credentials(r.Context())
	if err != nil {
		return nil, &CredentialsError{Err: err}
	}
	signed := copyToSign(r)
	if err := Sign(signed, credentials, time.Now(), rand.Text()); err != nil {
		return nil, &SigningError{Err: err}
	}
	return t.Base.RoundTrip(signed)
}

// copyToSign copies the parts that Sign changes: a RoundTripper must not change its request. The other parts are shared.
// http.Request.Clone would copy them too.
func copyToSign(r *http.Request) *http.Request {
	signed := r.WithContext(r.Context())
	at := *r.URL
	signed.URL = &at
	signed.Header = make(http.Header, len(r.Header)+maxAdded)
	maps.Copy(signed.Header, r.Header)
	return signed
}
