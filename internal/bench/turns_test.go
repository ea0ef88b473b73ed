package bench

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestWhatIsComparedRunsInTurn(t *testing.T) {
	var order []string
	run := func(name string, wall time.Duration) runner {
		return func(context.Context) (Cost, error) {
			order = append(order, name)
			return Cost{Wall: wall}, nil
		}
	}
	costs, err := inTurn(t.Context(), 4, time.Hour, run("a", 3*time.Second), run("b", 2*time.Second))
	if err != nil {
		t.Fatal(err)
	}
	if want := strings.Split("abababab"+"ab", ""); !slices.Equal(order, want) {
		t.Errorf("order %v", order)
	}
	if len(costs[0]) != 4 || len(costs[1]) != 4 { // The first round does not count.
		t.Errorf("%d and %d costs", len(costs[0]), len(costs[1]))
	}
	if got := ratio(costs[0], costs[1], wall); got != 1.5 {
		t.Errorf("ratio %v", got)
	}
	order = nil
	if costs, err = inTurn(t.Context(), 100, 0, run("a", 1)); err != nil || len(costs[0]) != minRounds {
		t.Errorf("with no time at all, there are %d rounds, %v", len(costs[0]), err)
	}
	if _, err = inTurn(t.Context(), 1, 0, func(context.Context) (Cost, error) { return Cost{}, errors.New("broken") }); err == nil {
		t.Error("a run that fails is no error")
	}
}

func TestARowIsMetMissedOrFailed(t *testing.T) {
	for name, test := range map[string]struct {
		row  Row
		want string
	}{
		"at its budget":                   {Row{Measured: 1, Budget: 1, Tolerance: tolerance}, "met"},
		"rounded to its budget":           {Row{Measured: 1.001, Budget: 1, Tolerance: tolerance}, "met"},
		"a little beyond":                 {Row{Measured: 1.10, Budget: 1, Tolerance: tolerance}, "missed"},
		"more beyond than chance":         {Row{Measured: 1.16, Budget: 1, Tolerance: tolerance}, "**failed**"},
		"beyond, and held":                {Row{Measured: 1.6, Budget: 1, Held: 1.5, Tolerance: tolerance}, "missed, held at 1.50"},
		"beyond what is held":             {Row{Measured: 1.8, Budget: 1, Held: 1.5, Tolerance: tolerance}, "**failed**"},
		"held, and met":                   {Row{Measured: 1, Budget: 1, Held: 1.5, Tolerance: tolerance}, "met"},
		"beyond where there is no chance": {Row{Measured: 34, Budget: 33, Tolerance: exact}, "**failed**"},
	} {
		if got := test.row.verdict(); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

func TestTheReportSaysWhatItWouldTake(t *testing.T) {
	report := Report{Rows: []Row{
		{Goal: "Small", Measured: 1, Budget: 2, Tolerance: tolerance, Beyond: "Nothing."},
		{Goal: "Large", Measured: 2.1, Budget: 2, Unit: "MB", Tolerance: tolerance, Beyond: "Leave a library out."},
	}}
	text := report.Markdown()
	for _, want := range []string{"| Small | 1.00 | 2.00 | met |", "| Large | 2.10 MB | 2.00 MB | missed |", "## What it would take", "- Large: 2.10 MB of 2.00 MB. Leave a library out."} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is not in\n%s", want, text)
		}
	}
	if strings.Contains(text, "Nothing.") || len(report.Failed()) != 0 {
		t.Errorf("%v\n%s", report.Failed(), text)
	}
}

func TestGoBenchmarksAreRead(t *testing.T) {
	rows, err := BenchmarkRows(`goos: linux
BenchmarkSign/key-2         	  300	   4100 ns/op	 1168 B/op	  12 allocs/op
BenchmarkSign/key-2         	  300	   3000 ns/op	 1168 B/op	  12 allocs/op
BenchmarkSign/session-2     	  300	   9000 ns/op	 1168 B/op	  13 allocs/op
BenchmarkRead/HTTP1-2       	  300	   9000 ns/op	 1.25 signed/bare
BenchmarkRead/HTTP2-2       	  300	   9000 ns/op	 1.75 signed/bare
`)
	if err != nil {
		t.Fatal(err)
	}
	var got []float64
	for _, row := range rows {
		got = append(got, row.Measured)
	}
	if !slices.Equal(got, []float64{3, 12, 1.25, 1.75}) {
		t.Errorf("got %v", got)
	}
	if _, err := BenchmarkRows("BenchmarkSign/key-2  1  1 ns/op\n"); err == nil {
		t.Error("a benchmark that was not run is no error")
	}
}
