package credentials

import (
	"fmt"
	"strings"
)

// Trace lists the sources that were looked at, in their order, and why each was used or passed over. It holds no secret,
// and of an access key id its last four characters.
type Trace []Look

// Look is one source that was looked at.
type Look struct {
	// Source names it.
	Source string
	// Result says why it was used or passed over.
	Result string
}

// String lists the looks, one a line.
func (t Trace) String() string {
	lines := make([]string, len(t))
	for i, look := range t {
		lines[i] = fmt.Sprintf("  %d. %s: %s", i+1, look.Source, look.Result)
	}
	return strings.Join(lines, "\n")
}

func (t *Trace) add(source, format string, args ...any) {
	*t = append(*t, Look{source, fmt.Sprintf(format, args...)})
}

// lastFour is what may be shown of an access key id.
func lastFour(id string) string {
	if len(id) <= 4 {
		return "…"
	}
	return "…" + id[len(id)-4:]
}
