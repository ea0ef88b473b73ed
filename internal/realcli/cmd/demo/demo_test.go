package main

import (
	"strings"
	"testing"
)

// The demo checks its own scenes: it fails when one does not go as it says.
func TestDemo(t *testing.T) {
	var out strings.Builder
	if err := run(t.Context(), &out); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
}
