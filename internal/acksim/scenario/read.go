package scenario

import (
	"bytes"
	"fmt"
	"io"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
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
	reader := reader{r}
	scenario := &Scenario{}
	if err := reader.scenario(scenario, root); err != nil {
		return nil, err
	}
	if err := document.AsError(scenario.Validate()); err != nil {
		err.Line = reader.LineOf(err.Field)
		return nil, err
	}
	return scenario, nil
}

// reader reads the parts of a scenario.
type reader struct{ document.Reader }

func (r reader) scenario(s *Scenario, root document.Node) error {
	return r.Object("", root, map[string]document.Read{
		"access_keys": r.Array(func(at string, n document.Node) error {
			s.AccessKeys = append(s.AccessKeys, AccessKey{})
			return r.accessKey(&s.AccessKeys[len(s.AccessKeys)-1], at, n)
		}),
		"region": document.Text(&s.Region),
		"format": document.Text((*string)(&s.Format)),
		"clusters": r.Entries(func(id, at string, n document.Node) error {
			var cluster Cluster
			err := r.Object(at, n, map[string]document.Read{"timeline": r.timeline(&cluster.Timeline)})
			if s.Clusters == nil {
				s.Clusters = make(map[string]Cluster)
			}
			s.Clusters[id] = cluster
			return err
		}),
		"rate_limit":      gateway.ReadRateLimit(r.Reader, &s.RateLimit),
		"faults":          fault.ReadAll(r.Reader, &s.Faults),
		"fault_seed":      document.Unsigned(&s.FaultSeed),
		"roles":           r.roles(&s.Roles),
		"oidc":            r.oidc(&s.OIDC),
		"metadata":        r.metadata(&s.Metadata),
		"credentials_uri": r.credentialsURI(&s.CredentialsURI),
	})
}

func (r reader) accessKey(key *AccessKey, at string, n document.Node) error {
	return r.Object(at, n, map[string]document.Read{
		"id":             document.Text(&key.ID),
		"secret":         document.Text(&key.Secret),
		"security_token": document.Text(&key.SecurityToken),
		"expires":        document.Expires(&key.ExpiresAfter, &key.ExpiresAt),
	})
}

func (r reader) timeline(steps *[]Step) document.Read {
	return r.Array(func(at string, n document.Node) error {
		var step Step
		err := r.Object(at, n, map[string]document.Read{
			"for":     document.Duration(&step.For),
			"polls":   document.Number(&step.Polls),
			"phase":   document.Text((*string)(&step.Phase)),
			"message": document.Text(&step.Message),
			"answer":  func(_ string, n document.Node) error { step.Answer = n.Raw; return nil },
			"http":    response.ReadRaw(r.Reader, &step.HTTP),
		})
		*steps = append(*steps, step)
		return err
	})
}
