package scenario

import (
	"bytes"
	"encoding/json"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
)

// SchemaJSON returns the JSON schema of a scenario file, for editors. It is made from the tables by which a file is read, and
// says what fields there are, which values they take, and which go together. That names refer to something is for Parse to
// check alone.
func SchemaJSON() []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // It is read by people, too.
	encoder.SetIndent("", "  ")
	_ = encoder.Encode(document.SchemaOf("Scenario of acksim, the simulated ACK", scenarioFields)) // It holds nothing that cannot be.
	return b.Bytes()
}

// responsesShape is the shape of a step's responses: any JSON value, by the name of an operation.
func responsesShape() document.Shape {
	return document.MapShape(document.AnyShape(), operation.Names()...)
}
