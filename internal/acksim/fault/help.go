package fault

import (
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// Common returns the fields that every fault can have.
func Common() []document.Row {
	return slices.DeleteFunc(document.Rows(fields), func(r document.Row) bool { return len(kindsWith(r.Name)) > 0 })
}

// Options returns the fields that go with some kinds only.
func Options() []document.Row {
	return slices.DeleteFunc(document.Rows(fields), func(r document.Row) bool { return len(kindsWith(r.Name)) == 0 })
}

// KindRows returns the kinds, what each is, and the fields that go with it.
func KindRows() []document.Row {
	rows := make([]document.Row, 0, len(definitions))
	for _, d := range definitions {
		help := d.help
		if len(d.options) > 0 {
			help += " (" + strings.Join(d.options, ", ") + ")"
		}
		rows = append(rows, document.Row{Name: string(d.kind), Help: help})
	}
	return rows
}
