package document

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Node is a JSON value that knows its line. encoding/json alone names no line for a field that it does not know, or for
// a value of the wrong type, and a scenario is written by hand.
//
// The content of a Node is parsed only when it is used, so that unused content costs nothing.
type Node struct {
	line int
	Raw  json.RawMessage // Valid JSON, without white space around it.
}

// parse returns the one JSON value that data holds. Its error is a *Error with the line.
func parse(data []byte) (Node, error) {
	var whole json.RawMessage
	err := json.Unmarshal(data, &whole)
	if err == nil {
		before, _, _ := bytes.Cut(data, whole)
		return Node{line: 1 + lines(before), Raw: whole}, nil
	}
	problem := Errorf("", "it is not JSON (%v): look for a comma, bracket or quote that is missing or too many", err)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		problem.Line = 1 + lines(data[:syntax.Offset])
	}
	return Node{}, problem
}

// Kind names what n is, for messages.
func (n Node) Kind() string {
	switch n.Raw[0] {
	case '{':
		return "an object"
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	default:
		return "a number"
	}
}

// String shows n in a message: what it is when that is short, else what kind of thing.
func (n Node) String() string {
	const short = 40
	if n.Raw[0] == '{' || n.Raw[0] == '[' || len(n.Raw) > short {
		return n.Kind()
	}
	return string(n.Raw)
}

// Errorf returns the error of the field that n is the value of.
func (n Node) Errorf(at, problem string, args ...any) error {
	err := Errorf(at, problem, args...)
	err.Line = n.line
	return err
}

// members calls visit for each member of an object, in order.
func (n Node) members(visit func(name string, value Node) error) error {
	return n.inside(func(d *json.Decoder, next func() (Node, error)) error {
		token, err := d.Token()
		if err != nil {
			return fmt.Errorf("reading a name in the scenario: %w", err)
		}
		name, _ := token.(string) // The names in an object are strings.
		value, err := next()
		if err != nil {
			return err
		}
		return visit(name, value)
	})
}

// elements calls visit for each element of an array, in order.
func (n Node) elements(visit func(value Node) error) error {
	return n.inside(func(_ *json.Decoder, next func() (Node, error)) error {
		value, err := next()
		if err != nil {
			return err
		}
		return visit(value)
	})
}

// inside calls one for every member or element of n. It must call next once, which returns the value that comes next.
func (n Node) inside(one func(d *json.Decoder, next func() (Node, error)) error) error {
	d := json.NewDecoder(bytes.NewReader(n.Raw))
	if _, err := d.Token(); err != nil { // The opening bracket or brace.
		return fmt.Errorf("reading the scenario: %w", err)
	}
	line, counted := n.line, 0
	next := func() (Node, error) {
		var raw json.RawMessage
		if err := d.Decode(&raw); err != nil {
			return Node{}, fmt.Errorf("reading a value in the scenario: %w", err)
		}
		start := int(d.InputOffset()) - len(raw)
		line += lines(n.Raw[counted:start])
		counted = start
		return Node{line: line, Raw: raw}, nil
	}
	for d.More() {
		if err := one(d, next); err != nil {
			return err
		}
	}
	return nil
}

func lines(data []byte) int { return bytes.Count(data, []byte("\n")) }
