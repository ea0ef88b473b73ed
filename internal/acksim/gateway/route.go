package gateway

import (
	"net/http"
	"net/url"
	"strings"
)

// The headers that name the operation that a request is for.
const (
	HeaderAction  = "X-Acs-Action"
	HeaderVersion = "X-Acs-Version"
)

// placeholder stands for the cluster's id in a route's path.
const placeholder = "{cluster_id}"

// Route says which requests are for an operation.
type Route struct {
	// Action is the operation's name, and Version that of the API.
	Action, Version string
	// Method is the HTTP method.
	Method string
	// Path is the path, in which {cluster_id} stands for one segment.
	Path string
}

// match returns the cluster id that is asked for. The path is taken to the letter, and the id is one segment of it: a
// client that forgets to encode a slash in it asks for another path.
func (o Route) match(r *http.Request) (clusterID string, ok bool) {
	if r.Method != o.Method || r.Header.Get(HeaderAction) != o.Action || r.Header.Get(HeaderVersion) != o.Version {
		return "", false
	}
	prefix, suffix, _ := strings.Cut(o.Path, placeholder)
	rest, before := strings.CutPrefix(r.URL.EscapedPath(), prefix)
	segment, after := strings.CutSuffix(rest, suffix)
	if !before || !after || segment == "" || strings.Contains(segment, "/") {
		return "", false
	}
	clusterID, err := url.PathUnescape(segment)
	return clusterID, err == nil
}
