package credentials

import (
	"context"
	"errors"
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
)

const hidden = "(hidden)"

// In an error of credentials-go there can be a whole URL, with the access key id, signature and security token of the
// request, or a whole answer, with the credentials in it. What is named like a secret is hidden, and so is all that is
// known to be one.
var (
	secretParameter = regexp.MustCompile(`(?i)\b(Signature|SignatureNonce|AccessKeyId|SecurityToken|OIDCToken|access_token|refresh_token|token)=[^&\s"']+`)
	secretField     = regexp.MustCompile(`(?i)("[a-z_]*(?:access_?key_?id|access_?key_?secret|token|secret|signature)[a-z_]*"\s*:\s*)"(?:[^"\\]|\\.)*"?`)
	secretBearer    = regexp.MustCompile(`(?i)\bBearer\s+[^\s"']+`)
	spaces          = regexp.MustCompile(`[\s[:cntrl:]]+`)
	errorCode       = regexp.MustCompile(`"Code"\s*:\s*"([A-Za-z0-9.]+)"`)
)

// maxReason is how many characters are shown of an error that is not ours.
const maxReason = 400

// scrubber takes secrets out of texts. It is safe for concurrent use.
type scrubber struct {
	mu      sync.Mutex
	secrets []string
}

// learn adds secrets that are known. Very short ones are left to the patterns: they would blot out ordinary words.
func (s *scrubber) learn(secrets ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, secret := range secrets {
		if len(secret) >= 4 && !slices.Contains(s.secrets, secret) {
			s.secrets = append(s.secrets, secret, hidden, url.QueryEscape(secret), hidden)
		}
	}
}

// text returns a text in one line, without secrets, and not too long.
func (s *scrubber) text(text string) string {
	s.mu.Lock()
	known := strings.NewReplacer(s.secrets...)
	s.mu.Unlock()
	text = known.Replace(text)
	text = secretParameter.ReplaceAllString(text, "$1="+hidden)
	text = secretField.ReplaceAllString(text, "$1\""+hidden+"\"")
	text = secretBearer.ReplaceAllString(text, "Bearer "+hidden)
	text = strings.TrimSpace(spaces.ReplaceAllString(text, " "))
	if characters := []rune(text); len(characters) > maxReason {
		text = string(characters[:maxReason-1]) + "…"
	}
	return text
}

// transient reports whether an error of a source is worth asking again for: the network's, and a service that says so.
func transient(err error, reason string) bool {
	var (
		request *url.Error
		network net.Error
	)
	if errors.As(err, &request) || errors.As(err, &network) || errors.Is(err, context.DeadlineExceeded) {
		return true
	}
	code := codeOf(reason)
	for _, passing := range []string{"Throttling", "ServiceUnavailable", "InternalError", "SignatureNonceUsed"} {
		if strings.HasPrefix(code, passing) {
			return true
		}
	}
	for _, word := range []string{"httpStatus: 5", "httpStatus: 429", "connection refused", "connection reset", "i/o timeout", "Client.Timeout"} {
		if strings.Contains(reason, word) {
			return true
		}
	}
	return false
}

// codeOf is the error code in an answer of STS that credentials-go repeats in its error.
func codeOf(reason string) string {
	if match := errorCode.FindStringSubmatch(reason); match != nil {
		return match[1]
	}
	return ""
}

// hint says what to do about an error of a source.
func hint(reason string) string {
	switch code := codeOf(reason); {
	case strings.HasPrefix(code, "NoPermission"), strings.HasPrefix(code, "ImplicitDeny"), strings.HasPrefix(code, "ExplicitDeny"):
		return "Let the identity that assumes the role call sts:AssumeRole on it, and name that identity in the role's trust policy."
	case strings.HasPrefix(code, "EntityNotExist"):
		return "Check the role's ARN: there is no such role."
	case strings.HasPrefix(code, "InvalidAccessKeyId"), strings.HasPrefix(code, "SignatureDoesNotMatch"):
		return "Check the access key and its secret that the role is assumed with."
	case strings.HasPrefix(code, "AuthenticationFail"):
		return "Check the OIDC token: that it is not expired, and of the provider that oidc_provider_arn names."
	case strings.HasPrefix(code, "InvalidTimeStamp"):
		return "Set this machine's clock."
	default:
		return "Check the source, and that it can be reached from here."
	}
}
