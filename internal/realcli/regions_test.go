package realcli

import (
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// regionsConfiguration gates two clusters of two regions and two accounts, by a map of regions and a provider for each account.
const regionsConfiguration = `terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

variable "regions" {
  type = map(string)
}

provider "ackupgrade" {
  region   = "cn-hangzhou"
  protocol = "HTTP"
}

provider "ackupgrade" {
  alias      = "other"
  region     = "cn-hangzhou"
  protocol   = "HTTP"
  access_key = "otherak"
  secret_key = "othersk"
}

data "ackupgrade_status" "mine" {
  cluster_id = "c-mine"
  region     = var.regions["mine"]
}

data "ackupgrade_status" "other" {
  provider   = ackupgrade.other
  cluster_id = "c-other"
  region     = var.regions["other"]
}

output "phases" {
  value = "${data.ackupgrade_status.mine.phase} in ${data.ackupgrade_status.mine.region}, ${data.ackupgrade_status.other.phase} in ${data.ackupgrade_status.other.region}"
}
`

func TestAWrongRegionOrAliasIsAClusterThatIsNotFound(t *testing.T) {
	t.Parallel()
	plan, err := scenario.Parse([]byte(`{
		"access_keys": [{"id": "testak", "secret": "testsk"}, {"id": "otherak", "secret": "othersk"}],
		"clusters": {
			"c-mine":  {"region": "cn-hangzhou", "visible_to": ["testak"],  "timeline": [{"phase": "idle"}]},
			"c-other": {"region": "cn-beijing",  "visible_to": ["otherak"], "timeline": [{"phase": "succeeded"}]}
		}
	}`))
	if err != nil {
		t.Fatal(err)
	}
	simulator, err := acksim.New(plan)
	if err != nil {
		t.Fatal(err)
	}
	server, err := acksim.Start(t.Context(), simulator, acksim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)

	for name, test := range map[string]struct {
		configuration, regions string
		shown                  []string
		fails                  bool
	}{
		"the regions are right": {
			regionsConfiguration, `{mine = "cn-hangzhou", other = "cn-beijing"}`,
			[]string{"idle in cn-hangzhou, succeeded in cn-beijing"},
			false,
		},
		"the regions are exchanged": {
			regionsConfiguration, `{mine = "cn-beijing", other = "cn-hangzhou"}`,
			[]string{"Error: Cluster c-mine not found", "Error: Cluster c-other not found", "cn-beijing.acksim.test"},
			true,
		},
		"the alias is wrong": {
			strings.Replace(regionsConfiguration, "  provider   = ackupgrade.other\n", "", 1), `{mine = "cn-hangzhou", other = "cn-beijing"}`,
			[]string{"Error: Cluster c-other not found"},
			true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := workspace(t, test.configuration,
				"ALIBABA_CLOUD_ENDPOINT_CS="+scenario.RegionalEndpoint, "HTTP_PROXY=http://"+server.Endpoint())
			output, err := w.Run(t.Context(), "plan", "-no-color", "-var=regions="+test.regions)
			if (err != nil) != test.fails {
				t.Errorf("%v", err)
			}
			for _, want := range test.shown {
				if !strings.Contains(unwrap(output), want) {
					t.Errorf("%q is not shown in:\n%s", want, output)
				}
			}
			if warnings := strings.Contains(output, "Warning"); warnings {
				t.Errorf("a warning is shown in:\n%s", output)
			}
			t.Logf("$ %s plan\n%s", cli.Command(), output)
		})
	}
}
