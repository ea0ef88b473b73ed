package operation

import (
	"encoding/json"
	"net/url"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Operation is one operation of ACK.
type Operation struct {
	// Route says which requests are for it: its name, version, method and path.
	gateway.Route
	// RAM is the action that a RAM policy has to allow.
	RAM string
	// Help says what it reports.
	Help string
	// Paged is whether the response is a list, of which each request gets one page, and which can lag and move.
	Paged bool
	// Render returns the body of the response in JSON. It is nil for an operation that is about a region.
	Render func(Request) json.RawMessage
	// RenderRegion does so for one that is about a region, and is nil for all others.
	RenderRegion func(RegionRequest) json.RawMessage
}

// Request is what a response is rendered from.
type Request struct {
	// Query holds the query parameters. Those that are not documented are ignored.
	Query url.Values
	// Page is the page that is requested of a list.
	Page Page
	// Truth is what is true of the cluster.
	Truth story.Truth
	// Task is the task that is requested, for an operation about one.
	Task story.Task
	// RequestID is the request's id, for the operations whose body has it.
	RequestID string
	// Listing is how the cluster's lists are written.
	Listing Listing
}

// RegionRequest is what the response of an operation about a region is rendered from.
type RegionRequest struct {
	// Page is the page that is requested of a list, with the size that its pages have, and Total how many elements it has in all.
	Page  Page
	Total int
	// Truths are what is true of the clusters: those of the page, where there are pages.
	Truths []story.Truth
	// RequestID is the request's id, for the operations whose body has it.
	RequestID string
}

// all is the table of all operations.
var all = []Operation{
	getUpgradeStatus, describeClusterTasks, describeClusterDetail, describeTaskInfo, describeClustersForRegion, listOperationPlansForRegion,
}

// All returns all operations, in a fixed order.
func All() []Operation { return all }

// Names returns the names of all operations.
func Names() []string {
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.Action
	}
	return names
}

// Routes returns what the gateway has to know of all operations.
func Routes() []gateway.Route {
	routes := make([]gateway.Route, len(all))
	for i, o := range all {
		routes[i] = o.Route
	}
	return routes
}

// Named returns the operation of a name.
func Named(name string) (Operation, bool) {
	for _, o := range all {
		if o.Action == name {
			return o, true
		}
	}
	return Operation{}, false
}

// version is the version of ACK's API.
const version = "2015-12-15"
