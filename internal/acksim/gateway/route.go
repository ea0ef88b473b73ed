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

// The placeholders in a route's path: each is the id of the operation's object.
const (
	placeholderCluster = "{cluster_id}"
	placeholderTask    = "{task_id}"
	placeholderRegion  = "{region_id}"
)

// Route says which requests are for an operation.
type Route struct {
	// Action is the operation's name, and Version that of the API.
	Action, Version string
	// Method is the HTTP method.
	Method string
	// Path is the path. {cluster_id}, {task_id} or {region_id} is one segment.
	Path string
}

// OfRegion reports whether the operation is about a region, and not about a cluster or a task.
func (o Route) OfRegion() bool { return o.placeholder() == placeholderRegion }

// placeholder returns the placeholder in the path.
func (o Route) placeholder() string {
	for _, placeholder := range []string{placeholderTask, placeholderRegion} {
		if strings.Contains(o.Path, placeholder) {
			return placeholder
		}
	}
	return placeholderCluster
}

// match returns the id that is requested, of a cluster, a task or a region. The path is taken to the letter, and the id is one
// segment of it: a client that forgets to encode a slash in it requests another path.
func (o Route) match(r *http.Request) (id string, ok bool) {
	if r.Method != o.Method || r.Header.Get(HeaderAction) != o.Action || r.Header.Get(HeaderVersion) != o.Version {
		return "", false
	}
	prefix, suffix, _ := strings.Cut(o.Path, o.placeholder())
	rest, before := strings.CutPrefix(r.URL.EscapedPath(), prefix)
	segment, after := strings.CutSuffix(rest, suffix)
	if !before || !after || segment == "" || strings.Contains(segment, "/") {
		return "", false
	}
	id, err := url.PathUnescape(segment)
	return id, err == nil
}
