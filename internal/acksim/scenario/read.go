package scenario

import (
	"bytes"
	"fmt"
	"io"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// maxScenario is the largest scenario that is read: room for 30,000 clusters and more.
const maxScenario = 4 << 20

// Read reads a scenario, as Parse does, and refuses one of more than 4 MiB.
func Read(r io.Reader) (*Scenario, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxScenario+1))
	if err != nil {
		return nil, fmt.Errorf("reading the scenario: %w", err)
	}
	return Parse(data)
}

// Parse returns the scenario that is written in data, or a *document.Error that names line and field. It takes
// nothing that it does not know: a misspelt field would otherwise be a scenario that silently plays something else.
func Parse(data []byte) (*Scenario, error) {
	if len(data) > maxScenario {
		return nil, document.Errorf("", "it is larger than 4 MiB: split it into several simulators")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, document.Errorf("", `it is empty: the least is {"access_keys": [{"id": "...", "secret": "..."}]}`)
	}
	r, root, err := document.Parse(data)
	if err != nil {
		return nil, err
	}
	scenario := &Scenario{}
	if err := document.Object(r, scenarioFields, scenario).Take("", root); err != nil {
		return nil, err
	}
	if err := document.AsError(scenario.Validate()); err != nil {
		err.Line = r.LineOf(err.Field)
		return nil, err
	}
	return scenario, nil
}
