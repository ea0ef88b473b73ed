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
	if err := spellCanonically(r); err != nil {
		return err
	}
	if r.Header == nil {
		r.Header = make(http.Header, maxHeaders)
	}
	h := headerWriter{header: r.Header}
	var day [len(DateFormat)]byte
	h.set(HeaderDate, string(date.UTC().AppendFormat(day[:0], DateFormat)))
	h.set(HeaderNonce, nonce)
	h.set(HeaderContentHash, hash)
	h.set(HeaderCredentialsProvider, c.ProviderName)
	h.set(HeaderSecurityToken, c.SecurityToken)
	id := c.AccessKeyID
	if c.SecurityToken == "" {
		id = ""
	}
	h.set(HeaderAccessKeyID, id)

	var room [2048]byte // On the stack. A security token has up to some 1,000 bytes.
	canonical, signedHeaders, err := appendCanonicalRequest(room[:0], r, r.URL.RawPath, r.URL.RawQuery, hash)
	if err != nil {
		return err
	}
	authorization := Authorization{
		AccessKeyID:   c.AccessKeyID,
		SignedHeaders: signedHeaders,
		Signature:     signature(c.AccessKeySecret, canonical),
	}
	h.set("Authorization", authorization.String())
	return nil
}

// spellCanonically rewrites the path and query of r as they are signed.
func spellCanonically(r *http.Request) (err error) {
	if r.URL.RawPath, err = canonicalPath(r.URL); err != nil {
		return err
	}
	r.URL.RawQuery, err = canonicalQuery(r.URL.RawQuery)
	return err
}

// signature is the lower-case hex HMAC-SHA256 of the string to sign, keyed with the secret itself: ACS3 derives no key.
func signature(secret string, canonical []byte) string {
	const room = sha256.Size + 2*sha256.Size // For the sum and its digits; the string to sign takes less.
	text := appendStringToSign(make([]byte, 0, room), canonical)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	sum := mac.Sum(text[:0])
	return string(hex.AppendEncode(sum[sha256.Size:], sum))
}

// maxAdded is how many headers the signature adds at most.
const maxAdded = 7

// headerWriter sets headers whose values share one array. Header.Set makes an array for each.
type headerWriter struct {
	header http.Header
	values [maxAdded]string
	used   int
}

// set sets the header of a name in canonical form. Without a value, it removes what an earlier attempt left.
func (w *headerWriter) set(name, value string) {
	if value == "" {
		delete(w.header, name)
		return
	}
	w.values[w.used] = value
	w.used++
	w.header[name] = w.values[w.used-1 : w.used : w.used]
}
