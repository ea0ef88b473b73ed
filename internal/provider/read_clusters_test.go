package provider

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

const region = `
	"c-shop": {"name": "shop-prod", "tags": {"env": "prod", "team": "shop"}, "version": "1.32.7-aliyun.1", "timeline": [{"phase": "idle"}]},
	"c-search": {"name": "search-prod", "tags": {"env": "prod"}, "profile": "Edge", "timeline": [{"phase": "succeeded"}]},
	"c-test": {"name": "shop-test", "tags": {"env": "test"}, "resource_group_id": "rg-test", "timeline": [{"phase": "running"}]},
	"c-beijing": {"region": "cn-beijing", "name": "shop-north", "timeline": [{"phase": "idle"}]}`

func tagsOf(tags map[string]string) types.Map {
	values := make(map[string]attr.Value)
	for key, value := range tags {
		values[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, values)
}

func TestClustersAreFilteredByTheirAttributes(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, region)
	none := types.SetNull(types.StringType)
	for name, test := range map[string]struct {
		model clustersModel
		want  string
	}{
		"all":            {clustersModel{}, "c-search c-shop c-test"},
		"another region": {clustersModel{Region: types.StringValue("cn-beijing")}, "c-beijing c-search c-shop c-test"}, // Those without a region are in each.
		"a tag":          {clustersModel{Tags: tagsOf(map[string]string{"env": "prod"})}, "c-search c-shop"},
		"two tags":       {clustersModel{Tags: tagsOf(map[string]string{"env": "prod", "team": "shop"})}, "c-shop"},
		"an empty map":   {clustersModel{Tags: tagsOf(nil)}, "c-search c-shop c-test"},
		"a name":         {clustersModel{NameRegex: types.StringValue("^shop-")}, "c-shop c-test"},
		"a state":        {clustersModel{States: phasesOf("Running")}, "c-search c-shop"},
		"a profile":      {clustersModel{Profiles: phasesOf("edge")}, "c-search"},
		"a version":      {clustersModel{RequireVersion: types.StringValue("~> 1.33.0")}, "c-search"},
		"nothing":        {clustersModel{NameRegex: types.StringValue("^nothing$")}, ""},
		"everything":     {clustersModel{NameRegex: types.StringValue("prod"), Tags: tagsOf(map[string]string{"env": "prod"}), States: phasesOf("running"), Profiles: phasesOf("Default")}, "c-shop"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := test.model
			if m.States.ElementType(t.Context()) == nil {
				m.States = none
			}
			if diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour}); len(diags) != 0 {
				t.Fatal(diags)
			}
			var ids []string
			for _, id := range m.IDs.Elements() {
				if text, ok := id.(types.String); ok {
					ids = append(ids, text.ValueString())
				}
			}
			if got := strings.Join(ids, " "); got != test.want || len(m.Clusters.Elements()) != len(ids) || m.IDs.IsNull() {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestClustersFeedStatuses(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, region)
	block := func(arguments, rest string) string {
		return providerBlock(endpoint) + fmt.Sprintf("\ndata \"ackupgrade_clusters\" \"prod\" {\n  %s\n}\n%s", arguments, rest)
	}
	const fleet = "\ndata \"ackupgrade_statuses\" \"fleet\" {\n  cluster_ids = data.ackupgrade_clusters.prod.ids\n}\n"
	const address = "data.ackupgrade_clusters.prod"
	text := knownvalue.StringExact
	resource.UnitTest(t, resource.TestCase{
		ProtoV6ProviderFactories: factories(),
		Steps: []resource.TestStep{
			{
				Config: block(`tags = { env = "prod" }`, fleet),
				ConfigStateChecks: []statecheck.StateCheck{
					statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), text("cn-hangzhou: 2 of 3 clusters")),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("region"), text("cn-hangzhou")),
					statecheck.ExpectKnownValue(address, tfjsonpath.New("clusters").AtMapKey("c-shop"), knownvalue.ObjectExact(map[string]knownvalue.Check{
						"name": text("shop-prod"), "state": text("running"), "current_version": text("1.32.7-aliyun.1"), "next_version": text("1.33.7-aliyun.1"),
						"profile": text("Default"), "resource_group_id": text("rg-acksim"), "tags": knownvalue.MapExact(map[string]knownvalue.Check{"env": text("prod"), "team": text("shop")}),
					})),
					statecheck.ExpectKnownValue(statusesAddress, tfjsonpath.New("id"), text("2 clusters: 1 idle, 1 succeeded")),
				},
			},
			{Config: block(`tags = { env = "none" }`, fleet), ExpectError: mentions("Attribute cluster_ids list must contain at least 1 elements")},
			{Config: block(`name_regex = "("`, ""), ExpectError: mentions("must be a regular expression in the syntax RE2")},
			{Config: block(`require_version = "new"`, ""), ExpectError: mentions("must be a version constraint")},
			{Config: block(`states = []`, ""), ExpectError: mentions("states is empty")},
			{Config: block(`states = [null]`, ""), ExpectError: mentions(summary.ContainsEmpty("states"))},
			{Config: block(`tags = { env = null }`, ""), ExpectError: mentions(summary.NullTag("env"))},
			{Config: block(`tags = { "" = "prod" }`, ""), ExpectError: mentions(summary.EmptyTagKey)},
			{Config: block("timeouts {\n    read = \"soon\"\n  }", ""), ExpectError: mentions("must be a duration")},
			{Config: block(`tags = { env = "none" }`, ""), ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("ids"), knownvalue.ListSizeExact(0)),
			}},
		},
	})
}

// A list that is not whole is an error: a gate over fewer clusters would be open for the rest.
func TestAnIncompleteListOfClustersIsAnError(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		list    string
		summary string // Empty where the list is read.
		detail  string
	}{
		"shuffled pages":  {`{"order": "shuffled"}`, summary.IncompleteList("clusters of region cn-hangzhou"), "of 230 clusters"},
		"reversed":        {`{"order": "reversed"}`, "", ""},
		"small pages":     {`{"page_size": 7}`, "", ""},
		"moved once down": {`{"moves": "down", "moves_count": 1}`, "", ""},
		"moved once up":   {`{"moves": "up", "moves_count": 1}`, "", ""},
		"moves":           {`{"moves": "up"}`, summary.IncompleteList("clusters of region cn-hangzhou"), "the list changed while it was read"},
		"cut short":       {`{"cut_short": 5}`, summary.IncompleteList("clusters of region cn-hangzhou"), "the list ends after 225 of 230 clusters"},
		"one more":        {`{"total": "one_more"}`, summary.IncompleteList("clusters of region cn-hangzhou"), "the list ends after 230 of 231 clusters"},
		"the page's":      {`{"total": "page"}`, "", ""},
		"nothing":         {`{"total": "zero"}`, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, endpoint := simulate(t, `"c": {"count": 230, "timeline": [{"phase": "idle"}]}}, "cluster_list": `+test.list+`, "roles": [], "metadata": {"role": "r"`)
			var m clustersModel
			diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
			if test.summary == "" {
				if want := 230 + map[string]int{"moved once down": 1, "moved once up": -1}[name]; len(diags) != 0 || len(m.IDs.Elements()) != want {
					t.Errorf("%d clusters, %v", len(m.IDs.Elements()), diags)
				}
				return
			}
			if len(diags) != 1 || diags[0].Summary() != test.summary || !strings.Contains(diags[0].Detail(), test.detail) || !strings.Contains(diags[0].Detail(), "4 attempts") {
				t.Errorf("%d requests, got %v", len(simulator.Requests()), diags)
			}
		})
	}
}

func TestAForbiddenListOfClustersNamesTheRAMAction(t *testing.T) {
	t.Parallel()
	simulator, endpoint := simulate(t, region)
	if err := simulator.SetForbidden(gateway.Forbidden{Operation: "DescribeClustersForRegion"}); err != nil {
		t.Fatal(err)
	}
	var m clustersModel
	diags := m.read(t.Context(), connectTo(t, endpoint), limit{"timeouts.read", time.Hour})
	if len(diags) != 1 || diags[0].Summary() != "Not allowed to read the clusters of region cn-hangzhou" {
		t.Fatal(diags)
	}
	for _, want := range []string{"cs:DescribeClustersForRegion on the resource *: it cannot be limited to one cluster", "Region:", "Endpoint:"} {
		if !strings.Contains(diags[0].Detail(), want) {
			t.Errorf("%q is not in: %s", want, diags[0].Detail())
		}
	}
	requests := simulator.Requests()
	if n := slices.IndexFunc(requests, func(r acksim.Request) bool { return r.Operation != "DescribeClustersForRegion" }); n >= 0 {
		t.Errorf("%+v", requests[n])
	}
}
