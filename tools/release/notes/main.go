// Command notes prints the section of the changelog that a release shows as its notes.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
)

func main() {
	changelog := flag.String("changelog", "CHANGELOG.md", "the changelog's `file`")
	version := flag.String("version", "", "the `version`, without v; none or a pre-release takes Unreleased")
	flag.Parse()

	notes, err := run(*changelog, *version)
	if err != nil {
		fmt.Fprintln(os.Stderr, "release notes:", err)
		os.Exit(1)
	}
	fmt.Print(notes)
}

func run(file, version string) (string, error) {
	text, err := os.ReadFile(file) //nolint:gosec // The caller names the file.
	if err != nil {
		return "", err
	}
	notes, err := section(string(text), version)
	if err != nil {
		return "", fmt.Errorf("%s: %w", file, err)
	}
	return notes, nil
}

// unreleased is the heading of what the next version has.
const unreleased = "Unreleased"

// heading is that of a version: "## 0.1.0 (2026-09-30)", "## Unreleased".
var heading = regexp.MustCompile(`^## +(\S+)`)

// section returns the text below the heading of a version, without the heading. A pre-release without a section shows the unreleased
// changes. A version does not: its changes would be there for the next version again.
func section(changelog, version string) (string, error) {
	want := version
	if want == "" {
		want = unreleased
	}
	text, found := below(changelog, want)
	if !found && strings.Contains(version, "-") {
		want = unreleased
		text, found = below(changelog, want)
	}
	switch {
	case !found:
		return "", fmt.Errorf("no section %q: rename %q to %q, with the date behind it, and put a new %q above it",
			"## "+want, "## "+unreleased, "## "+want, "## "+unreleased)
	case strings.TrimSpace(text) == "":
		return "", errors.New("the section \"## " + want + "\" is empty")
	}
	return strings.TrimSpace(text) + "\n", nil
}

// below returns the lines between the heading that names a version and the next heading of a version.
func below(changelog, version string) (text string, found bool) {
	var lines []string
	for line := range strings.Lines(changelog) {
		if match := heading.FindStringSubmatch(line); match != nil {
			if found {
				break
			}
			found = strings.Trim(match[1], "[]") == version
			continue
		}
		if found {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, ""), found
}
