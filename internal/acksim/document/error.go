package document

import (
	"errors"
	"fmt"
	"strings"
)

// Error says what is wrong in a scenario, where, and what to do about it.
type Error struct {
	// Line is the line of the scenario file, or 0 when the scenario was not read from one.
	Line int
	// Field is the path to the field with the error: clusters["c1"].timeline[0].for. It is empty for the file as a whole.
	Field string
	// Problem says what is wrong and what to do.
	Problem string
}

// Error names line and field, as far as they are known, and the problem.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString("scenario")
	if e.Line > 0 {
		fmt.Fprintf(&b, ", line %d", e.Line)
	}
	if e.Field != "" {
		b.WriteString(", " + e.Field)
	}
	return b.String() + ": " + e.Problem
}

// Errorf returns the error of a field whose line is not known.
func Errorf(field, problem string, args ...any) *Error {
	return &Error{Field: field, Problem: fmt.Sprintf(problem, args...)}
}

// AsError returns err as the *Error that it is, or nil.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return nil
}

// Entry spells the path to what an object holds under a name that the user chose.
func Entry(object, name string) string { return fmt.Sprintf("%s[%q]", object, name) }

// List writes words as a message does: a, b or c.
func List[T ~string](all []T) string {
	words := make([]string, len(all))
	for i, word := range all {
		words[i] = string(word)
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " or " + words[len(words)-1]
}

// NotInName reports whether the name of a key, a role, a header or a path cannot contain r, because the Authorization header
// cannot.
func NotInName(r rune) bool {
	switch {
	case 'A' <= r && r <= 'Z', 'a' <= r && r <= 'z', '0' <= r && r <= '9':
		return false
	default:
		return !strings.ContainsRune(".-_", r)
	}
}
