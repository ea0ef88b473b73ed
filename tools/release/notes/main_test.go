package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const changelog = `# Changelog

Notable changes.

## Unreleased

### Added

- What comes next.

## [0.2.0] (2026-10-01)

- The second.

## 0.1.0 (2026-09-01)

The first.

### Added

- Everything.
## 0.0.1
`

func TestTheSectionOfAVersion(t *testing.T) {
	tests := []struct {
		name, version, want, err string
	}{
		{name: "no version takes what is unreleased", want: "### Added\n\n- What comes next.\n"},
		{name: "a section in the middle, its heading in brackets", version: "0.2.0", want: "- The second.\n"},
		{name: "a section ends at the next version, not at a heading within it", version: "0.1.0", want: "The first.\n\n### Added\n\n- Everything.\n"},
		{name: "a pre-release takes what is unreleased", version: "0.3.0-rc.1", want: "### Added\n\n- What comes next.\n"},
		{name: "a version without a section", version: "0.3.0", err: `no section "## 0.3.0": rename "## Unreleased" to "## 0.3.0"`},
		{name: "a version that begins like another", version: "0.1", err: `no section "## 0.1"`},
		{name: "a section without a word", version: "0.0.1", err: `"## 0.0.1" is empty`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := section(changelog, test.version)
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("got error %v, want %q", err, test.err)
			}
		})
	}
}

// GitHub shows no more than 125000 characters.
func TestTheChangelogOfThisRepositoryHasNotesForTheNextRelease(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "CHANGELOG.md"))
	if err != nil {
		t.Fatal(err)
	}
	notes, err := section(string(text), "")
	if err != nil {
		t.Fatal(err)
	}
	if len(notes) > 125000 {
		t.Errorf("%d characters are too many for the notes of a release", len(notes))
	}
	if strings.Contains(notes, "\n## ") {
		t.Error("the notes go on into the next version")
	}
}
