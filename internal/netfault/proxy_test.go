package netfault

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

func TestAnInvalidProxyURLNamesItsVariable(t *testing.T) {
	for name, test := range map[string]struct {
		env     map[string]string
		request string
		want    string // the proxy, or the invalid variable
	}{
		"no proxy":                       {nil, "https://host.example", ""},
		"a URL":                          {map[string]string{"HTTPS_PROXY": "http://user:pass@proxy.example:3128"}, "https://host.example", "http://user:pass@proxy.example:3128"},
		"a host and a port":              {map[string]string{"https_proxy": "proxy.example:3128"}, "https://host.example", "http://proxy.example:3128"},
		"SOCKS":                          {map[string]string{"HTTPS_PROXY": "socks5://proxy.example"}, "https://host.example", "socks5://proxy.example"},
		"a password with a number sign":  {map[string]string{"HTTPS_PROXY": "http://user:canary#1@proxy.example:3128"}, "https://host.example", "HTTPS_PROXY"},
		"a password with a percent sign": {map[string]string{"https_proxy": "http://user:canary%1@proxy.example:3128"}, "https://host.example", "https_proxy"},
		"a scheme that is none":          {map[string]string{"HTTPS_PROXY": "htps://proxy.example"}, "https://host.example", "HTTPS_PROXY"},
		"a space":                        {map[string]string{"HTTPS_PROXY": "http://proxy example"}, "https://host.example", "HTTPS_PROXY"},
		"for plain HTTP":                 {map[string]string{"HTTP_PROXY": "http://user:canary#1@proxy.example"}, "http://host.example", "HTTP_PROXY"},
		"not for the other scheme":       {map[string]string{"HTTP_PROXY": "http://user:canary#1@proxy.example"}, "https://host.example", ""},
		"not for a host in NO_PROXY":     {map[string]string{"HTTPS_PROXY": "http://user:canary#1@proxy.example", "NO_PROXY": ".example"}, "https://host.example", ""},
		"not for this machine":           {map[string]string{"HTTPS_PROXY": "http://user:canary#1@proxy.example"}, "https://localhost", ""},
	} {
		t.Run(name, func(t *testing.T) {
			for _, name := range []string{"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY"} {
				t.Setenv(name, test.env[name])
				t.Setenv(strings.ToLower(name), test.env[strings.ToLower(name)])
			}
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, test.request, nil)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			proxy, err := ProxyFromEnvironment()(request)
			var invalid *InvalidProxyError
			switch {
			case errors.As(err, &invalid):
				got = invalid.Variable
				if Of(err) != ProxyInvalid || Transient(err) || strings.Contains(err.Error(), "canary") {
					t.Errorf("kind %d, may pass: %t: %v", Of(err), Transient(err), err)
				}
			case err != nil:
				t.Fatal(err)
			case proxy != nil:
				got = proxy.String()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
