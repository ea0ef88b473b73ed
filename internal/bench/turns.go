package bench

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// minRounds is how many rounds there are however long they take: with fewer, a median says little.
const minRounds = 3

// runner makes one run of what is compared.
type runner func(context.Context) (Cost, error)

// inTurn runs all of them one after the other, round by round, so that other load on the machine slows all of them alike: at most
// so many rounds, and no new one after the time limit. The first round, which finds cold caches, does not count.
func inTurn(ctx context.Context, rounds int, limit time.Duration, all ...runner) ([][]Cost, error) {
	costs := make([][]Cost, len(all))
	began := time.Now()
	for round := range rounds + 1 {
		if round > minRounds && time.Since(began) > limit {
			break
		}
		for i, run := range all {
			cost, err := run(ctx)
			if err != nil {
				return nil, fmt.Errorf("run %d of round %d: %w", i+1, round, err)
			}
			if round > 0 {
				costs[i] = append(costs[i], cost)
			}
		}
	}
	return costs, nil
}

// ratio is the median, over all rounds, of what one costs in proportion to the other in the same round.
func ratio(of, to []Cost, what func(Cost) float64) float64 {
	ratios := make([]float64, len(of))
	for i := range of {
		ratios[i] = what(of[i]) / what(to[i])
	}
	return median(ratios)
}

func median[T int64 | float64 | time.Duration](all []T) T {
	sorted := slices.Sorted(slices.Values(all))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// medianOf is the median of one thing that the runs cost.
func medianOf(costs []Cost, what func(Cost) float64) float64 {
	values := make([]float64, len(costs))
	for i, c := range costs {
		values[i] = what(c)
	}
	return median(values)
}

func wall(c Cost) float64   { return c.Wall.Seconds() }
func cpu(c Cost) float64    { return c.CPU.Seconds() }
func memory(c Cost) float64 { return float64(c.Memory) }
