package acs3

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"time"
)

// Algorithm is the name that opens the Authorization header and the string to sign.
const Algorithm = "ACS3-HMAC-SHA256"

// DateFormat is the layout of x-acs-date, which is in UTC.
const DateFormat = "2006-01-02T15:04:05Z"

// Headers that the signature adds to a request.
const (
	HeaderDate                = "X-Acs-Date"
	HeaderNonce               = "X-Acs-Signature-Nonce"
	HeaderContentHash         = "X-Acs-Content-Sha256"
	HeaderAccessKeyID         = "X-Acs-Accesskey-Id"
	HeaderSecurityToken       = "X-Acs-Security-Token"
	HeaderCredentialsProvider = "X-Acs-Credentials-Provider"
)

// Credentials is what one request is signed with.
type Credentials struct {
	// AccessKeyID names the key. It is sent as it is, in the Authorization header.
	AccessKeyID string
	// AccessKeySecret keys the HMAC. It never leaves the process.
	AccessKeySecret string
	// SecurityToken goes with temporary credentials; empty with a long-lived key.
	SecurityToken string
	// ProviderName says where the credentials came from, as credentials-go names it ("static_ak" for one). The
	// official client sends it, for the service's own statistics; empty leaves the header out.
	ProviderName string
}

// Sign sets the headers that r's signature needs, and the signature itself as the Authorization header, replacing what
// an earlier attempt left there. The gateway refuses a date that is more than 15 minutes off, and a nonce it has seen:
// every attempt takes a new pair of them.
//
// Sign also spells r's path and query in their canonical form, so that what is sent is to the letter what was signed.
// A request that it returns an error for is not fit to be sent.
func Sign(r *http.Request, c Credentials, date time.Time, nonce string) error {
	if c.AccessKeyID == "" || c.AccessKeySecret == "" {
		return errors.New("signing needs an access key id and its secret: one of them is empty")
	}
	hash, err := payloadHash(r)
	if err != nil {
		return err
	}
	if r.Header == nil {
		r.Header = make(http.Header)
	}
	r.Header.Set(HeaderDate, date.UTC().Format(DateFormat))
	r.Header.Set(HeaderNonce, nonce)
	r.Header.Set(HeaderContentHash, hash)
	setOrDelete(r.Header, HeaderCredentialsProvider, c.ProviderName)
	setOrDelete(r.Header, HeaderSecurityToken, c.SecurityToken)
	if c.SecurityToken != "" {
		r.Header.Set(HeaderAccessKeyID, c.AccessKeyID)
	} else {
		r.Header.Del(HeaderAccessKeyID)
	}

	canonical, signedHeaders, err := canonicalRequest(r, hash)
	if err != nil {
		return err
	}
	authorization := Authorization{
		AccessKeyID:   c.AccessKeyID,
		SignedHeaders: signedHeaders,
		Signature:     signature(c.AccessKeySecret, stringToSign(canonical)),
	}
	r.Header.Set("Authorization", authorization.String())
	return spellCanonically(r)
}

// spellCanonically rewrites the path and query of r as they were signed.
func spellCanonically(r *http.Request) (err error) {
	if r.URL.RawPath, err = canonicalPath(r.URL); err != nil {
		return err
	}
	r.URL.RawQuery, err = canonicalQuery(r.URL.RawQuery)
	return err
}

// signature is the lower-case hex HMAC-SHA256 of the string to sign, keyed with the secret itself: ACS3 derives no key.
func signature(secret, stringToSign string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(stringToSign))
	return hex.EncodeToString(mac.Sum(nil))
}

func setOrDelete(h http.Header, name, value string) {
	if value == "" {
		h.Del(name)
		return
	}
	h.Set(name, value)
}
