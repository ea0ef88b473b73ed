package document

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Reader turns JSON into Go values, and remembers the line of every field for what is found out later.
type Reader struct{ lines map[string]int }

// Read takes the value of a field, and knows which values it takes.
type Read struct {
	// Take reads the value of the field at the given path.
	Take func(at string, n Node) error
	// shape is called only for a schema or a table.
	shape func() Shape
}

// Parse returns the one JSON value that data holds, and a reader for it. Its error is an *Error with the line.
func Parse(data []byte) (Reader, Node, error) {
	root, err := parse(data)
	return Reader{lines: map[string]int{"": root.line}}, root, err
}

// object reads an object whose fields are given, each at most once.
func (r Reader) object(at string, n Node, fields map[string]Read) error {
	pathOf := func(name string) string { return strings.TrimPrefix(at+"."+name, ".") }
	return r.members(at, n, pathOf, func(name, at string, n Node) error {
		read, ok := fields[name]
		if !ok {
			known := strings.Join(slices.Sorted(maps.Keys(fields)), ", ")
			return n.Errorf(at, "unknown field: use one of %s", known)
		}
		return read.Take(at, n)
	})
}

// Entries reads an object whose names are the user's to choose, each at most once. Its shape is a MapShape.
func (r Reader) Entries(shape func() Shape, entry func(name, at string, n Node) error) Read {
	return Read{shape: shape, Take: func(at string, n Node) error {
		pathOf := func(name string) string { return Entry(at, name) }
		return r.members(at, n, pathOf, entry)
	}}
}

func (r Reader) members(
	at string, n Node, pathOf func(name string) string, visit func(name, at string, n Node) error,
) error {
	if n.Kind() != "an object" {
		return n.Errorf(at, "it is %s: write an object, {...}", n.Kind())
	}
	seen := make(map[string]bool)
	return n.members(func(name string, value Node) error {
		path := pathOf(name)
		if seen[name] {
			return value.Errorf(path, "duplicate field: leave one of them out")
		}
		seen[name] = true
		r.lines[path] = value.line
		return visit(name, path, value)
	})
}

// array reads each element of an array. The elements have the given shape.
func (r Reader) array(of func() Shape, element func(at string, n Node) error) Read {
	return Read{shape: func() Shape { return arrayShape(of()) }, Take: func(at string, n Node) error {
		if n.Kind() != "an array" {
			return n.Errorf(at, "it is %s: write an array, [...]", n.Kind())
		}
		i := -1
		return n.elements(func(value Node) error {
			i++
			path := fmt.Sprintf("%s[%d]", at, i)
			r.lines[path] = value.line
			return element(path, value)
		})
	}}
}

// LineOf returns the line of a field or, when it is not there, of what it is missing from.
func (r Reader) LineOf(field string) int {
	for {
		if line, ok := r.lines[field]; ok {
			return line
		}
		field = field[:max(0, strings.LastIndexAny(field, ".["))]
	}
}
