package credentials

import (
	"net/http"
	"net/url"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

// What the sources have in common with those of credentials-go is in this file, with a test against the real library: requests go through
// clones of http.DefaultTransport, and sessions are renewed at a certain time before their end.

// refreshWindow is how long before the end of a session the next one is fetched, as in the library. So a session that is returned a
// second time, without a request, is valid for longer than this.
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

// withService is a source whose errors name the service that issues the credentials.
type withService struct {
	providers.CredentialsProvider

	service service
}

// GetCredentials implements providers.CredentialsProvider. The error of a source that this one is made from is named already.
func (s *withService) GetCredentials() (*providers.Credentials, error) {
	c, err := s.CredentialsProvider.GetCredentials()
	return c, named(s.service, err)
}
