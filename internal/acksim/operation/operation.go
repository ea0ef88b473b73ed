// Package operation renders what is true of a cluster as each operation of ACK's reports it: one file for each, and one
// table of all.
package operation

import (
	"encoding/json"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Operation is one operation of ACK's.
type Operation struct {
	gateway.Route

	// Render returns the body of its response, in JSON.
	Render func(phase story.Phase, message string) json.RawMessage
}

// All returns all operations that are played, in a fixed order.
func All() []Operation { return []Operation{getUpgradeStatus} }

// Routes returns what the gateway has to know of all of them.
func Routes() []gateway.Route {
	var routes []gateway.Route
	for _, o := range All() {
		routes = append(routes, o.Route)
	}
	return routes
}

// Named returns the operation of a name.
func Named(name string) (Operation, bool) {
	for _, o := range All() {
		if o.Action == name {
			return o, true
		}
	}
	return Operation{}, false
}
