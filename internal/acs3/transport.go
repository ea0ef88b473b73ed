package acs3

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"time"
)

// Source gives the credentials for one request. It is called before every attempt, so that temporary credentials can
// refresh in the middle of a long wait. It must honour ctx, and be safe for concurrent use.
type Source func(ctx context.Context) (Credentials, error)

// CredentialsError says that a request was never sent because its credentials could not be had.
type CredentialsError struct {
	// Err is what the Source returned.
	Err error
}

// Error says that the request was not sent, and why.
func (e *CredentialsError) Error() string { return "getting credentials: " + e.Err.Error() }

// Unwrap returns what the Source returned.
func (e *CredentialsError) Unwrap() error { return e.Err }

// SigningError says that a request was never sent because it could not be signed.
type SigningError struct {
	// Err is what Sign returned.
	Err error
}

// Error says that the request was not signed, and why.
func (e *SigningError) Error() string { return "signing the request: " + e.Err.Error() }

// Unwrap returns what Sign returned.
func (e *SigningError) Unwrap() error { return e.Err }

// Transport signs each request with fresh credentials, date and nonce and hands it to Base. It stands beneath whatever
// retries, so that every attempt is signed anew.
type Transport struct {
	// Base sends the signed request.
	Base http.RoundTripper
	// Credentials is called once for each request.
	Credentials Source
}

// RoundTrip implements http.RoundTripper. Its error is a *CredentialsError when there was nothing to sign with, and a
// *SigningError when the request could not be signed.
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := t.signAndSend(r)
	if err != nil && r.Body != nil {
		// A RoundTripper closes the body whatever happens; Base has done so if it came that far, and twice does no harm.
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

// copyToSign copies what Sign changes: a RoundTripper must not change the request that it was given. The rest is shared, which
// http.Request.Clone would copy too.
func copyToSign(r *http.Request) *http.Request {
	signed := r.WithContext(r.Context())
	at := *r.URL
	signed.URL = &at
	signed.Header = make(http.Header, len(r.Header)+maxAdded)
	maps.Copy(signed.Header, r.Header)
	return signed
}
