package acs3

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// emptyHash is the lower-case hex SHA-256 of an empty body: the payload hash of every GET.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// appendCanonicalRequest appends the canonical request of r, whose path and query are given in their canonical form. It also
// returns the list of signed headers in it.
//
// It takes r as it is sent. Only host, content-type and the x-acs-* headers are signed, so that a proxy may add or rewrite other
// headers.
func appendCanonicalRequest(to []byte, r *http.Request, path, query, payloadHash string) (canonical []byte, signedHeaders string, err error) {
	var room [maxHeaders]header // More headers need another array.
	headers, err := appendHeadersToSign(room[:0], r)
	if err != nil {
		return nil, "", err
	}
	to = append(append(to, r.Method...), '\n')
	to = append(append(to, path...), '\n')
	to = append(append(to, query...), '\n')
	for _, h := range headers {
		to = append(appendLower(to, h.name), ':')
		to = append(append(to, h.value...), '\n')
	}
	to = append(to, '\n')
	begin := len(to)
	for i, h := range headers {
		if i > 0 {
			to = append(to, ';')
		}
		to = appendLower(to, h.name)
	}
	signedHeaders = string(to[begin:])
	return append(append(to, '\n'), payloadHash...), signedHeaders, nil
}

// appendStringToSign wraps a canonical request's hash in the name of the algorithm.
func appendStringToSign(to, canonical []byte) []byte {
	hash := sha256.Sum256(canonical)
	return hex.AppendEncode(append(to, Algorithm+"\n"...), hash[:])
}

// canonicalPath percent-encodes each segment of the path again, so that the result does not depend on the encoding by net/url or
// the caller: %2f inside a segment stays one segment, and '*' and '+' are encoded.
func canonicalPath(u *url.URL) (string, error) {
	escaped := u.EscapedPath()
	if escaped == "" {
		return "/", nil
	}
	if isUnreserved(escaped, '/') {
		return escaped, nil
	}
	segments := strings.Split(escaped, "/")
	for i, segment := range segments {
		raw, err := url.PathUnescape(segment)
		if err != nil {
			return "", fmt.Errorf("path %q: %w", escaped, err)
		}
		segments[i] = percentEncode(raw)
	}
	return strings.Join(segments, "/"), nil
}

// canonicalQuery sorts the parameters by their encoded name and then value, and encodes a space as %20, where the request may
// contain '+'.
func canonicalQuery(raw string) (string, error) {
	if raw == "" {
		return "", nil
	}
	values, err := url.ParseQuery(raw)
	if err != nil {
		return "", fmt.Errorf("query %q: %w", raw, err)
	}
	var pairs [][2]string
	for name, all := range values {
		for _, value := range all {
			pairs = append(pairs, [2]string{percentEncode(name), percentEncode(value)})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int {
		if c := strings.Compare(a[0], b[0]); c != 0 {
			return c
		}
		return strings.Compare(a[1], b[1])
	})
	parameters := make([]string, len(pairs))
	for i, pair := range pairs {
		parameters[i] = pair[0] + "=" + pair[1]
	}
	return strings.Join(parameters, "&"), nil
}

// maxHeaders is the maximum number of signed headers: those that the signature adds, and the few others of a request.
const maxHeaders = 16

// header is a header to sign. The name has the spelling of the request. Its lower-case form is signed.
type header struct{ name, value string }

// appendHeadersToSign appends host, content-type when it is sent, and every x-acs-* header, sorted by name.
//
// A duplicate header is an error: how the gateway reads it is unknown, and a signature must not cover an ambiguous value.
func appendHeadersToSign(to []header, r *http.Request) ([]header, error) {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	to = append(to, header{"host", strings.TrimSpace(host)})
	for name, values := range r.Header {
		if !isSigned(name) {
			continue
		}
		if len(values) != 1 {
			return nil, fmt.Errorf("duplicate header %s: it has %d values", strings.ToLower(name), len(values))
		}
		to = append(to, header{name, strings.TrimSpace(values[0])})
	}
	slices.SortFunc(to, func(a, b header) int { return compareLower(a.name, b.name) })
	for i := 1; i < len(to); i++ {
		if compareLower(to[i].name, to[i-1].name) == 0 {
			return nil, fmt.Errorf("duplicate header %s", strings.ToLower(to[i].name))
		}
	}
	return to, nil
}

func isSigned(name string) bool {
	const prefix = "x-acs-"
	return len(name) >= len(prefix) && strings.EqualFold(name[:len(prefix)], prefix) || strings.EqualFold(name, "content-type")
}

// Header names are ASCII: net/http sends no others.

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}

func appendLower(to []byte, s string) []byte {
	for i := range len(s) {
		to = append(to, lower(s[i]))
	}
	return to
}

func compareLower(a, b string) int {
	for i := range min(len(a), len(b)) {
		if c := int(lower(a[i])) - int(lower(b[i])); c != 0 {
			return c
		}
	}
	return len(a) - len(b)
}

// isUnreserved reports whether s needs no percent-encoding, besides being split at a separator.
func isUnreserved(s string, separator byte) bool {
	for i := range len(s) {
		if c := s[i]; c != separator && !unreserved(c) {
			return false
		}
	}
	return true
}

// unreserved reports the characters that are never encoded: RFC 3986, section 2.3.
func unreserved(c byte) bool {
	return 'A' <= c && c <= 'Z' || 'a' <= c && c <= 'z' || '0' <= c && c <= '9' || c == '-' || c == '_' || c == '.' || c == '~'
}

// percentEncode encodes every byte that is not unreserved, with upper-case hex digits.
func percentEncode(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if unreserved(c) {
			b.WriteByte(c)
		} else {
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// payloadHash hashes the body without consuming it, because the request is sent after it is signed.
func payloadHash(r *http.Request) (string, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return emptyHash, nil
	}
	if r.GetBody == nil {
		return "", errors.New("the request's body cannot be read twice (GetBody is nil), so it cannot be signed")
	}
	body, err := r.GetBody()
	if err != nil {
		return "", fmt.Errorf("getting the request's body: %w", err)
	}
	defer func() { _ = body.Close() }()
	return hashOf(body)
}

func hashOf(body io.Reader) (string, error) {
	hash := sha256.New()
	if _, err := io.Copy(hash, body); err != nil {
		return "", fmt.Errorf("reading the request's body: %w", err)
	}
	return hex.EncodeToString(hash.Sum(nil)), nil
}
