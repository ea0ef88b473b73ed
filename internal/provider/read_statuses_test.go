package provider

import (
	"fmt"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
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
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("statuses").AtMapKey("c4").AtMapKey("region"), knownvalue.StringExact("cn-hangzhou")),
				statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("by_phase"), knownvalue.MapExact(map[string]knownvalue.Check{
					"idle":      knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("c2")}),
					"succeeded": knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("c1")}),
					"failed":    knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("c4")}),
				})),
			},
		}},
	})
	requests := make(map[string]int)
	for _, r := range simulator.Requests() {
		requests[r.ClusterID]++
	}
	if requests["c1"] != requests["c2"] || requests["c1"] != requests["c4"] {
		t.Errorf("requests %v", requests)
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
			[]string{summary.GateClosed(summary.Cluster("c4"), upgrade.PhaseFailed), summary.GateClosed(summary.Cluster("c5"), upgrade.PhasePaused), "Cluster nobody not found"},
		},
		"with an error for each cluster that a wait cannot end for": {
			fleetBlock(all, `wait_for_terminal = true`),
			[]string{"The upgrade of cluster c5 is paused", "Cluster nobody not found"},
		},
		"for an empty list":       {fleetBlock(nil), []string{"cluster_ids list must contain at least 1 elements, got: 0"}},
		"for a malformed id":      {fleetBlock([]string{"c 1"}), []string{"Attribute cluster_ids[0] must be the ID of an ACK cluster"}},
		"for an id that is null":  {strings.Replace(fleetBlock([]string{"c1"}), `"c1"`, "null", 1), []string{"This attribute contains a null value."}},
		"at one deadline for all": {fleetBlock([]string{"c3", "c6", "c7"}, `wait_for_terminal = true`, `timeouts { read = "1s" }`), []string{"Timed out waiting for the upgrade of cluster c6 (and 1 more cluster)", "Clusters: c6, c7"}},
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
	pairs := map[string]struct {
		data datasource.DataSource
		eph  ephemeral.EphemeralResource
	}{
		"ackupgrade_status":   {newStatusDataSource(), newStatusEphemeralResource()},
		"ackupgrade_statuses": {newStatusesDataSource(), newStatusesEphemeralResource()},
	}
	for name, pair := range pairs {
		var (
			dataName datasource.MetadataResponse
			ephName  ephemeral.MetadataResponse
			data     datasource.SchemaResponse
			eph      ephemeral.SchemaResponse
		)
		pair.data.Metadata(t.Context(), datasource.MetadataRequest{ProviderTypeName: "ackupgrade"}, &dataName)
		pair.eph.Metadata(t.Context(), ephemeral.MetadataRequest{ProviderTypeName: "ackupgrade"}, &ephName)
		if dataName.TypeName != name || ephName.TypeName != name {
			t.Errorf("%s is called %s and %s", name, dataName.TypeName, ephName.TypeName)
		}
		pair.data.Schema(t.Context(), datasource.SchemaRequest{}, &data)
		pair.eph.Schema(t.Context(), ephemeral.SchemaRequest{}, &eph)
		if len(data.Schema.Attributes) != len(eph.Schema.Attributes) {
			t.Errorf("%s has %d attributes and %d", name, len(data.Schema.Attributes), len(eph.Schema.Attributes))
		}
		for attribute, a := range data.Schema.Attributes {
			e, ok := eph.Schema.Attributes[attribute]
			if !ok || !a.Equal(e) || a.GetMarkdownDescription() != e.GetMarkdownDescription() {
				t.Errorf("%s of the two forms of %s are not the same", attribute, name)
			}
		}
		if _, ok := data.Schema.Blocks["timeouts"]; !ok || len(data.Schema.Blocks) != 1 || len(eph.Schema.Blocks) != 1 {
			t.Errorf("the blocks of %s are %v and %v", name, data.Schema.Blocks, eph.Schema.Blocks)
		}
	}
}

// A cluster that fails keeps its place while it is tried again; it must not keep the others from theirs.
func TestAFleetAtADeadEndpointFailsInOneRetryTime(t *testing.T) {
	t.Parallel()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	endpoint := listener.Addr().String()
	_ = listener.Close()
	s, diags := resolveSettings(t.Context(), providerModel{
		AccessKey: types.StringValue("testak"), SecretKey: types.StringValue("testsk"), Protocol: types.StringValue("HTTP"),
		MaxRetryTimeout: types.Int64Value(2), Endpoints: endpoints(types.StringValue(endpoint)),
	}, Machine{Getenv: environ()})
	if diags.HasError() {
		t.Fatal(diags)
	}
	const clusters = 1000
	ids := make([]attr.Value, clusters)
	for i := range ids {
		ids[i] = types.StringValue(fmt.Sprintf("c-%d", i))
	}
	model := statusesModel{ClusterIDs: types.ListValueMust(types.StringType, ids)}
	// Side by side: one after another, the retries would take longer than all tests may.
	diags = model.read(t.Context(), newConnections(s), limit{"timeouts.read", time.Hour})
	const want = "Connection refused: the endpoint of cluster c-0 does not accept connections (and 999 more clusters)"
	if len(diags) != 1 || diags[0].Summary() != want {
		t.Errorf("got %v", diags)
	}
}

func TestAnEmptyFleetIsAnErrorWithoutTheValidatorsToo(t *testing.T) {
	s, diags := resolveSettings(t.Context(), providerModel{AccessKey: types.StringValue("a"), SecretKey: types.StringValue("b")}, Machine{Getenv: environ()})
	if diags.HasError() {
		t.Fatal(diags)
	}
	model := statusesModel{ClusterIDs: types.ListValueMust(types.StringType, nil)}
	if diags := model.read(t.Context(), newConnections(s), limit{"timeouts.read", time.Hour}); !diags.HasError() {
		t.Error("a gate over nothing is open")
	}
}

// A cluster that cannot be read ends the waits of the rest at once, and does not hide how they are.
func TestAPermanentErrorOfOneClusterEndsTheWaitsOfTheOthers(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "running"}]}, "c2": {"timeline": [{"phase": "succeeded"}]}`)
	s, diags := resolveSettings(t.Context(), providerModel{
		AccessKey: types.StringValue("testak"), SecretKey: types.StringValue("testsk"), Protocol: types.StringValue("HTTP"),
		Endpoints: endpoints(types.StringValue(endpoint)),
	}, Machine{Getenv: environ()})
	if diags.HasError() {
		t.Fatal(diags)
	}
	model := statusesModel{
		ClusterIDs: types.ListValueMust(types.StringType, []attr.Value{types.StringValue("c1"), types.StringValue("nobody"), types.StringValue("c2")}),
		readModel:  readModel{WaitForTerminal: types.BoolValue(true), waitArguments: waitArguments{PollInterval: types.StringValue("10m")}},
	}
	// Were the wait not ended, it would take its hour, which is longer than all tests may.
	diags = model.read(t.Context(), newConnections(s), limit{"timeouts.read", time.Hour})
	if len(diags) != 1 || diags[0].Summary() != "Cluster nobody not found" || !strings.Contains(diags[0].Detail(), "2 clusters: 1 running, 1 succeeded") {
		t.Errorf("got %v", diags)
	}
}

// One cause is one error, however many clusters it is found in.
func TestErrorsOfOneCauseAreOneError(t *testing.T) {
	t.Parallel()
	clusters := fleet
	ids := []string{"c1"}
	for i := range 12 {
		clusters += fmt.Sprintf(`, "f%02d": {"timeline": [{"phase": "failed", "message": "node %[1]d is NotReady"}]}`, i)
		ids = append(ids, fmt.Sprintf("f%02d", i), fmt.Sprintf("nobody%d", i))
	}
	_, endpoint := simulate(t, clusters)
	for _, want := range []string{
		"Upgrade gate closed: the upgrade of cluster f00 failed (phase failed) (and 11 more clusters)",
		"Clusters: f00, f01, f02, f03, f04, f05, f06, f07, f08, f09 and 2 more",
		"Cluster nobody0 not found (and 11 more clusters)", "Others: 1 cluster: 1 succeeded",
	} {
		resource.UnitTest(t, resource.TestCase{
			ProtoV6ProviderFactories: factories(),
			Steps:                    []resource.TestStep{{Config: providerBlock(endpoint) + fleetBlock(ids, `require_phases = ["succeeded"]`), ExpectError: mentions(want)}},
		})
	}
}

// The validator refuses such a set. Should one come through all the same, it allows no phase, and not every phase.
func TestAnEmptySetOfPhasesAllowsNone(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "succeeded"}]}`)
	s, diags := resolveSettings(t.Context(), providerModel{
		AccessKey: types.StringValue("testak"), SecretKey: types.StringValue("testsk"), Protocol: types.StringValue("HTTP"),
		Endpoints: endpoints(types.StringValue(endpoint)),
	}, Machine{Getenv: environ()})
	if diags.HasError() {
		t.Fatal(diags)
	}
	for name, test := range map[string]struct {
		phases types.Set
		open   bool
	}{
		"no set":       {types.SetNull(types.StringType), true},
		"an empty set": {types.SetValueMust(types.StringType, nil), false},
		"the phase":    {types.SetValueMust(types.StringType, []attr.Value{types.StringValue("succeeded")}), true},
	} {
		model := statusModel{ClusterID: types.StringValue("c1"), readModel: readModel{waitArguments: waitArguments{RequirePhases: test.phases}}}
		if diags := model.read(t.Context(), newConnections(s), limit{"timeouts.read", time.Hour}); diags.HasError() == test.open {
			t.Errorf("%s: %v", name, diags)
		}
	}
}
