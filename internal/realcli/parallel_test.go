package realcli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
)

// Many reads at once, as -parallelism allows them: each cluster is asked once, under a signature of its own.
func TestManyReadsInParallel(t *testing.T) {
	t.Parallel()
	const clusters = 100
	simulator, server := simulate(t, idle, acksim.Options{})
	var ids []string
	for i := range clusters {
		id := fmt.Sprintf("c-%d", i)
		ids = append(ids, fmt.Sprintf("%q", id))
		if err := simulator.SetTimeline(id, []acksim.Step{{Phase: acksim.PhaseSucceeded}}); err != nil {
			t.Fatal(err)
		}
	}
	text := strings.Replace(configuration(server.Endpoint(), "for_each = toset(["+strings.Join(ids, ", ")+"])"), `"`+clusterID+`"`, "each.key", 1)
	w := workspace(t, text)
	output, err := w.Run(t.Context(), "plan", "-no-color", "-parallelism=100")
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	nonces := make(map[string]bool)
	asked := make(map[string]int)
	for _, r := range simulator.Requests() {
		nonces[r.Nonce] = true
		asked[r.ClusterID]++
		if r.Status != 200 {
			t.Errorf("cluster %s was answered %d %s", r.ClusterID, r.Status, r.Code)
		}
	}
	if len(asked) != clusters || len(nonces) != clusters || len(simulator.Requests()) != clusters {
		t.Errorf("%d requests with %d nonces for %d of %d clusters", len(simulator.Requests()), len(nonces), len(asked), clusters)
	}
}
