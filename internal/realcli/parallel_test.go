package realcli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Many reads at once, as -parallelism allows them: each cluster has one request, with its own signature.
func TestManyReadsInParallel(t *testing.T) {
	t.Parallel()
	const clusters = 100
	simulator, server := simulate(t, idle, acksim.Options{})
	w := workspace(t, manyReads(t, simulator, clusters, func(arguments string) string { return configuration(server.Endpoint(), arguments) }))
	output, err := w.Run(t.Context(), "plan", "-no-color", "-parallelism=100")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	nonces := make(map[string]bool)
	requests := make(map[string]int)
	for _, r := range simulator.Requests() {
		nonces[r.Nonce] = true
		requests[r.ClusterID]++
		if r.Status != 200 {
			t.Errorf("cluster %s had the response %d %s", r.ClusterID, r.Status, r.Code)
		}
	}
	if len(requests) != clusters || len(nonces) != clusters || len(simulator.Requests()) != clusters {
		t.Errorf("%d requests with %d nonces for %d of %d clusters", len(simulator.Requests()), len(nonces), len(requests), clusters)
	}
}

// manyReads gives the simulator so many clusters whose upgrade has succeeded, and makes a configuration about one read each.
func manyReads(t *testing.T, simulator *acksim.Simulator, clusters int, configuration func(arguments string) string) string {
	t.Helper()
	var ids []string
	for i := range clusters {
		id := fmt.Sprintf("c-%d", i)
		ids = append(ids, fmt.Sprintf("%q", id))
		if err := simulator.SetTimeline(id, []scenario.Step{{Phase: story.Succeeded}}); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Replace(configuration("for_each = toset(["+strings.Join(ids, ", ")+"])"), `"`+clusterID+`"`, "each.key", 1)
}

// A quota far below the rate of the CLI: all reads succeed, with hardly more requests than the quota allows.
func TestManyReadsInParallelKeepToAQuota(t *testing.T) {
	t.Parallel()
	const clusters, perSecond = 200, 20
	for name, limit := range map[string]gateway.RateLimit{
		"429, that says when to come back": {RequestsPerSecond: perSecond, Headers: true},
		"400, that says nothing":           {RequestsPerSecond: perSecond, Status: 400},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulator, err := acksim.New(&scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}}, RateLimit: &limit})
			if err != nil {
				t.Fatal(err)
			}
			server, err := acksim.Start(t.Context(), simulator, acksim.Options{})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Close)
			w := workspace(t, manyReads(t, simulator, clusters, func(arguments string) string { return configuration(server.Endpoint(), arguments) }))
			if output, err := w.Run(t.Context(), "plan", "-no-color", "-parallelism=200"); err != nil {
				t.Fatalf("%v\n%s", err, output)
			}
			requests := simulator.Requests()
			took := requests[len(requests)-1].Time.Sub(requests[0].Time)
			t.Logf("%s %s: %d clusters at %d requests a second: %d requests in %.1f s", cli.Name, cli.Version, clusters, perSecond, len(requests), took.Seconds())
			if len(requests) > clusters*13/10 { // How long it takes is held by internal/ack, in fake time.
				t.Error("more than 1.3 requests for each cluster")
			}
		})
	}
}
