package realcli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// cliVersions are the rows of the guide's table: versions in which the features are the same.
var cliVersions = []struct {
	name string
	cli  CLI // The first of them.
	form string
}{
	{"Terraform 1.5", CLI{Name: "Terraform", Version: "1.5.0"}, managedForm},
	{"Terraform 1.6", CLI{Name: "Terraform", Version: "1.6.0"}, managedForm},
	{"Terraform 1.7 to 1.9", CLI{Name: "Terraform", Version: "1.7.0"}, managedForm},
	{"Terraform 1.10 to 1.13", CLI{Name: "Terraform", Version: "1.10.0"}, ephemeralForm},
	{"Terraform 1.14 and newer", CLI{Name: "Terraform", Version: "1.14.0"}, ephemeralForm + "; for one resource, an action"},
	{"OpenTofu 1.6 and 1.7", CLI{Name: "OpenTofu", Version: "1.6.0"}, managedForm},
	{"OpenTofu 1.8 to 1.10", CLI{Name: "OpenTofu", Version: "1.8.0"}, managedForm},
	{"OpenTofu 1.11 and newer", CLI{Name: "OpenTofu", Version: "1.11.0"}, ephemeralForm},
}

const (
	managedForm   = "a [managed resource](#older-clis)"
	ephemeralForm = "an [ephemeral resource that feeds the provider](#recommended-setup)"
)

// The guide's table of what each CLI can do is that of the features, which is held against the CLIs.
func TestTheGuideSaysWhatEachCLICanDo(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	want.WriteString("| CLI | data source, managed resource |")
	for _, f := range Features {
		fmt.Fprintf(&want, " %s |", f.Name)
	}
	want.WriteString(" recommended gate |\n|---|---|" + strings.Repeat("---|", len(Features)) + "---|\n")
	for _, row := range cliVersions {
		fmt.Fprintf(&want, "| %s | yes |", row.name)
		for _, f := range Features {
			cell := "-"
			if row.cli.Has(f) {
				cell = "yes"
			}
			fmt.Fprintf(&want, " %s |", cell)
		}
		fmt.Fprintf(&want, " %s |\n", row.form)
	}
	guide, err := os.ReadFile(filepath.Join("..", "..", "templates", "guides", "gate-a-pipeline.md.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(guide), want.String()) {
		t.Errorf("the guide does not have the table:\n%s", want.String())
	}
}
