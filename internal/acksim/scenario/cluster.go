package scenario

import (
	"encoding/json"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Cluster is one simulated cluster.
type Cluster struct {
	// Timeline says what the cluster answers, step after step. See Step.
	Timeline []Step
}

// Step is one stretch of a cluster's timeline: how long it lasts, and what the cluster answers meanwhile.
//
// A timeline begins with the first request for its cluster that passes all checks, so that it does not matter how long
// a CLI needs to start. It lasts For or for that many Polls; the last step stays, whatever its length. A step of a given
// length ends on time, asked or not; the step behind one that counts polls begins with the request that finds it used up.
type Step struct {
	// For is how long the step lasts. Either For or Polls must be set in every step but the last.
	For time.Duration
	// Polls is how many requests the step answers.
	Polls int

	// Phase is short for the answer that ACK gives in that phase. Exactly one of Phase, Answer and HTTP is set.
	Phase story.Phase
	// Message goes with Phase: it is the upgrade task's message and, when the phase is failed, the error message too.
	Message string
	// Answer is a JSON value that is answered as it is.
	Answer json.RawMessage
	// HTTP is an answer that is not ACK's, of a proxy for one.
	HTTP *response.Raw
}

// Lengths returns how long each step lasts.
func Lengths(steps []Step) []story.Length {
	lengths := make([]story.Length, len(steps))
	for i, step := range steps {
		lengths[i] = story.Length{For: step.For, Polls: step.Polls}
	}
	return lengths
}
