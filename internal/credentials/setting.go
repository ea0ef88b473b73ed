package credentials

import "strings"

// Setting is one value of the provider's configuration and the environment variables that may stand in for it.
type Setting struct {
	// Attribute is its name in the provider block, "endpoints.cs" for one in a block.
	Attribute string
	// Variables are the names that are tried, in this order.
	Variables []string
}

// Value is what a Setting resolved to.
type Value struct {
	// Text is the value. It is empty when nothing is set.
	Text string
	// From says in words where Text came from; it is empty when nothing is set.
	From string
}

// IsSet reports whether the value was given anywhere, if only as an empty attribute.
func (v Value) IsSet() bool { return v.From != "" }

// Lookup resolves the setting: the attribute when it is not null, else the first variable that is not empty. An
// attribute that is an empty string counts, so that a configuration can keep the environment out.
func (s Setting) Lookup(attribute *string, getenv func(string) string) Value {
	if attribute != nil {
		return Value{Text: *attribute, From: "the provider's attribute " + s.Attribute}
	}
	for _, name := range s.Variables {
		if text := getenv(name); text != "" {
			return Value{Text: text, From: "the environment variable " + name}
		}
	}
	return Value{}
}

// Places lists in words where Lookup looks.
func (s Setting) Places() string {
	places := "the provider's attribute " + s.Attribute
	switch n := len(s.Variables); n {
	case 0:
		return places
	case 1:
		return places + " and the environment variable " + s.Variables[0]
	default:
		return places + " and the environment variables " + strings.Join(s.Variables[:n-1], ", ") + " and " + s.Variables[n-1]
	}
}

// short lists the names alone.
func (s Setting) short() string {
	return strings.Join(append([]string{s.Attribute}, s.Variables...), ", ")
}
