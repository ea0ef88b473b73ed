package acs3

import (
	"crypto/hmac"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Authorization is the parsed Authorization header of a signed request.
type Authorization struct {
	// AccessKeyID is the ID of the key that the request claims to be signed with.
	AccessKeyID string
	// SignedHeaders is the list of signed header names: lower-case, sorted, joined with ";".
	SignedHeaders string
	// Signature is the lower-case hex HMAC.
	Signature string
}

// String returns the value of the Authorization header.
func (a Authorization) String() string {
	return Algorithm + " Credential=" + a.AccessKeyID + ",SignedHeaders=" + a.SignedHeaders + ",Signature=" + a.Signature
}

// ParseAuthorization reads an Authorization header. It accepts exactly the form that String writes.
func ParseAuthorization(value string) (Authorization, error) {
	fields, ok := strings.CutPrefix(value, Algorithm+" ")
	if !ok {
		return Authorization{}, fmt.Errorf("the Authorization header does not begin with %q", Algorithm)
	}
	credential, fields, _ := strings.Cut(fields, ",")
	signed, sig, _ := strings.Cut(fields, ",")
	var a Authorization
	for _, field := range []struct {
		text, name string
		value      *string
	}{
		{credential, "Credential", &a.AccessKeyID},
		{signed, "SignedHeaders", &a.SignedHeaders},
		{sig, "Signature", &a.Signature},
	} {
		value, ok := strings.CutPrefix(field.text, field.name+"=")
		if !ok || value == "" {
			return Authorization{}, fmt.Errorf("the Authorization header has no %s where it belongs", field.name)
		}
		*field.value = value
	}
	return a, nil
}

// ErrPayloadHash is returned for a request whose x-acs-content-sha256 is not the hash of its body.
var ErrPayloadHash = errors.New("x-acs-content-sha256 is not the hash of the body")

// ErrSignedHeaders is returned for a request in which a header that must be signed is unsigned, or a signed header is missing.
var ErrSignedHeaders = errors.New("the signed headers are not host, content-type if sent, and every x-acs-* header")

// MismatchError is a signature that differs from the one that the receiver calculates.
type MismatchError struct {
	// StringToSign is the receiver's string to sign. The gateway returns it, so that the caller can compare it.
	StringToSign string
}

// Error returns the string to sign, without the signatures.
func (e *MismatchError) Error() string {
	return fmt.Sprintf("the signature does not match; string to sign: %q", e.StringToSign)
}

// Verify reports whether r, as a server received it, is signed with secret, including everything that must be signed. It consumes
// r.Body. It returns ErrPayloadHash, ErrSignedHeaders or a *MismatchError for a well-formed request with a wrong signature. Date,
// nonce and security token are signed like any other header. The caller must check whether they are still valid.
func Verify(r *http.Request, secret string) error {
	authorization, err := ParseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return err
	}
	hash := emptyHash
	if r.Body != nil && r.Body != http.NoBody { // io.Copy allocates 32 KiB, however short the body is.
		if hash, err = hashOf(r.Body); err != nil {
			return err
		}
	}
	if r.Header.Get(HeaderContentHash) != hash {
		return ErrPayloadHash
	}
	path, err := canonicalPath(r.URL)
	if err != nil {
		return err
	}
	query, err := canonicalQuery(r.URL.RawQuery)
	if err != nil {
		return err
	}
	canonical, signedHeaders, err := appendCanonicalRequest(nil, r, path, query, hash)
	if err != nil {
		return err
	}
	if authorization.SignedHeaders != signedHeaders {
		return ErrSignedHeaders
	}
	if !hmac.Equal([]byte(authorization.Signature), []byte(signature(secret, canonical))) {
		return &MismatchError{StringToSign: string(appendStringToSign(nil, canonical))}
	}
	return nil
}
