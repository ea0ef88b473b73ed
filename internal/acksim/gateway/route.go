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

// The placeholders in a route's path: each stands for the id of what the operation is about.
const (
	placeholderCluster = "{cluster_id}"
	placeholderTask    = "{task_id}"
)

// Route says which requests are for an operation.
type Route struct {
	// Action is the operation's name, and Version that of the API.
	Action, Version string
	// Method is the HTTP method.
	Method string
	// Path is the path, in which {cluster_id} or {task_id} stands for one segment.
	Path string
}

// placeholder returns the placeholder in the path.
func (o Route) placeholder() string {
	if strings.Contains(o.Path, placeholderTask) {
		return placeholderTask
	}
	return placeholderCluster
}

// match returns the id that is requested, of a cluster or of a task. The path is taken to the letter, and the id is one segment
// of it: a client that forgets to encode a slash in it requests another path.
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
