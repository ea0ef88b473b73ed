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

// emptyHash is the lower-case hex SHA-256 of no bytes at all: the payload hash of every GET.
const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

// canonicalRequest returns the canonical request of r, and the list of signed headers that is part of it.
//
// It takes r as it goes over the wire: host, content-type and all x-acs-* headers are signed and nothing else, because
// whatever else a proxy adds or rewrites on the way must not break the signature.
func canonicalRequest(r *http.Request, payloadHash string) (canonical, signedHeaders string, err error) {
	path, err := canonicalPath(r.URL)
	if err != nil {
		return "", "", err
	}
	query, err := canonicalQuery(r.URL.RawQuery)
	if err != nil {
		return "", "", err
	}
	headers, err := headersToSign(r)
	if err != nil {
		return "", "", err
	}

	names := make([]string, 0, len(headers))
	var lines strings.Builder
	for _, h := range headers {
		names = append(names, h.name)
		lines.WriteString(h.name + ":" + h.value + "\n")
	}
	signedHeaders = strings.Join(names, ";")
	canonical = strings.Join([]string{r.Method, path, query, lines.String(), signedHeaders, payloadHash}, "\n")
	return canonical, signedHeaders, nil
}

// stringToSign wraps a canonical request's hash in the name of the algorithm.
func stringToSign(canonical string) string {
	return Algorithm + "\n" + hexSHA256(canonical)
}

// canonicalPath percent-encodes each segment of the path anew, so that the result does not depend on how net/url, or the
// caller, happened to spell it: %2f inside a segment stays one segment, and '*' and '+' are encoded.
func canonicalPath(u *url.URL) (string, error) {
	escaped := u.EscapedPath()
	if escaped == "" {
		return "/", nil
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

// canonicalQuery sorts the parameters by their encoded name and then value, and encodes a space as %20, where the wire
// may spell it '+'.
func canonicalQuery(raw string) (string, error) {
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

type header struct{ name, value string }

// headersToSign returns host, content-type when it is sent, and every x-acs-* header, sorted by name.
//
// A header that is there twice is refused: the gateway's reading of it is not known, and a signature must not cover
// something that two readers understand differently.
func headersToSign(r *http.Request) ([]header, error) {
	host := r.Host
	if host == "" {
		host = r.URL.Host
	}
	headers := []header{{"host", strings.TrimSpace(host)}}
	for key, values := range r.Header {
		name := strings.ToLower(key)
		if name != "content-type" && !strings.HasPrefix(name, "x-acs-") {
			continue
		}
		if len(values) != 1 {
			return nil, fmt.Errorf("header %s is there %d times: it must be there once", name, len(values))
		}
		headers = append(headers, header{name, strings.TrimSpace(values[0])})
	}
	slices.SortFunc(headers, func(a, b header) int { return strings.Compare(a.name, b.name) })
	for i := 1; i < len(headers); i++ {
		if headers[i].name == headers[i-1].name {
			return nil, fmt.Errorf("header %s is there more than once: it must be there once", headers[i].name)
		}
	}
	return headers, nil
}

// percentEncode encodes every byte but the unreserved characters of RFC 3986, section 2.3, with upper-case hex digits.
func percentEncode(s string) string {
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', strings.IndexByte("-_.~", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', digits[c>>4], digits[c&15]})
		}
	}
	return b.String()
}

// payloadHash hashes the body without using it up: a signer must leave the request as sendable as it found it.
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

func hexSHA256(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}
