package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// starts compares one start of the provider, up to its schema, with one of the provider that does nothing.
func (s *Suite) starts(ctx context.Context) error {
	start := func(path string) runner {
		return func(ctx context.Context) (Cost, error) { return Start(ctx, path) }
	}
	costs, err := inTurn(ctx, s.rounds(60), 30*time.Second, start(s.Provider()), start(s.cli.installation.Executable(nothing)))
	if err != nil {
		return err
	}
	us, them := costs[0], costs[1]
	s.Add(Row{
		Goal: "One start, processor time: to a provider that does nothing", Measured: ratio(us, them, cpu), Budget: 1.10, Held: 1.22, Tolerance: tolerance,
		Detail: fmt.Sprintf("%.1f and %.1f ms; wall time %.1f and %.1f ms", 1e3*medianOf(us, cpu), 1e3*medianOf(them, cpu), 1e3*medianOf(us, wall), 1e3*medianOf(them, wall)),
		Beyond: "The schema is what is left: plugin-framework makes, checks and converts all of it at each start, also where one data source is used.",
	})
	return nil
}

// oneCluster compares a plan that reads one cluster with the same by the unsigned provider, and with one that reads nothing.
func (s *Suite) oneCluster(ctx context.Context) error {
	api, err := serve(ctx, 1, story.Succeeded, 0)
	if err != nil {
		return err
	}
	defer api.Close()
	ids := clusterIDs(1)
	runners, err := s.plans(ctx, readEach(api, ids), readUnsigned(api, ids), readNothing())
	if err != nil {
		return err
	}
	costs, err := inTurn(ctx, s.rounds(25), 75*time.Second, runners...)
	if err != nil {
		return err
	}
	us, them, none := costs[0], costs[1], costs[2]
	const beyond = "What is left is the size of the schema, which both the provider and the CLI convert, in each of the three starts of a plan. " +
		"It takes a smaller schema, or a CLI that starts a provider once."
	s.Add(
		Row{
			Goal: "One cluster, wall time: to the unsigned provider", Measured: ratio(us, them, wall), Budget: 1.00, Held: 1.15, Tolerance: tolerance, Beyond: beyond,
			Detail: fmt.Sprintf("%.0f and %.0f ms; a plan that reads nothing: %.0f ms", 1e3*medianOf(us, wall), 1e3*medianOf(them, wall), 1e3*medianOf(none, wall)),
		},
		Row{
			Goal: "One cluster, processor time: to the unsigned provider", Measured: ratio(us, them, cpu), Budget: 1.00, Held: 1.20, Tolerance: tolerance, Beyond: beyond,
			Detail: fmt.Sprintf("%.0f and %.0f ms; a plan that reads nothing: %.0f ms", 1e3*medianOf(us, cpu), 1e3*medianOf(them, cpu), 1e3*medianOf(none, cpu)),
		},
	)
	return nil
}
