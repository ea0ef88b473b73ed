package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryHCLBlockIsAFileOfTheExamples holds that readers copy nothing that is not run: the tests of internal/realcli run every
// file of examples/, and fail for one that they do not know.
func TestEveryHCLBlockIsAFileOfTheExamples(t *testing.T) {
	t.Parallel()
	examples := map[string]bool{}
	err := filepath.WalkDir(filepath.Join(root, "examples"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		code, err := os.ReadFile(path)
		examples[strings.TrimSpace(string(code))] = true
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	blocks := 0
	for _, d := range documents(t) {
		for _, b := range d.blocks {
			switch b.language {
			case "hcl", "terraform", "tf":
				blocks++
				if !examples[strings.TrimSpace(b.code)] {
					t.Errorf("%s: this block is no file of examples/:\n%s", d.file, b.code)
				}
			case "":
				t.Errorf("%s: a block without a language:\n%s", d.file, b.code)
			}
		}
	}
	t.Logf("%d HCL blocks", blocks)
	if blocks == 0 {
		t.Error("nothing was checked")
	}
}
