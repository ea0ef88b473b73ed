package document

import (
	"maps"
	"strings"
)

// Schema is a JSON schema, or a part of one.
type Schema map[string]any

// Shape says which values a field takes: in a word, for people, and as a JSON schema, for editors.
type Shape struct {
	// Name is what people call it, such as "string" or "array of objects".
	Name string
	// Schema is its JSON schema.
	Schema Schema

	// described is whether it has parts or words that a table of their own describes.
	described bool
}

// durationPattern is the form of a duration, as time.ParseDuration reads it.
const durationPattern = `^[-+]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$`

// timePattern is the form of a time, as RFC 3339 has it. Not format: an editor need not know any.
const timePattern = `^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{1,2}:[0-9]{2}:[0-9]{2}([.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})$`

func textShape() Shape { return Shape{Name: "string", Schema: Schema{"type": "string"}} }

func numberShape() Shape {
	return Shape{Name: "whole number", Schema: Schema{"type": "integer", "minimum": 1}}
}

func unsignedShape() Shape {
	return Shape{Name: "whole number", Schema: Schema{"type": "integer", "minimum": 0}}
}

func probabilityShape() Shape {
	return Shape{Name: "number", Schema: Schema{"type": "number", "exclusiveMinimum": 0, "maximum": 1}}
}

func booleanShape() Shape { return Shape{Name: "true or false", Schema: Schema{"type": "boolean"}} }

func durationShape() Shape {
	return Shape{Name: "duration", Schema: Schema{"type": "string", "pattern": durationPattern}}
}

func expiresShape() Shape {
	return Shape{Name: "duration or time", Schema: Schema{
		"type": "string", "anyOf": []Schema{{"pattern": durationPattern}, {"pattern": timePattern}},
	}}
}

// AnyShape is the shape of a value that may be any JSON.
func AnyShape() Shape { return Shape{Name: "any JSON value", Schema: Schema{}} }

// wordShape is the shape of a string that is one of these words.
func wordShape(words []Row) Shape {
	shape := Shape{Name: "word", Schema: Schema{"type": "string"}}
	all, explained := make([]string, len(words)), make([]Schema, len(words))
	for i, word := range words {
		all[i], explained[i] = word.Name, Schema{"const": word.Name, "description": word.Help}
		shape.described = shape.described || word.Help != ""
	}
	if shape.described {
		shape.Schema["oneOf"] = explained
	} else {
		shape.Schema["enum"] = all
	}
	return shape
}

func arrayShape(of Shape) Shape {
	name := "array of " + of.Name + "s"
	return Shape{Name: name, Schema: Schema{"type": "array", "items": of.Schema}, described: of.described}
}

// MapShape is the shape of an object whose names are the user's to choose, or some of those that are given.
func MapShape(of Shape, names ...string) Shape {
	schema := Schema{"type": "object", "additionalProperties": of.Schema}
	if len(names) > 0 {
		schema["propertyNames"] = Schema{"enum": names}
	}
	return Shape{Name: "object of " + of.Name + "s", Schema: schema, described: of.described}
}

// shortOrObjectShape is the shape of an object that one of its fields can abbreviate.
func shortOrObjectShape(short, object Shape) Shape {
	either := Schema{"anyOf": []Schema{short.Schema, object.Schema}}
	return Shape{Name: short.Name + " or object", Schema: either, described: true}
}

// objectShape is the shape of an object that has these fields.
func objectShape[T any](fields []Field[T]) Shape {
	properties, required := Schema{}, []string{}
	var conditions []Schema
	for _, f := range fields {
		property := maps.Clone(f.shape().Schema)
		property["description"] = sentence(f.Help)
		if f.rules.required {
			required = append(required, f.Name)
			switch property["type"] {
			case "string":
				property["minLength"] = 1
			case "array":
				property["minItems"] = 1
			}
		}
		properties[f.Name] = property
		conditions = append(conditions, f.rules.conditions(f.Name)...)
	}
	schema := Schema{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		schema["required"] = required
	}
	if len(conditions) > 0 {
		schema["allOf"] = conditions
	}
	return Shape{Name: "object", Schema: schema, described: true}
}

// sentence returns a help text with a capital and a full stop.
func sentence(text string) string {
	if text == "" {
		return ""
	}
	return Capital(text) + "."
}

// Capital returns a text that begins with a capital, unless it begins with a name or a value in a file.
func Capital(text string) string {
	first, _, _ := strings.Cut(text, " ")
	if text == "" || strings.ContainsAny(first, "_:/") {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}

// SchemaOf returns the JSON schema of a document whose root is an object with these fields.
func SchemaOf[T any](title string, fields []Field[T]) Schema {
	schema := objectShape(fields).Schema
	schema["$schema"] = "http://json-schema.org/draft-07/schema#" // The newest that every editor knows.
	schema["title"] = title
	return schema
}
