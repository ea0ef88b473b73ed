package provider

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

const statusesAddress = "data.ackupgrade_statuses.fleet"

// fleetBlock returns a data source about the given clusters, with more arguments as given.
func fleetBlock(ids []string, arguments ...string) string {
	quoted := make([]string, len(ids))
	for i, id := range ids {
		quoted[i] = fmt.Sprintf("%q", id)
	}
	return fmt.Sprintf("\ndata \"ackupgrade_statuses\" \"fleet\" {\n  cluster_ids = [%s]\n  %s\n}\n",
		strings.Join(quoted, ", "), strings.Join(arguments, "\n  "))
}

const fleet = `
	"c1": {"timeline": [{"phase": "succeeded"}]},
	"c2": {"timeline": [{"phase": "idle"}]},
	"c3": {"timeline": [{"polls": 1, "phase": "running"}, {"phase": "succeeded"}]},
	"c4": {"timeline": [{"phase": "failed", "message": "node is NotReady"}]},
	"c5": {"timeline": [{"phase": "paused"}]}`

func TestStatusesReadsEachClusterOnce(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, fleet)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: providerBlock(endpoint) + fleetBlock([]string{"c1", "c4", "c1", "c2"}),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("id"), knownvalue.StringExact("3 clusters: 1 idle, 1 succeeded, 1 failed")),
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("region"), knownvalue.StringExact("cn-hangzhou")),
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("statuses"), knownvalue.MapSizeExact(3)),
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("statuses").AtMapKey("c1"), knownvalue.ObjectPartial(map[string]knownvalue.Check{
					"id": knownvalue.StringExact("c1"), "phase": knownvalue.StringExact("succeeded"), "terminal": knownvalue.Bool(true),
				})),
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("statuses").AtMapKey("c4").AtMapKey("error_message"), knownvalue.StringExact("node is NotReady")),
			},
		}},
	})
	asked := make(map[string]int)
	for _, r := range simulator.Requests() {
		asked[r.ClusterID]++
	}
	if asked["c1"] != asked["c2"] || asked["c1"] != asked["c4"] {
		t.Errorf("asked %v", asked)
	}
}

func TestStatusesWaitsForAll(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, fleet)
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{{
			Config: providerBlock(endpoint) + fleetBlock([]string{"c1", "c2", "c3"}, `wait_for_terminal = true`, `poll_interval = "1s"`, `require_phases = ["idle", "succeeded"]`),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("id"), knownvalue.StringExact("3 clusters: 1 idle, 2 succeeded")),
			},
		}},
	})
}

func TestStatusesFails(t *testing.T) {
	all := []string{"c1", "c4", "c5", "nobody"}
	for name, test := range map[string]struct {
		config string
		want   []string
	}{
		"with an error for each cluster": {
			fleetBlock(all, `require_phases = ["succeeded"]`),
			[]string{"The gate is shut: the phase of cluster c4 is failed", "The gate is shut: the phase of cluster c5 is paused", "Cluster nobody not found"},
		},
		"with an error for each cluster that a wait cannot end for": {
			fleetBlock(all, `wait_for_terminal = true`),
			[]string{"The upgrade of cluster c5 is paused", "Cluster nobody not found"},
		},
		"for an empty list":       {fleetBlock(nil), []string{"cluster_ids list must contain at least 1 elements, got: 0"}},
		"for a malformed id":      {fleetBlock([]string{"c 1"}), []string{"Attribute cluster_ids[0] must be the id of an ACK cluster"}},
		"for an id that is null":  {strings.Replace(fleetBlock([]string{"c1"}), `"c1"`, "null", 1), []string{"This attribute contains a null value."}},
		"at one deadline for all": {fleetBlock([]string{"c3", "c6", "c7"}, `wait_for_terminal = true`, `timeouts = { read = "1s" }`), []string{"The upgrade of cluster c6 did not end in time", "The upgrade of cluster c7 did not end in time"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, endpoint := simulate(t, fleet+`, "c6": {"timeline": [{"phase": "running"}]}, "c7": {"timeline": [{"phase": "running"}]}`)
			for _, want := range test.want {
				resource.UnitTest(t, resource.TestCase{
					ProtoV6ProviderFactories: factories(),
					Steps:                    []resource.TestStep{{Config: providerBlock(endpoint) + test.config, ExpectError: mentions(want)}},
				})
			}
		})
	}
}

// The data source and the ephemeral resource of the same name have one schema, but for what bounds their time.
func TestBothFormsHaveOneSchema(t *testing.T) {
	for name, attributes := range map[string]map[string]bool{
		"status":   names(statusAttributes()),
		"statuses": names(statusesAttributes()),
	} {
		p := New("test", Machine{Getenv: environ()})()
		schemas := schemasOf(t, p, "ackupgrade_"+name)
		for form, got := range schemas {
			for attribute := range attributes {
				if !got[attribute] {
					t.Errorf("%s %s has no %s", form, name, attribute)
				}
			}
			if len(got) != len(attributes)+1 || !got["timeouts"] {
				t.Errorf("%s %s has %d attributes, want %d and timeouts", form, name, len(got), len(attributes))
			}
		}
	}
}

func names[A any](attributes map[string]A) map[string]bool {
	all := make(map[string]bool)
	for name := range attributes {
		all[name] = true
	}
	return all
}

// schemasOf returns the names of the attributes of a data source and an ephemeral resource of one name.
func schemasOf(t *testing.T, p provider.Provider, name string) map[string]map[string]bool {
	t.Helper()
	all := make(map[string]map[string]bool)
	for _, create := range p.DataSources(t.Context()) {
		d := create()
		var metadata datasource.MetadataResponse
		d.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "ackupgrade"}, &metadata)
		if metadata.TypeName == name {
			var s datasource.SchemaResponse
			d.Schema(t.Context(), datasource.SchemaRequest{}, &s)
			all["data"] = names(s.Schema.Attributes)
		}
	}
	ephemerals, ok := p.(provider.ProviderWithEphemeralResources)
	if !ok {
		t.Fatal("no ephemeral resources")
	}
	for _, create := range ephemerals.EphemeralResources(t.Context()) {
		e := create()
		var metadata ephemeral.MetadataResponse
		e.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "ackupgrade"}, &metadata)
		if metadata.TypeName == name {
			var s ephemeral.SchemaResponse
			e.Schema(t.Context(), ephemeral.SchemaRequest{}, &s)
			all["ephemeral"] = names(s.Schema.Attributes)
		}
	}
	if len(all) != 2 {
		t.Fatalf("%s is there as %v", name, all)
	}
	return all
}
