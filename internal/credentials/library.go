package credentials

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

// All assumptions about the internals of credentials-go are in this file, each with a test against the real library: requests go
// through clones of http.DefaultTransport, builders keep what they have built, sessions are renewed at a certain time, and errors
// have texts instead of types.

// refreshWindow is how long before the end of a session the library fetches the next one. So a session that it returns a
// second time, without a request, is good for longer than this.
const refreshWindow = 180 * time.Second

// The response of a proxy is available in the transport only: the error of net/http has nothing but the text of its status. It is
// set before the first request, because the library clones it for each one, from many goroutines.
func init() {
	if transport, ok := http.DefaultTransport.(*http.Transport); ok {
		prepare(transport)
	}
}

// prepare makes a transport's errors about proxies ones that netfault knows.
func prepare(transport *http.Transport) {
	transport.OnProxyConnectResponse = netfault.RejectedByProxy
	transport.Proxy = netfault.ProxyFromEnvironment()
	harden(transport)
}

// proxyTo returns the host of the proxy that the library's requests to a URL go through, or nothing.
func proxyTo(address string) string {
	transport, ok := http.DefaultTransport.(*http.Transport)
	at, err := url.Parse(address)
	if !ok || err != nil || transport.Proxy == nil {
		return ""
	}
	if proxy, err := transport.Proxy(&http.Request{URL: at}); err == nil && proxy != nil {
		return proxy.Host
	}
	return ""
}

// withService is one of the library's sources. Its errors name the service that issues the credentials.
type withService struct {
	providers.CredentialsProvider

	service service
}

// GetCredentials implements providers.CredentialsProvider. The error of a source that this one is made from is named already.
func (s *withService) GetCredentials() (*providers.Credentials, error) {
	c, err := s.CredentialsProvider.GetCredentials()
	return c, named(s.service, err)
}

// What the library says when a service responded with something else than credentials.
var (
	rejectedWithBody   = pattern.New(`(?s)^(?:refresh session token failed|get session token failed|get session token from (?:sso|OAuth) failed): (.*)$`)
	rejectedWithStatus = pattern.New(`(?s)^(?:refresh Ecs sts token err, httpStatus: |get role name failed: GET \S+ |failed to refresh token, status code: )(\d{3})(?:, message = (.*))?$`)
	withoutCredentials = pattern.New(`, fail to get credentials|^failed to refresh token from OAuth: |json\.Unmarshal fail|, Code is not Success$`)
)

// flattened is an error of the network that the metadata source has made a text of.
var flattened = pattern.New(`^(?:get role name failed|refresh Ecs sts token err|get metadata token failed): (.*)$`)

// flattenedKinds are the kinds of error behind such a text. The first match counts: a dial that timed out is not a lost connection.
var flattenedKinds = []struct {
	pattern func() *regexp.Regexp
	kind    netfault.Kind
}{
	{pattern.New(`is not the URL of a proxy$`), netfault.ProxyInvalid},
	{pattern.New(`no such host`), netfault.NoSuchHost},
	{pattern.New(`connection refused`), netfault.Refused},
	{pattern.New(`no route to host|network is unreachable`), netfault.Unreachable},
	{pattern.New(`i/o timeout|Client\.Timeout|deadline exceeded`), netfault.Timeout},
	{pattern.New(`connection reset|broken pipe|EOF$|server closed idle connection`), netfault.ConnectionLost},
	{pattern.New(`malformed HTTP`), netfault.NotHTTP},
}

// typed gives an error of the library the type that it lacks: a *rejection, a *networkError, or errNoCredentials.
func typed(err error) error {
	text := err.Error()
	if m := rejectedWithBody().FindStringSubmatch(text); m != nil {
		return &rejection{body: m[1]}
	}
	if m := rejectedWithStatus().FindStringSubmatch(text); m != nil {
		status, _ := strconv.Atoi(m[1]) // Three digits.
		return &rejection{status: status, body: m[2]}
	}
	if m := flattened().FindStringSubmatch(text); m != nil {
		for _, known := range flattenedKinds {
			if known.pattern().MatchString(m[1]) {
				return &networkError{kind: known.kind, text: m[1]}
			}
		}
	}
	if withoutCredentials().MatchString(text) {
		return errNoCredentials
	}
	return err
}
