package realcli

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// skipWithout skips a test whose configuration uses what the CLI does not have.
func skipWithout(t *testing.T, c CLI, name, text string) {
	t.Helper()
	for _, f := range Features {
		if f.UsedIn(name, text) && !c.Has(f) {
			t.Skip(f.Why(c))
		}
	}
	if why := c.refusedBy(text); why != "" {
		t.Skip(why)
	}
}

// skipWithoutAll looks at all files in a folder.
func skipWithoutAll(t *testing.T, c CLI, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() && entry.Name() == ".terraform" {
			if err == nil {
				err = filepath.SkipDir // What init has installed is no part of the configuration.
			}
			return err
		}
		if entry.IsDir() || filepath.Ext(path) != ".tf" && filepath.Ext(path) != ".hcl" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			skipWithout(t, c, path, string(text))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// No test can be skipped although the CLI has what it needs, and none can run without it: the table says the same as the CLI.
func TestTheTableOfFeaturesIsRight(t *testing.T) {
	t.Parallel()
	for _, f := range Features {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			w := NewWorkspace(cli, installed, t.TempDir())
			used := false
			for name, text := range f.probe.files {
				if err := w.Write(name, text); err != nil {
					t.Fatal(err)
				}
				used = used || f.UsedIn(name, text)
			}
			if !used {
				t.Error("the patterns do not find the feature in its own probe")
			}
			output, _ := w.Run(t.Context(), "init", "-no-color") // May fail on what the CLI does not know.
			last, _ := w.Run(t.Context(), f.probe.run...)
			if has := strings.Contains(last, f.probe.shows); has != cli.Has(f) {
				t.Errorf("%s %s has %s: %t, and the table says: %t\n%s\n%s", cli.Name, cli.Version, f.Name, has, cli.Has(f), output, last)
			}
		})
	}
}

// The only reasons to skip a test are the table above, and the operating system.
func TestNoTestIsSkippedForAnotherReason(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	skip := regexp.MustCompile(`\.Skip(f|Now)?\(`)
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if n := len(skip.FindAll(text, -1)); n > allowedSkips[file] {
			t.Errorf("%s has %d skips: use skipWithout, or say here why", file, n)
		}
	}
}

var allowedSkips = map[string]int{
	"feature_test.go":            3, // And the pattern itself.
	"hang_connect_other_test.go": 1, // Not on Linux.
	"interrupt_test.go":          1, // Not on Linux.
	"newer_terraform_test.go":    1, // There is no newer Terraform at hand.
}
