package page

import (
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
)

// contentPolicy lets the page load what comes from its own origin, and nothing else.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// guarded accepts requests from the page itself, and from a user with its address. Other pages in the browser must neither read the
// page nor change anything: not by their origin, nor by a name that resolves to this machine, nor in a frame, nor by a guess of the
// path.
func guarded(secret string, handler http.Handler) http.Handler {
	prefix := "/" + secret
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", contentPolicy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer") // The address is the secret.
		header.Set("Cross-Origin-Opener-Policy", "same-origin")
		header.Set("Cross-Origin-Resource-Policy", "same-origin")
		header.Set("Cache-Control", "no-store")
		if problem, status := refuse(r); problem != "" {
			http.Error(w, problem, status)
			return
		}
		path, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
		if subtle.ConstantTimeCompare([]byte(path), []byte(secret)) != 1 {
			http.Error(w, "Not found. acksim -page prints the address of the page.", http.StatusNotFound)
			return
		}
		http.StripPrefix(prefix, handler).ServeHTTP(w, r)
	})
}

// refuse says why a request must not pass, and the status that says so.
func refuse(r *http.Request) (problem string, status int) {
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	if local == nil || r.Host != local.String() {
		return "The page has one address, which acksim -page prints. This Host is another one.", http.StatusMisdirectedRequest
	}
	if origins := r.Header.Values("Origin"); len(origins) > 1 || len(origins) == 1 && origins[0] != "http://"+local.String() {
		return "Requests from another origin are refused.", http.StatusForbidden
	}
	switch r.Header.Get("Sec-Fetch-Site") {
	case "", "none", "same-origin": // No browser; a typed address; the page itself.
		return "", 0
	default:
		return "Requests from another site are refused.", http.StatusForbidden
	}
}
