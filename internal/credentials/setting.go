package credentials

import "strings"

// Setting is one value of the provider's configuration and the environment variables that can replace it.
type Setting struct {
	// Attribute is its name in the provider block, "endpoints.cs" for one in a block.
	Attribute string
	// Variables are the names that are tried, in this order.
	Variables []string
}

// Value is what a Setting resolved to.
type Value struct {
	// Text is the value, without white space at its ends. It is empty when nothing is set.
	Text string
	// From says in words where Text came from. Beside an empty Text it names the attribute that keeps the environment out.
	From string
}

// IsSet reports whether there is a value. An attribute that is an empty string gives none.
func (v Value) IsSet() bool { return v.Text != "" }

// How the origin of a value begins.
const (
	fromAttribute = "the provider's attribute "
	fromVariable  = "the environment variable "
	fromProfile   = "the profile "
)

// Lookup resolves the setting: the attribute when it is not null, else the first variable that is not blank. An attribute
// that is blank gives no value and keeps the environment out, as in alicloud: what else there is, the profile's field and
// then the default, counts. White space at the ends comes from files and CI variables, and is dropped, as there.
func (s Setting) Lookup(attribute *string, getenv func(string) string) Value {
	if attribute != nil {
		return Value{Text: strings.TrimSpace(*attribute), From: fromAttribute + s.Attribute}
	}
	for _, name := range s.Variables {
		if text := strings.TrimSpace(getenv(name)); text != "" {
			return Value{Text: text, From: fromVariable + name}
		}
	}
	return Value{}
}

// place is where a value came from, less exactly than From: values of one place were put there together.
func (v Value) place() string {
	if strings.HasPrefix(v.From, fromAttribute) {
		return fromAttribute
	}
	if strings.HasPrefix(v.From, fromProfile) {
		return fromProfile // One may be made from another.
	}
	if name, ok := strings.CutPrefix(v.From, fromVariable); ok {
		for _, family := range []string{"ALICLOUD_", "ALIBABA_CLOUD_", "ALIBABACLOUD_"} {
			if strings.HasPrefix(name, family) {
				return family
			}
		}
	}
	return v.From
}

// origin says in words where a value came from, after the name of the value.
func (v Value) origin() string {
	if strings.HasPrefix(v.From, fromProfile) {
		return " of " + v.From
	}
	return " from " + v.From
}

// Places lists in words where Lookup looks.
func (s Setting) Places() string {
	places := fromAttribute + s.Attribute
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
