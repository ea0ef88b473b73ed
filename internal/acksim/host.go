package acksim

import (
	"net"
	"net/http"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// ownHost accepts requests whose Host cannot be that of a foreign page in a browser: an IP address, a name without a dot, such as
// localhost or a container's, a reserved domain, Alibaba Cloud's own, and the name that the server listens at. A page can let its
// own name resolve to this machine, and could then read the keys that are issued here; its requests have that name. A request in
// the form for a proxy is accepted: a browser sends one only if it is configured to.
func ownHost(listen string, handler http.Handler) http.Handler {
	name, _, _ := net.SplitHostPort(listen) // What is wrong with it is for Listen to say.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if withoutPort, _, err := net.SplitHostPort(host); err == nil {
			host = withoutPort
		}
		host = strings.ToLower(strings.Trim(strings.TrimSuffix(host, "."), "[]"))
		below := func(domain string) bool { return strings.HasSuffix(host, "."+domain) }
		switch {
		case r.URL.Host != "", net.ParseIP(host) != nil, !strings.Contains(host, "."), strings.EqualFold(host, name),
			below(scenario.LocalhostDomain), below(scenario.ProxiedDomain), below("aliyuncs.com"):
			handler.ServeHTTP(w, r)
		default:
			http.Error(w, "The simulator does not serve this Host. Use an IP address, localhost, or the name that it listens at: -listen NAME:PORT.", http.StatusMisdirectedRequest)
		}
	})
}

// listensEverywhere reports whether others than this machine can reach a server that listens at the address.
func listensEverywhere(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// Warning says what is to be known of an address to listen at, or nothing.
func Warning(listen string) string {
	if !listensEverywhere(listen) {
		return ""
	}
	return "Listening on all addresses: everybody who can reach this machine can use the simulator and read its test credentials. " +
		"Use 127.0.0.1 to keep others out."
}
