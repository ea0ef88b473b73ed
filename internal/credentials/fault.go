package credentials

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// passing is what the texts of credentials-go say when a service or the network is at fault, and may recover: not with
// HTTP 501 and 505, which say that it never will.
var passing = regexp.MustCompile(`(?:httpStatus: |is HTTP |status code: |failed: GET \S+ )(?:50[02-46-9]|5[1-9]\d|429)\b|` +
	`connection refused|connection reset|i/o timeout|Client\.Timeout|no route to host|\bEOF$`)

// answer is what STS, or a service like it, says when it refuses. credentials-go repeats it as it came.
type answer struct {
	Code, Message, RequestID string

	text string // for people
}

// readAnswer finds such an answer in an error's text.
func readAnswer(text string) answer {
	a := answer{text: text}
	from := strings.IndexByte(text, '{')
	if from < 0 || json.NewDecoder(strings.NewReader(text[from:])).Decode(&a) != nil || a.Code == "" || a.Message == "" {
		return answer{text: text, Code: a.Code}
	}
	// After this comes the whole request, escaped twice.
	message, _, _ := strings.Cut(a.Message, "server string to sign")
	a.text = fmt.Sprintf("%s: %s", a.Code, strings.TrimSpace(message))
	if a.RequestID != "" {
		a.text += fmt.Sprintf(" (request id %s)", a.RequestID)
	}
	return a
}

// requested is how an error of net/http begins: with a URL that can be as long as a request to STS.
var requested = regexp.MustCompile(`\b(?:Get|Put|Post|parse) "(?:[^"\\]|\\.)*": `)

// explain says an error of a source in words, without secrets, and gives the code of the service that refused, if any.
func (s *scrubber) explain(err error) (reason, code string) {
	if command := (*commandError)(nil); errors.As(err, &command) {
		return s.text(command.text), "" // JSON in it is the command's.
	}
	a := readAnswer(err.Error())
	return s.text(requested.ReplaceAllString(a.text, "")), a.Code
}

// lasting reports whether an error of the network will be the same the next time.
func lasting(err error) bool {
	var (
		request   *url.Error
		unknown   *net.DNSError
		untrusted *tls.CertificateVerificationError
		refused   tls.AlertError // The server's, for a certificate or a version.
		noTLS     tls.RecordHeaderError
		address   *net.AddrError // A port that is none, and the like.
	)
	switch {
	case errors.As(err, &request) && (request.Op == "parse" || malformedURL.MatchString(request.Err.Error())):
		return true
	case errors.As(err, &unknown) && unknown.IsNotFound:
		return true
	default:
		return errors.As(err, &untrusted) || errors.As(err, &refused) || errors.As(err, &noTLS) ||
			errors.As(err, &address) || errors.Is(err, http.ErrSchemeMismatch)
	}
}

// malformedURL is what net/http says of a URL that it can parse and cannot ask. These errors have no type.
var malformedURL = regexp.MustCompile(`^(?:unsupported protocol scheme|http: no Host in request URL|invalid (?:URL|port))`)

// transient reports whether an error of a source is worth asking again for: the network's, and a service that says so.
func transient(err error, code string) bool {
	var (
		command *commandError
		request *url.Error
		network net.Error
	)
	switch text := err.Error(); {
	case errors.As(err, &command):
		return command.passing
	case lasting(err):
		return false
	case errors.As(err, &request), errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF),
		errors.Is(err, context.DeadlineExceeded), passing.MatchString(text):
		return true
	case code == "":
		// STS always gives a code. Without one, this is the page of a gateway in between; the HTTP status is not passed on.
		return strings.Contains(text, "session token failed: ")
	}
	for _, prefix := range []string{"Throttling", "ServiceUnavailable", "InternalError", "SignatureNonceUsed"} {
		if strings.HasPrefix(code, prefix) {
			return true
		}
	}
	return false
}

// hintKey is what to do about a key pair.
const hintKey = "Check the access key and its secret."

// hint says what to do about an error of a source.
func hint(code, otherwise string) string {
	switch {
	case strings.HasPrefix(code, "NoPermission"), strings.HasPrefix(code, "ImplicitDeny"), strings.HasPrefix(code, "ExplicitDeny"):
		return "Let the identity that assumes the role call sts:AssumeRole on it, and name that identity in the role's trust policy."
	case strings.HasPrefix(code, "EntityNotExist.Role"):
		return "Check the role's ARN: there is no such role."
	case strings.HasPrefix(code, "InvalidAccessKeyId"), strings.HasPrefix(code, "SignatureDoesNotMatch"):
		return "Check the access key and its secret that the role is assumed with."
	case strings.HasPrefix(code, "AuthenticationFail"):
		return "Check the OIDC token: that it is not expired, and of the provider that oidc_provider_arn names."
	case strings.HasPrefix(code, "InvalidTimeStamp"):
		return "Set this machine's clock."
	default:
		return or(otherwise, "Check the source, and that it can be reached from here.")
	}
}
