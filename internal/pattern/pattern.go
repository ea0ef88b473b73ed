// Package pattern makes regular expressions that are compiled when they are first needed. A plan starts the provider three
// times, and most of the expressions are about errors: compiled at the start, they took a quarter of the memory that a start
// allocates before main.
package pattern

import (
	"regexp"
	"sync"
)

// New returns a function that returns the compiled expression, the same one each time. An expression that is not valid is a
// bug, and panics when it is first used. It is safe for concurrent use.
func New(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
