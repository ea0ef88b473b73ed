package realcli

import (
	"fmt"
	"testing"
)

// TestADeferredReadReplacesNothingByItsClusterID holds why examples use cluster_id: where the read moves to the apply, each
// computed attribute is known only then, and an argument that forces a replacement plans one.
func TestADeferredReadReplacesNothingByItsClusterID(t *testing.T) {
	t.Parallel()
	text := func(pending, value string) string {
		return head + fixedRegion + fmt.Sprintf(`
resource "terraform_data" "pending" {
  input = %q
}

data "ackupgrade_status" "this" {
  cluster_id = %q
  region     = "cn-hangzhou"
  depends_on = [terraform_data.pending]
}

data "ackupgrade_status" "of_the_provider" {
  cluster_id = %[2]q
  depends_on = [terraform_data.pending]
}

data "ackupgrade_statuses" "fleet" {
  cluster_ids = [%[2]q]
  region      = "cn-hangzhou"
  depends_on  = [terraform_data.pending]
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = %[3]s
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-1"]
}
`, pending, clusterID, value)
	}
	for value, replaces := range map[string]bool{
		"data.ackupgrade_status.this.cluster_id":                            false,
		"data.ackupgrade_statuses.fleet.cluster_ids[0]":                     false,
		"data.ackupgrade_status.this.region":                                false, // Because it is set.
		"data.ackupgrade_statuses.fleet.region":                             false,
		"data.ackupgrade_status.of_the_provider.region":                     true,
		"data.ackupgrade_status.this.id":                                    true,
		"keys(data.ackupgrade_statuses.fleet.statuses)[0]":                  true,
		"data.ackupgrade_statuses.fleet.statuses[\"" + clusterID + "\"].id": true,
	} {
		t.Run(value, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", text("one", value))
			s.must(t, "init", "-no-color")
			s.must(t, applyNow...)
			s.write(t, "main.tf", text("two", value))
			want := "0 to add, 1 to change, 0 to destroy"
			if replaces {
				want = "1 to add, 1 to change, 1 to destroy"
			}
			s.goes(t, want, planNow...)
		})
	}
}

// TestARegionThatIsSetIsKnownInAPlan holds why a gate that feeds a provider sets region: without it, a cluster whose id is known
// only after the apply leaves the guarded provider without a region in the plan.
func TestARegionThatIsSetIsKnownInAPlan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ region, where string }{
		"set":     {"  region = \"cn-hangzhou\"\n", "cn-hangzhou"},
		"not set": {"", "an unknown region"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStage(t)
			s.write(t, "main.tf", head+`
resource "terraform_data" "cluster" {
  input = "`+clusterID+`"
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id = terraform_data.cluster.output
`+test.region+`  enforce = terraform.applying
}

data "alicloud_regions" "this" {
  current = true
}

output "place" {
  value = data.alicloud_regions.this.ids[0]
}
`+gatedRegion)
			s.must(t, "init", "-no-color")
			s.goes(t, `place = "`+test.where+`"`, planNow...)
			s.must(t, applyNow...)
		})
	}
}

// TestACycleThroughAGate holds what a gate on a cluster of the guarded provider itself comes to.
func TestACycleThroughAGate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.write(t, "main.tf", head+gatedRegion+`
resource "alicloud_cs_managed_kubernetes" "cluster" {
  name = "production"
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id = alicloud_cs_managed_kubernetes.cluster.id
}
`)
	s.must(t, "init", "-no-color")
	s.stops(t, "Error: Cycle:", planNow...)

	// The way out: a provider block without a gate manages the cluster, and another one what comes after.
	s.write(t, "main.tf", head+`
provider "alicloud" {
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "gated"
  region = ephemeral.ackupgrade_status.gate.region
}

resource "alicloud_cs_managed_kubernetes" "cluster" {
  name = "production"
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id     = alicloud_cs_managed_kubernetes.cluster.id
  region         = "cn-hangzhou"
  require_phases = ["idle"]
  enforce        = terraform.applying
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  provider       = alicloud.gated
  cluster_id     = alicloud_cs_managed_kubernetes.cluster.id
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-1"]
}
`)
	s.must(t, applyNow...)
	s.holdsTouched(t, "create production in cn-hangzhou", createdWorkers)
}
