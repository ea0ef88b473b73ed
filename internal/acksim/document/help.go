package document

import "strings"

// Row is a name and what it means.
type Row struct {
	Name, Help string
	// Type is which values it takes, and Need when it has to be there; both are empty for what is no field.
	Type, Need string
	// Described reports whether it has its own table.
	Described bool
}

// Rows returns the fields of an object as the help shows them.
func Rows[T any](fields []Field[T]) []Row {
	rows := make([]Row, len(fields))
	for i, f := range fields {
		shape := f.shape()
		rows[i] = Row{Name: f.Name, Help: f.Help, Type: shape.Name, Need: f.rules.need(), Described: shape.described}
	}
	return rows
}

// The layout of a help text: how wide it is, and where the second column begins.
const (
	helpWidth  = 100
	helpIndent = 2
	helpColumn = 20
)

// Describe writes rows as two columns.
func Describe(rows []Row) string {
	var b strings.Builder
	for _, row := range rows {
		name := strings.Repeat(" ", helpIndent) + row.Name
		if len(name) > helpColumn-2 {
			b.WriteString(name + "\n")
			name = ""
		}
		help := row.Help
		if row.Described {
			help += ": see below"
		}
		for i, line := range fold(help, helpWidth-helpColumn) {
			if i > 0 {
				name = ""
			}
			b.WriteString(name + strings.Repeat(" ", helpColumn-len(name)) + line + "\n")
		}
	}
	return b.String()
}

// Paragraph writes a text in lines of the help's width.
func Paragraph(text string) string { return strings.Join(fold(text, helpWidth), "\n") + "\n" }

// fold breaks a text into lines of at most a width, as far as its words let it.
func fold(text string, width int) (lines []string) {
	line := ""
	for _, word := range strings.Fields(text) {
		if line != "" && len(line)+1+len(word) > width {
			lines, line = append(lines, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(lines, line)
}
