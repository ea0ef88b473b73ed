package bench

import (
	"fmt"
	"strconv"
	"strings"
)

// results are what `go test -bench` has printed, by benchmark and then by unit: one value for each time that it was run.
type results map[string]map[string][]float64

// parse reads the output of `go test -bench`.
func parse(output string) results {
	all := make(results)
	for line := range strings.Lines(output) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "Benchmark") {
			continue
		}
		name := fields[0]
		if i := strings.LastIndexByte(name, '-'); i > 0 { // The number of processors.
			name = name[:i]
		}
		if all[name] == nil {
			all[name] = make(map[string][]float64)
		}
		for i := 2; i+1 < len(fields); i += 2 {
			if value, err := strconv.ParseFloat(fields[i], 64); err == nil {
				all[name][fields[i+1]] = append(all[name][fields[i+1]], value)
			}
		}
	}
	return all
}

// BenchmarkRows are the goals that Go benchmarks measure, from the output of `go test -bench`.
func BenchmarkRows(output string) ([]Row, error) {
	all := parse(output)
	var rows []Row
	for _, goal := range []struct {
		row        Row
		name, unit string
		of         func([]float64) float64
		scale      float64
	}{
		{
			// The fastest of several runs is the one that nothing else has slowed.
			Row{Goal: "Signing a request", Budget: 4, Held: 5, Unit: "µs", Tolerance: tolerance, Beyond: "SHA-256 without instructions of its own takes most of it."},
			"BenchmarkSign/key", "ns/op", least, 1e-3,
		},
		{
			Row{Goal: "Signing a request, allocations", Budget: 12, Tolerance: exact},
			"BenchmarkSign/key", "allocs/op", median[float64], 1,
		},
		{
			Row{
				Goal: "A whole signed read: to bare net/http, each on a connection of its own", Budget: 1.15, Held: 1.40, Tolerance: tolerance,
				Beyond: "The headers of a signature are the protocol of the API. Of what is left, a third is signing, a third is strict decoding, and a third are the limits of an attempt.",
			},
			"BenchmarkRead/HTTP1", "signed/bare", median[float64], 1,
		},
		{
			Row{
				Goal: "A whole signed read: to bare net/http, on one HTTP/2 connection", Budget: 1.15, Held: 1.90, Tolerance: tolerance,
				Beyond: "As over HTTP/1.1. The compression of headers makes those of a signature dear: three of them are new in each request.",
			},
			"BenchmarkRead/HTTP2", "signed/bare", median[float64], 1,
		},
	} {
		values := all[goal.name][goal.unit]
		if len(values) == 0 {
			return nil, fmt.Errorf("the benchmark %s has no %s", goal.name, goal.unit)
		}
		goal.row.Measured = goal.of(values) * goal.scale
		if headers := all[goal.name]["headers/bare"]; len(headers) > 0 {
			goal.row.Detail = "net/http with as many headers: " + number(median(headers))
		}
		rows = append(rows, goal.row)
	}
	return rows, nil
}

func least(values []float64) float64 {
	smallest := values[0]
	for _, v := range values {
		smallest = min(smallest, v)
	}
	return smallest
}
