package realcli

import (
	"fmt"
	"regexp"

	goversion "github.com/hashicorp/go-version"
)

// Feature is something of a CLI that not every version has. A test that needs one is skipped where the CLI lacks it.
type Feature struct {
	// Name is what it is called in the reason of a skipped test.
	Name string
	// Terraform and OpenTofu are the first versions that have it. Empty: none has.
	Terraform, OpenTofu string
	// inText shows that a file of a configuration uses it, and inName that its name does.
	inText, inName *regexp.Regexp
	// probe is a configuration that only a CLI with the feature can work with: its files, what to run, and what is shown then.
	probe probe
}

type probe struct {
	files map[string]string
	run   []string
	shows string
}

// valid makes a probe of a configuration that only a CLI with the feature can parse.
func valid(text string) probe {
	return probe{map[string]string{"main.tf": required + text}, []string{"validate", "-no-color"}, "The configuration is valid"}
}

const required = `terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}
`

// Features is the one table of features and the first version that has each. A test holds it against the CLI at hand, in both
// directions.
var Features = []Feature{
	{
		Name: "ephemeral resources", Terraform: "1.10.0", OpenTofu: "1.11.0",
		inText: regexp.MustCompile(`(?m)^\s*ephemeral "`),
		probe:  valid("\nephemeral \"ackupgrade_status\" \"probe\" {\n  cluster_id = \"c1\"\n}\n"),
	},
	{
		Name: "`terraform.applying`", Terraform: "1.10.0", OpenTofu: "1.11.0",
		inText: regexp.MustCompile(`\bterraform\.applying\b`),
		probe:  valid("\noutput \"probe\" {\n  value = \"now\"\n\n  precondition {\n    condition     = ephemeralasnull(terraform.applying) == null\n    error_message = \"no\"\n  }\n}\n"),
	},
	{
		Name: "the command `test`", Terraform: "1.6.0", OpenTofu: "1.6.0",
		inName: regexp.MustCompile(`\.tftest\.hcl$`),
		probe: probe{
			map[string]string{
				"main.tf": "output \"probe\" {\n  value = 1\n}\n", "probe.tftest.hcl": "run \"probe\" {\n  command = plan\n\n  assert {\n    condition     = output.probe == 1\n    error_message = \"no\"\n  }\n}\n",
			},
			[]string{"test", "-no-color"},
			"1 passed, 0 failed",
		},
	},
	{
		Name: "mocks in tests", Terraform: "1.7.0", OpenTofu: "1.8.0",
		inText: regexp.MustCompile(`(?m)^\s*(mock_provider|override_data|override_resource)\b`),
		probe: probe{
			map[string]string{
				"main.tf":          required + "\ndata \"ackupgrade_status\" \"probe\" {\n  cluster_id = \"c1\"\n}\n",
				"probe.tftest.hcl": "mock_provider \"ackupgrade\" {}\n\nrun \"probe\" {\n  command = plan\n}\n",
			},
			[]string{"test", "-no-color"},
			"1 passed, 0 failed",
		},
	},
	{
		Name: "actions", Terraform: "1.14.0",
		inText: regexp.MustCompile(`(?m)^\s*action "`),
		probe:  valid("\naction \"ackupgrade_wait\" \"probe\" {\n  config {\n    cluster_id = \"c1\"\n  }\n}\n"),
	},
}

// since returns the first version of the CLI's product that has the feature, or nothing.
func (f Feature) since(c CLI) string {
	if c.Name == "OpenTofu" {
		return f.OpenTofu
	}
	return f.Terraform
}

// Why says why a CLI that lacks the feature cannot run a test.
func (f Feature) Why(c CLI) string {
	if since := f.since(c); since != "" {
		return fmt.Sprintf("%s %s lacks %s: %s %s and newer have it", c.Name, c.Version, f.Name, c.Name, since)
	}
	return fmt.Sprintf("%s lacks %s: Terraform %s and newer have it", c.Name, f.Name, f.Terraform)
}

// Has reports whether the CLI has a feature, by the table. A pre-release has what its release has.
func (c CLI) Has(f Feature) bool {
	since := f.since(c)
	if since == "" {
		return false
	}
	own, err := goversion.NewVersion(c.Version)
	return err == nil && own.Core().GreaterThanOrEqual(goversion.Must(goversion.NewVersion(since)))
}

// UsedIn reports whether a file of a configuration uses the feature.
func (f Feature) UsedIn(name, text string) bool {
	return f.inName != nil && f.inName.MatchString(name) || f.inText != nil && f.inText.MatchString(text)
}

var requiredVersion = regexp.MustCompile(`(?m)^\s*required_version\s*=\s*"([^"]*)"`)

// refusedBy says that a configuration refuses the CLI by its required_version, or nothing.
func (c CLI) refusedBy(text string) string {
	match := requiredVersion.FindStringSubmatch(text)
	if match == nil {
		return ""
	}
	constraint, err := goversion.NewConstraint(match[1])
	own, ownErr := goversion.NewVersion(c.Version)
	if err != nil || ownErr != nil || constraint.Check(own.Core()) {
		return "" // The CLI says what is wrong with a constraint.
	}
	return fmt.Sprintf("%s %s is refused by required_version = %q", c.Name, c.Version, match[1])
}
