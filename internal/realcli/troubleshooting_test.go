package realcli

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheGuideNamesOnlyMessagesOfTheCLIsThatTestsMeet holds that each message of Terraform or OpenTofu in the guide
// "Troubleshooting" is one that a test of this package makes a CLI print.
func TestTheGuideNamesOnlyMessagesOfTheCLIsThatTestsMeet(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "troubleshooting.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(guide), "\n## Messages of Terraform and OpenTofu\n")
	if !ok {
		t.Fatal("the guide has no section for them")
	}
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	var tests strings.Builder
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		tests.Write(text)
	}
	headings := regexp.MustCompile(`(?m)^### (.*)$`).FindAllStringSubmatch(section, -1)
	for _, heading := range headings {
		if !strings.Contains(tests.String(), heading[1]) {
			t.Errorf("no test meets %q", heading[1])
		}
	}
	if t.Logf("%d messages", len(headings)); len(headings) < 10 {
		t.Error("too few")
	}
}
