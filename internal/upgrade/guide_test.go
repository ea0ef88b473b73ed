package upgrade

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheGuideHasTheValuesOfEachPhase(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "when-getupgradestatus-is-gone.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	cell := func(word *string) string {
		if word == nil {
			return "null"
		}
		return "`" + *word + "`"
	}
	for _, phase := range Phases() {
		status, step := mirrored(phase)
		row := fmt.Sprintf("| `%s` | %t | %s | %s |", phase, phase.Terminal(), cell(status), cell(step))
		if !strings.Contains(string(guide), row) {
			t.Errorf("the guide's table does not have %s", row)
		}
	}
}
