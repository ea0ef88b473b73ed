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

// Credentials are the credentials that sign one request.
type Credentials struct {
	// AccessKeyID is the ID of the key. It is sent in the Authorization header.
	AccessKeyID string
	// AccessKeySecret keys the HMAC. It never leaves the process.
	AccessKeySecret string
	// SecurityToken is the token of temporary credentials; empty for a long-lived key.
	SecurityToken string
	// ProviderName is the source of the credentials, with the name that credentials-go uses, such as "static_ak". The official
	// client sends it for the statistics of the service. If it is empty, the header is not sent.
	ProviderName string
}

// Sign sets the headers that r's signature needs, and the signature itself as the Authorization header, replacing those of an
// earlier attempt. The gateway rejects a date that differs by more than 15 minutes, and a nonce that was used before: every
// attempt needs a new date and nonce.
//
// Sign also writes r's path and query in their canonical form, so that exactly the signed text is sent. After an error, the
// request must not be sent.
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

// spellCanonically writes the path and query of r in their canonical form.
func spellCanonically(r *http.Request) (err error) {
	if r.URL.RawPath, err = canonicalPath(r.URL); err != nil {
		return err
	}
	r.URL.RawQuery, err = canonicalQuery(r.URL.RawQuery)
	return err
}

// signature is the lower-case hex HMAC-SHA256 of the string to sign, keyed with the secret itself: ACS3 derives no key.
func signature(secret string, canonical []byte) string {
	const room = sha256.Size + 2*sha256.Size // For the sum and its digits. The string to sign is shorter.
	text := appendStringToSign(make([]byte, 0, room), canonical)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	sum := mac.Sum(text[:0])
	return string(hex.AppendEncode(sum[sha256.Size:], sum))
}

// maxAdded is the maximum number of headers that the signature adds.
const maxAdded = 7

// headerWriter sets headers whose values share one array. Header.Set makes an array for each.
type headerWriter struct {
	header http.Header
	values [maxAdded]string
	used   int
}

// set sets the header with a name in canonical form. Without a value, it removes the header of an earlier attempt.
func (w *headerWriter) set(name, value string) {
	if value == "" {
		delete(w.header, name)
		return
	}
	w.values[w.used] = value
	w.used++
	w.header[name] = w.values[w.used-1 : w.used : w.used]
}
