package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
)

func TestInvisibleCharactersAreNamed(t *testing.T) {
	for text, want := range map[string]string{
		"c-idle":             "c-idle",
		"c idle":             "c idle",
		"":                   "an empty string",
		"c-idle\r":           `"c-idle\r", which contains a carriage return (U+000D)`,
		"\ufeffc-idle":       `"\ufeffc-idle", which contains a byte order mark (U+FEFF)`,
		"c-\u200bidle":       `"c-\u200bidle", which contains a zero-width space (U+200B)`,
		"\u0441-idle":        `"\u0441-idle", which contains a Cyrillic letter (U+0441)`,
		"c\u2010idle":        `"c\u2010idle", which contains a hyphen that is not ASCII (U+2010)`,
		"c-idle\u00a0":       `"c-idle\u00a0", which contains a no-break space (U+00A0)`,
		"c-idle ":            `"c-idle ", which has leading or trailing white space`,
		"c-\x1b[31m":         `"c-\x1b[31m", which contains the character (U+001B)`,
		"\u96c6\u7fa4":       `"\u96c6\u7fa4", which contains a Chinese character (U+96C6)`,
		"not \xff in UTF-8 ": `"not \xff in UTF-8 ", which contains the character (U+FFFD)`,
	} {
		if got := shown(text); got != want {
			t.Errorf("%q: got %s, want %s", text, got, want)
		}
	}
}

// Terraform shows no address for a bad value in an ephemeral block: the message names form, block and cluster.
func TestABadValueInAnEphemeralBlockNamesTheBlock(t *testing.T) {
	for name, test := range map[string]struct{ block, where string }{
		"a cluster id":   {`ephemeral "ackupgrade_status" "x" { cluster_id = "c 1" }`, `The attribute is in ephemeral "ackupgrade_status", for cluster c 1.`},
		"an interval":    {"ephemeral \"ackupgrade_status\" \"x\" {\ncluster_id = \"c1\"\npoll_interval = \"soon\"\n}", `The attribute is in ephemeral "ackupgrade_status", for cluster c1.`},
		"phases":         {"ephemeral \"ackupgrade_status\" \"x\" {\ncluster_id = \"c1\"\nrequire_phases = [\"done\"]\n}", `The attribute is in ephemeral "ackupgrade_status", for cluster c1.`},
		"a timeout":      {"ephemeral \"ackupgrade_status\" \"x\" {\ncluster_id = \"c1\"\ntimeouts {\nopen = \"1ms\"\n}\n}", `The attribute is in ephemeral "ackupgrade_status", for cluster c1.`},
		"a fleet's ids":  {`ephemeral "ackupgrade_statuses" "x" { cluster_ids = ["c1", "c 2"] }`, `The attribute is in ephemeral "ackupgrade_statuses", for 2 clusters beginning with c1.`},
		"no fleet":       {`ephemeral "ackupgrade_statuses" "x" { cluster_ids = [] }`, `The attribute is in ephemeral "ackupgrade_statuses", for unknown clusters.`},
		"a source":       {"ephemeral \"ackupgrade_statuses\" \"x\" {\ncluster_ids = [\"c1\"]\nsource = \"task\"\n}", `The attribute is in ephemeral "ackupgrade_statuses", for 1 cluster beginning with c1.`},
		"a bad region":   {"ephemeral \"ackupgrade_status\" \"x\" {\ncluster_id = \"c1\"\nregion = \"Hangzhou\"\n}", `The attribute is in ephemeral "ackupgrade_status", for cluster c1.`},
		"a bad version":  {"ephemeral \"ackupgrade_status\" \"x\" {\ncluster_id = \"c1\"\nrequire_version = \"new\"\n}", `The attribute is in ephemeral "ackupgrade_status", for cluster c1.`},
		"a scope beyond": {"ephemeral \"ackupgrade_status\" \"x\" {\ncluster_id = \"c1\"\nsource = \"upgrade_status\"\nscope = [\"addons\"]\n}", `The attribute is in ephemeral "ackupgrade_status", for cluster c1.`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource.UnitTest(t, resource.TestCase{
				TerraformVersionChecks:   []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_10_0)}, // There are none before.
				ProtoV6ProviderFactories: factories(),
				Steps: []resource.TestStep{{
					Config:      providerBlock("127.0.0.1:1") + strings.TrimSpace(test.block) + "\n",
					ExpectError: mentions(test.where),
				}},
			})
		})
	}
}
