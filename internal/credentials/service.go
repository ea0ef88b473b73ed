package credentials

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/apicode"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// service is where credentials are fetched from.
type service struct {
	name     string // in words
	setting  string // what decides which host that is
	variable string // the environment variable of the proxy to it
	oidc     bool   // The request has a token of an identity provider.
}

var (
	serviceSTS      = service{name: "STS", setting: "endpoints.sts", variable: "HTTPS_PROXY"}
	serviceOIDC     = service{name: "STS", setting: "endpoints.sts", variable: "HTTPS_PROXY", oidc: true}
	serviceMetadata = service{name: "the ECS metadata service", setting: "ecs_role_name", variable: "HTTP_PROXY"}
	serviceURI      = service{name: "the server of the credentials URI", setting: "credentials_uri", variable: "HTTPS_PROXY or HTTP_PROXY"}
	serviceSignIn   = service{name: "the sign-in site", setting: "the profile", variable: "HTTPS_PROXY"}
)

// serviceError is an error of a request to a service.
type serviceError struct {
	service service
	err     error
	// proxy is the host of the proxy of a request over plain HTTP. Its own responses look like those of the service.
	proxy string
}

// Error says what went wrong.
func (e *serviceError) Error() string { return e.err.Error() }

// Unwrap returns what went wrong.
func (e *serviceError) Unwrap() error { return e.err }

// named names the service in an error that names none.
func named(s service, err error) error {
	var already *serviceError
	if err == nil || errors.As(err, &already) {
		return err
	}
	return &serviceError{service: s, err: err}
}

// errNoCredentials is a response of the right form with nothing in it.
var errNoCredentials = errors.New("the response contains no credentials")

// networkError is an error of the network of which only the text is left.
type networkError struct {
	kind netfault.Kind
	text string
}

// Error returns the text.
func (e *networkError) Error() string { return e.text }

// rejection is a response that gives no credentials.
type rejection struct {
	status int // 0 where it is not known
	body   string
}

// Error says what the service responded.
func (e *rejection) Error() string {
	same := func(text string) string { return text }
	return e.words(same, same)
}

// words says what the service responded. Code and message are cleaned of secrets apart, because a code in front of a message,
// such as "MissingSecurityToken: ...", looks like a field with a secret in it.
func (e *rejection) words(cleanName, cleanText func(string) string) string {
	code, message, requestID := e.parts()
	code, message, requestID = cleanName(code), cleanText(message), cleanName(requestID)
	var text string
	switch {
	case code != "" && message != "":
		text = code + ": " + message
	case code != "":
		text = "the response has the code " + code
	case e.status != 0:
		text = fmt.Sprintf("HTTP %d %s", e.status, http.StatusText(e.status))
	case e.excerpt() == "":
		text = "rejected, with an empty response"
	default:
		text = "rejected, with an unexpected response: " + cleanText(e.excerpt())
	}
	if requestID != "" {
		text += " (request ID " + requestID + ")"
	}
	return text
}

// parts are the parts of the error in a body that is JSON.
func (e *rejection) parts() (code, message, requestID string) {
	var decoded struct{ Code, Message, RequestID string }
	if json.NewDecoder(strings.NewReader(e.body)).Decode(&decoded) != nil {
		return "", "", ""
	}
	// After this comes the whole request, escaped twice.
	message, _, _ = strings.Cut(decoded.Message, "server string to sign")
	return decoded.Code, strings.TrimSpace(message), decoded.RequestID
}

var tags = pattern.New(`(?s)<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>`)

// excerpt is the beginning of what people would read of a body.
func (e *rejection) excerpt() string {
	text := strings.TrimSpace(spaces().ReplaceAllString(tags().ReplaceAllString(e.body, " "), " "))
	if characters := []rune(text); len(characters) > maxExcerpt {
		text = string(characters[:maxExcerpt-1]) + "…"
	}
	return text
}

const maxExcerpt = 120

// ofGateway is what the pages of gateways say that could not reach a service for now.
var ofGateway = pattern.New(`(?i)\b(?:50[0234]|429)\b|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|too many requests`)

// mayPass reports whether the same request can succeed later. If the service has never responded, a foreign response is the
// rejection of a proxy, unless its status is a transient one.
func (e *rejection) mayPass(at service, reached bool) bool {
	code, _, _ := e.parts()
	switch {
	case e.status == http.StatusTooManyRequests, e.status >= 500 && e.status != http.StatusNotImplemented && e.status != http.StatusHTTPVersionNotSupported:
		return true
	case code != "":
		return apicode.Of(code).Transient()
	case e.status != 0:
		return reached && e.status != http.StatusNotFound
	default:
		return reached || at.name == serviceSTS.name && e.excerpt() == "" || ofGateway().MatchString(e.body)
	}
}
