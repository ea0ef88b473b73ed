package netfault

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"

	"golang.org/x/net/http/httpproxy"
)

// ProxyError is a proxy whose response to CONNECT is not HTTP 200.
type ProxyError struct {
	// HTTPStatus is the status of the response.
	HTTPStatus int
}

// Error returns the response of the proxy.
func (e *ProxyError) Error() string {
	return fmt.Sprintf("the proxy responded to CONNECT with HTTP %d %s", e.HTTPStatus, http.StatusText(e.HTTPStatus))
}

// RejectedByProxy turns a proxy's rejection into a *ProxyError; net/http's own error has no type, and says nothing but the
// status text. It is an http.Transport's OnProxyConnectResponse.
func RejectedByProxy(_ context.Context, _ *url.URL, _ *http.Request, response *http.Response) error {
	if response.StatusCode == http.StatusOK {
		return nil
	}
	return &ProxyError{HTTPStatus: response.StatusCode}
}

// InvalidProxyError is an environment variable that names a proxy and is not the URL of one.
type InvalidProxyError struct {
	// Variable is the name of the variable. What it holds is not shown: there may be a password in it.
	Variable string
}

// Error names the variable.
func (e *InvalidProxyError) Error() string {
	return "the value of the environment variable " + e.Variable + " is not the URL of a proxy"
}

// ProxyFromEnvironment does what http.ProxyFromEnvironment does, with one difference: of a variable that it
// cannot parse that one makes a proxy that does not exist, or none, and the request ends in "no such host". This one returns
// an *InvalidProxyError for a request that would go through that proxy. The environment is read when it is called.
func ProxyFromEnvironment() func(*http.Request) (*url.URL, error) {
	config := httpproxy.FromEnvironment()
	invalid := make(map[string]string) // the variable, by the host that represents it
	for name, value := range map[string]*string{"HTTPS_PROXY": &config.HTTPSProxy, "HTTP_PROXY": &config.HTTPProxy} {
		if *value == "" || isProxy(*value) {
			continue
		}
		if os.Getenv(name) == "" {
			name = strings.ToLower(name) // Which httpproxy looks at second.
		}
		*value = strings.ReplaceAll(strings.ToLower(name), "_", "-") + ".invalid" // A host that cannot exist.
		invalid[*value] = name
	}
	proxy := config.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) {
		found, err := proxy(r.URL)
		if err != nil || found == nil {
			return found, err
		}
		if name, ok := invalid[found.Host]; ok {
			return nil, &InvalidProxyError{Variable: name}
		}
		return found, nil
	}
}

// isProxy reports whether a text is the URL of a proxy. As in net/http, one without a scheme is an HTTP proxy; but a URL
// that cannot be parsed is not made into a proxy on a host "http", as it is there.
func isProxy(text string) bool {
	if !strings.Contains(text, "://") {
		text = "http://" + text
	}
	at, err := url.Parse(text)
	if err != nil || at.Hostname() == "" {
		return false
	}
	switch at.Scheme {
	case "http", "https", "socks5", "socks5h":
		return true
	default:
		return false
	}
}
