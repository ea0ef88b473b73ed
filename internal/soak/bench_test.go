package soak

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// BenchmarkConfigure is what a start of the provider does behind the handshake: the schema is made and sent, and the provider
// block read.
func BenchmarkConfigure(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := start(b.Context(), nil, false, block{"access_key": "testak", "secret_key": "testsk", "region": "cn-hangzhou"}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkFleet reads a fleet through the provider, over HTTP, in this process: the simulator's part is in it.
func BenchmarkFleet(b *testing.B) {
	for _, clusters := range []int{1, 10, 100, 1000} {
		b.Run(fmt.Sprintf("%d", clusters), func(b *testing.B) {
			plan := &scenario.Scenario{AccessKeys: []scenario.AccessKey{{ID: "testak", Secret: "testsk"}}, Clusters: make(map[string]scenario.Cluster)}
			ids := make([]string, clusters)
			for i := range ids {
				id := fmt.Sprintf("c106f377e16f34eb1808d6b9362c%05d", i)
				ids[i], plan.Clusters[id] = id, scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Succeeded}}}
			}
			simulator, err := acksim.New(plan)
			if err != nil {
				b.Fatal(err)
			}
			server, err := acksim.Start(b.Context(), http.HandlerFunc(simulator.ServeHTTP), acksim.Options{})
			if err != nil {
				b.Fatal(err)
			}
			defer server.Close()
			p, err := start(b.Context(), nil, false, block{
				"access_key": "testak", "secret_key": "testsk", "region": "cn-hangzhou", "protocol": "HTTP",
				"endpoints": []block{{"cs": server.Endpoint()}},
			})
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.read(b.Context(), "ackupgrade_statuses", block{"cluster_ids": ids}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
