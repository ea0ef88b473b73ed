package provider

import (
	"fmt"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// What an error says of the operation that failed: its name and its RAM action.

func operationOf(request *ack.RequestError) ack.Operation {
	if request == nil {
		return ""
	}
	return request.Operation
}

func operationFacts(request *ack.RequestError) []fact {
	return []fact{{"Operation", string(operationOf(request))}}
}

// explainNotServed explains an operation that the endpoint does not offer.
func explainNotServed(t target, operation ack.Operation, _ *ack.APIError) problem {
	return problem{
		summary: fmt.Sprintf("%s is not served at the endpoint of cluster %s", operation, t.clusterID),
		cause:   "The endpoint does not know the operation.",
		remedy:  "Look for a newer version of this provider.",
	}
}

// explainForbidden explains an operation that the credentials do not allow.
func explainForbidden(t target, operation ack.Operation) problem {
	return problem{
		summary: "Not allowed to read cluster " + t.clusterID,
		cause:   fmt.Sprintf("The credentials are good, but they do not allow %s for this cluster.", operation),
		remedy:  fmt.Sprintf("Allow the RAM action %s on the resource acs:cs:%s:*:cluster/%s.", operation.RAMAction(), t.region, t.clusterID),
	}
}
