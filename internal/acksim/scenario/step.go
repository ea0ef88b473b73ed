package scenario

import (
	"encoding/json"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Step is a part of a cluster's timeline: how long it lasts, and the state of the cluster. Every operation reports it.
//
// A timeline begins with the first request for its cluster that passes all checks, so that it does not matter how long
// a CLI needs to start. A step lasts For or for that many Polls; the last one has no end. A step with a duration ends on time,
// polled or not; the step after one that counts polls begins with the first request after them.
type Step struct {
	// For is how long the step lasts. Either For or Polls must be set in every step but the last.
	For time.Duration
	// Polls is how many polls the step lasts. Requests for different operations make one poll; the next one begins when an
	// operation is requested again. A request for a further page of a list counts nothing.
	Polls int

	// Phase says what is true of the cluster. Exactly one of Phase and HTTP is set.
	Phase story.Phase
	// Message goes with Phase: it is the upgrade task's message and, when the phase is failed, the error message too.
	Message string
	// Cluster overrides what the phase says of the cluster, where its fields are not empty.
	Cluster story.Override
	// Tasks are tasks besides the upgrade's own. A task stays in the list, as the last step that names it left it.
	Tasks []story.TaskSpec
	// Responses are JSON values, by the name of an operation, that are its response as they are. The other operations
	// report what the phase says.
	Responses map[string]json.RawMessage
	// HTTP is the response of all operations, and not ACK's: a proxy's for one.
	HTTP *response.Raw
}

// stepFields are the fields of a step.
var stepFields = []document.Field[Step]{
	document.Value("for", "how long it lasts, a duration", document.Duration, func(s *Step) *time.Duration { return &s.For }).Not("polls"),
	document.Value("polls", "or for how many polls; the last step needs neither", document.Number, func(s *Step) *int { return &s.Polls }),
	document.Value("phase", "what is true of the cluster", document.Described[story.Phase](phaseRows()), func(s *Step) *story.Phase { return &s.Phase }).Or("http"),
	document.Value("message", "the message of the upgrade", document.Text, func(s *Step) *string { return &s.Message }),
	document.Nested("cluster", "values of the cluster that replace those of the phase", func(r document.Reader, s *Step) document.Read {
		return document.Object(r, overrideFields, &s.Cluster)
	}),
	document.Nested("tasks", "tasks besides the upgrade's own", func(r document.Reader, s *Step) document.Read {
		return document.Objects(r, taskFields, &s.Tasks)
	}),
	document.Nested("responses", "by the name of an operation, its whole response: any JSON value", func(r document.Reader, s *Step) document.Read {
		return r.Entries(responsesShape, func(name, at string, n document.Node) error {
			if s.Responses == nil {
				s.Responses = make(map[string]json.RawMessage)
			}
			s.Responses[name] = n.Raw
			return nil
		})
	}),
	response.Field("instead of the phase, the response of all operations, such as a proxy's", func(s *Step) **response.Raw { return &s.HTTP }).
		Not("message", "cluster", "tasks", "responses"),
}

// phaseRows returns all phases and what each means.
func phaseRows() []document.Row {
	var rows []document.Row
	for _, p := range story.Phases() {
		rows = append(rows, document.Row{Name: string(p), Help: p.Help()})
	}
	return rows
}

// overrideFields are the fields of a step's cluster.
var overrideFields = []document.Field[story.Override]{
	document.Value("cluster_id", "another id than the requested one", document.Text, func(o *story.Override) *string { return &o.ID }),
	document.Value("state", "such as updating", document.Text, func(o *story.Override) *string { return &o.State }),
	document.Value("current_version", "its version", document.Text, func(o *story.Override) *string { return &o.CurrentVersion }),
	document.Value("next_version", "the version that it can be upgraded to", document.Text, func(o *story.Override) *string { return &o.NextVersion }),
}
