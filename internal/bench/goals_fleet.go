package bench

import (
	"context"
	"fmt"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// delay is how long each response takes where that matters, as across a continent.
const delay = 100 * time.Millisecond

// inFlight is how many requests the provider has under way at a time.
const inFlight = 200

// fifty compares one read of 50 clusters with 50 reads by the unsigned provider, of which the CLI makes ten at a time.
func (s *Suite) fifty(ctx context.Context) error {
	api, err := serve(ctx, 50, story.Succeeded, delay)
	if err != nil {
		return err
	}
	defer api.Close()
	ids := clusterIDs(50)
	runners, err := s.plans(ctx, readFleet(api, ids), readUnsigned(api, ids), readEach(api, ids),
		readFleet(api, ids, `source = "upgrade_status"`), readEach(api, ids, `source = "upgrade_status"`))
	if err != nil {
		return err
	}
	costs, err := inTurn(ctx, s.rounds(12), 60*time.Second, runners...)
	if err != nil {
		return err
	}
	fleet, them, each, fleetDirect, eachDirect := costs[0], costs[1], costs[2], costs[3], costs[4]
	s.Add(
		Row{
			Goal: "50 clusters at 100 ms by ackupgrade_statuses, wall time: to the unsigned provider by for_each", Measured: ratio(fleet, them, wall),
			Budget: 0.32, Held: 0.55, Tolerance: tolerance,
			Detail: fmt.Sprintf("%.0f and %.0f ms; with source = \"upgrade_status\": %.0f ms", 1e3*medianOf(fleet, wall), 1e3*medianOf(them, wall), 1e3*medianOf(fleetDirect, wall)),
			Beyond: "With source = auto, one request finds out which operation the endpoint serves, and the others wait for it: a round of 100 ms. " +
				"Without, where GetUpgradeStatus is withdrawn, each cluster would cost a request without a result. The CLI's own start and one round alone are 0.35.",
		},
		Row{
			Goal: "50 clusters at 100 ms by for_each, wall time: to the unsigned provider by for_each", Measured: ratio(each, them, wall),
			Budget: 1.00, Held: 1.20, Tolerance: tolerance,
			Detail: fmt.Sprintf("%.0f and %.0f ms; with source = \"upgrade_status\": %.0f ms", 1e3*medianOf(each, wall), 1e3*medianOf(them, wall), 1e3*medianOf(eachDirect, wall)),
			Beyond: "The same round of 100 ms, and what one cluster takes.",
		},
	)
	return nil
}

// thousand compares one read of 1,000 clusters with what 200 requests at a time allow, the CLI's own start included.
func (s *Suite) thousand(ctx context.Context) error {
	const clusters = 1000
	api, err := serve(ctx, clusters, story.Succeeded, delay)
	if err != nil {
		return err
	}
	defer api.Close()
	fleet := readFleet(api, clusterIDs(clusters))
	runners, err := s.plans(ctx, fleet, readNothing())
	if err != nil {
		return err
	}
	costs, err := inTurn(ctx, s.rounds(8), 45*time.Second, runners...)
	if err != nil {
		return err
	}
	peak, err := s.peak(ctx, fleet, 3)
	if err != nil {
		return err
	}
	us, none := costs[0], costs[1]
	ideal := make([]Cost, len(none))
	for i, c := range none {
		ideal[i] = Cost{Wall: c.Wall + clusters/inFlight*delay}
	}
	s.Add(
		Row{
			Goal: "1,000 clusters at 100 ms, wall time: to what 200 requests at a time allow", Tolerance: tolerance,
			Measured: ratio(us, ideal, wall), Budget: 1.15, Held: 2.50,
			Detail: fmt.Sprintf("%.0f ms; a plan that reads nothing and five rounds of 100 ms: %.0f ms", 1e3*medianOf(us, wall), 1e3*medianOf(ideal, wall)),
			Beyond: "One request finds out which operation is served, and the first 50 whether there is a quota: 200 ms. The rest is processor time, " +
				"of the simulator too, which has the same cores. Of the provider's, a third is plugin-framework's conversion of 1,000 objects, " +
				"on one core after the last response; a third is garbage collection, which keeps the memory within its budget; and a third is " +
				"requests, each with its own connection over HTTP/1.1.",
		},
		Row{Goal: "1,000 clusters, memory", Measured: peak / mebibyte, Budget: 64, Unit: "MiB", Tolerance: tolerance},
	)
	return nil
}

// thousandFromTasks measures the memory of a read of 1,000 clusters that makes two requests for each.
func (s *Suite) thousandFromTasks(ctx context.Context) error {
	const clusters = 1000
	api, err := serve(ctx, clusters, story.Succeeded, delay)
	if err != nil {
		return err
	}
	defer api.Close()
	peak, err := s.peak(ctx, readFleet(api, clusterIDs(clusters), `source = "tasks"`), 3)
	if err != nil {
		return err
	}
	s.Add(Row{Goal: "1,000 clusters from their tasks, memory", Measured: peak / mebibyte, Budget: 96, Unit: "MiB", Tolerance: tolerance})
	return nil
}

// tenThousand compares ten times as many clusters with ten times the cost, beyond what a plan costs that reads nothing.
func (s *Suite) tenThousand(ctx context.Context) error {
	const many, few = 10_000, 1000
	api, err := serve(ctx, many, story.Succeeded, 0)
	if err != nil {
		return err
	}
	defer api.Close()
	ids := clusterIDs(many)
	large, small := readFleet(api, ids), readFleet(api, ids[:few])
	runners, err := s.plans(ctx, large, small, readNothing())
	if err != nil {
		return err
	}
	costs, err := inTurn(ctx, minRounds, 60*time.Second, runners...)
	if err != nil {
		return err
	}
	var peaks [3]float64
	for i, configuration := range []string{large, small, readNothing()} {
		if peaks[i], err = s.peak(ctx, configuration, 1); err != nil {
			return err
		}
	}
	growth := make([]float64, len(costs[0]))
	for i := range growth {
		none := wall(costs[2][i])
		growth[i] = (wall(costs[0][i]) - none) / (wall(costs[1][i]) - none) * few / many
	}
	s.Add(
		Row{
			Goal: "10,000 clusters, wall time: to ten times that of 1,000", Measured: median(growth), Budget: 1.00, Held: 1.20, Tolerance: tolerance,
			Beyond: "Processor time grows by less than ten times, of the provider and of the CLI. What one core does alone, after the last response, " +
				"has a larger share.",
			Detail: fmt.Sprintf("%.1f and %.1f s; a plan that reads nothing: %.1f s", medianOf(costs[0], wall), medianOf(costs[1], wall), medianOf(costs[2], wall)),
		},
		Row{
			Goal: "10,000 clusters, memory: to ten times that of 1,000", Measured: (peaks[0] - peaks[2]) / (peaks[1] - peaks[2]) * few / many, Budget: 1.00, Tolerance: tolerance,
			Detail: fmt.Sprintf("%.0f and %.0f MiB; a provider that reads nothing: %.0f MiB", peaks[0]/mebibyte, peaks[1]/mebibyte, peaks[2]/mebibyte),
		},
	)
	return nil
}
