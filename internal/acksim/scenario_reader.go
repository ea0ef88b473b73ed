package acksim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxScenario is the largest scenario that is read: room for 30,000 clusters and more.
const maxScenario = 4 << 20

// ReadScenario reads a scenario, as ParseScenario does, and refuses one of more than 4 MiB.
func ReadScenario(r io.Reader) (*Scenario, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxScenario+1))
	if err != nil {
		return nil, fmt.Errorf("reading the scenario: %w", err)
	}
	return ParseScenario(data)
}

// ParseScenario returns the scenario that is written in data, or a *ScenarioError that names line and field. It takes
// nothing that it does not know: a misspelt field would otherwise be a scenario that silently plays something else.
func ParseScenario(data []byte) (*Scenario, error) {
	if len(data) > maxScenario {
		return nil, faulty("", "it is larger than 4 MiB: split it into several simulators")
	}
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, faulty("", `it is empty: the least is {"access_keys": [{"id": "...", "secret": "..."}]}`)
	}
	root, err := parseJSON(data)
	if err != nil {
		return nil, err
	}
	reader := scenarioReader{lines: map[string]int{"": root.line}}
	scenario := &Scenario{}
	if err := reader.scenario(scenario, root); err != nil {
		return nil, err
	}
	if err := asScenarioError(scenario.Validate()); err != nil {
		err.Line = reader.lineOf(err.Field)
		return nil, err
	}
	return scenario, nil
}

// scenarioReader turns JSON into a Scenario, and remembers the line of every field for what is found out later.
type scenarioReader struct{ lines map[string]int }

// read takes the value of the field at the given path.
type read func(at string, n node) error

func (r scenarioReader) scenario(s *Scenario, root node) error {
	return r.object("", root, map[string]read{
		"access_keys": r.array(func(at string, n node) error {
			s.AccessKeys = append(s.AccessKeys, AccessKey{})
			return r.accessKey(&s.AccessKeys[len(s.AccessKeys)-1], at, n)
		}),
		"region": text(&s.Region),
		"format": text((*string)(&s.Format)),
		"clusters": r.entries(func(id, at string, n node) error {
			var cluster Cluster
			err := r.object(at, n, map[string]read{"timeline": r.timeline(&cluster.Timeline)})
			if s.Clusters == nil {
				s.Clusters = make(map[string]Cluster)
			}
			s.Clusters[id] = cluster
			return err
		}),
		"rate_limit":      r.rateLimit(&s.RateLimit),
		"faults":          r.faults(&s.Faults),
		"fault_seed":      seed(&s.FaultSeed),
		"roles":           r.roles(&s.Roles),
		"oidc":            r.oidc(&s.OIDC),
		"metadata":        r.metadata(&s.Metadata),
		"credentials_uri": r.credentialsURI(&s.CredentialsURI),
	})
}

func (r scenarioReader) accessKey(key *AccessKey, at string, n node) error {
	return r.object(at, n, map[string]read{
		"id":             text(&key.ID),
		"secret":         text(&key.Secret),
		"security_token": text(&key.SecurityToken),
		"expires":        expires(&key.ExpiresAfter, &key.ExpiresAt),
	})
}

func (r scenarioReader) timeline(steps *[]Step) read {
	return r.array(func(at string, n node) error {
		var step Step
		err := r.object(at, n, map[string]read{
			"for":     duration(&step.For),
			"polls":   number(&step.Polls),
			"phase":   text((*string)(&step.Phase)),
			"message": text(&step.Message),
			"answer":  func(_ string, n node) error { step.Answer = n.raw; return nil },
			"http": func(at string, n node) error {
				step.HTTP = &HTTPAnswer{Status: 200}
				return r.httpAnswer(step.HTTP, at, n)
			},
		})
		*steps = append(*steps, step)
		return err
	})
}

func (r scenarioReader) httpAnswer(a *HTTPAnswer, at string, n node) error {
	return r.object(at, n, map[string]read{
		"status":       number(&a.Status),
		"content_type": text(&a.ContentType),
		"body":         text(&a.Body),
		"headers": r.entries(func(name, at string, n node) error {
			if a.Headers == nil {
				a.Headers = make(map[string]string)
			}
			var value string
			err := text(&value)(at, n)
			a.Headers[name] = value
			return err
		}),
	})
}

// object reads an object whose fields are given, each at most once.
func (r scenarioReader) object(at string, n node, fields map[string]read) error {
	pathOf := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	return r.members(at, n, pathOf, func(name, at string, n node) error {
		read, ok := fields[name]
		if !ok {
			known := strings.Join(slices.Sorted(maps.Keys(fields)), ", ")
			return n.faulty(at, "there is no such field here: use one of %s", known)
		}
		return read(at, n)
	})
}

// entries reads an object whose names are the user's to choose, each at most once.
func (r scenarioReader) entries(entry func(name, at string, n node) error) read {
	return func(at string, n node) error {
		pathOf := func(name string) string { return fieldOf(at, name) }
		return r.members(at, n, pathOf, entry)
	}
}

func (r scenarioReader) members(
	at string, n node, pathOf func(name string) string, visit func(name, at string, n node) error,
) error {
	if n.kind() != "an object" {
		return n.faulty(at, "it is %s: write an object, {...}", n.kind())
	}
	seen := make(map[string]bool)
	return n.members(func(name string, value node) error {
		path := pathOf(name)
		if seen[name] {
			return value.faulty(path, "it is there twice: leave one of them out")
		}
		seen[name] = true
		r.lines[path] = value.line
		return visit(name, path, value)
	})
}

// array reads each element of an array.
func (r scenarioReader) array(element read) read {
	return func(at string, n node) error {
		if n.kind() != "an array" {
			return n.faulty(at, "it is %s: write an array, [...]", n.kind())
		}
		i := -1
		return n.elements(func(value node) error {
			i++
			path := fmt.Sprintf("%s[%d]", at, i)
			r.lines[path] = value.line
			return element(path, value)
		})
	}
}

// lineOf returns the line of a field or, when it is not there, of what it is missing from.
func (r scenarioReader) lineOf(field string) int {
	for {
		if line, ok := r.lines[field]; ok {
			return line
		}
		field = field[:max(0, strings.LastIndexAny(field, ".["))]
	}
}

func text(to *string) read {
	return func(at string, n node) error {
		if n.kind() != "a string" {
			return n.faulty(at, "it is %s: write a string, or leave the field out", n.kind())
		}
		return json.Unmarshal(n.raw, to)
	}
}

func number(to *int) read {
	return func(at string, n node) error {
		value, err := strconv.Atoi(string(n.raw))
		if err != nil || value == 0 {
			return n.faulty(at, "it is %s: write a whole number, 1 or more", n)
		}
		*to = value
		return nil
	}
}

func duration(to *time.Duration) read {
	return func(at string, n node) error {
		value, err := strconv.Unquote(string(n.raw))
		if err == nil {
			*to, err = time.ParseDuration(value)
		}
		if err != nil || *to == 0 {
			return n.faulty(at, `it is %s: write a duration, such as "500ms", "30s" or "1h30m"`, n)
		}
		return nil
	}
}
