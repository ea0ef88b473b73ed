// Command bench measures the provider beside two others, compares the Go benchmarks with a baseline, and writes BENCHMARKS.md.
// It fails when a budget is passed. `make bench` runs it, from the root of the repository.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/bench"
)

// limit is the timeout of a run. One takes some four minutes on an idle machine.
const limit = 20 * time.Minute

type flags struct {
	benchstat, baseline, out, results string
	keep                              bool
	options                           bench.Options
}

func main() {
	var f flags
	flag.StringVar(&f.benchstat, "benchstat", "build/bin/benchstat", "the benchstat to compare with")
	flag.StringVar(&f.baseline, "baseline", "internal/bench/testdata/baseline.txt", "the Go benchmarks to compare with")
	flag.StringVar(&f.results, "results", "build/bench.txt", "where to put the results of the Go benchmarks")
	flag.StringVar(&f.out, "out", "BENCHMARKS.md", "the report to write")
	flag.BoolVar(&f.keep, "keep", false, "keep the Go benchmarks as the baseline")
	flag.StringVar(&f.options.Only, "only", "", "measure only what has this in its name, such as \"waits\", by running processes; write no report")
	flag.BoolVar(&f.options.Quick, "quick", false, "make few rounds, to see that everything runs")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	if err := run(ctx, f); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		stop()
		cancel()
		os.Exit(1) //nolint:gocritic // Both have been called.
	}
}

func run(ctx context.Context, f flags) error {
	dir, err := os.MkdirTemp("", "bench")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	if f.options.Only != "" {
		suite, err := bench.NewSuite(ctx, dir, os.Stdout, f.options)
		if err != nil {
			return err
		}
		return suite.Run(ctx)
	}
	report, err := compared(ctx, f)
	if err != nil {
		return err
	}
	fmt.Println(report.Comparison)
	suite, err := bench.NewSuite(ctx, dir, os.Stdout, f.options)
	if err != nil {
		return err
	}
	size, err := bench.SizeOf(suite.Provider())
	if err != nil {
		return err
	}
	if err := suite.Run(ctx); err != nil {
		return err
	}
	report.Rows = slices.Concat(suite.Rows(), report.Rows, size.Rows())
	report.CLI = suite.CLI()
	if err := os.WriteFile(f.out, []byte(report.Markdown()), 0o644); err != nil { //nolint:gosec // To be committed.
		return err
	}
	var failed error
	for _, row := range report.Failed() {
		failed = errors.Join(failed, fmt.Errorf("past its budget: %s", row))
	}
	return failed
}

// compared runs the Go benchmarks, and returns what they measure, compared with the baseline.
func compared(ctx context.Context, f flags) (report bench.Report, err error) {
	output, err := benchmarks(ctx, f)
	if err != nil {
		return report, err
	}
	if report.Rows, err = bench.BenchmarkRows(output); err != nil {
		return report, err
	}
	if f.keep {
		if err := os.WriteFile(f.baseline, []byte(output), 0o644); err != nil { //nolint:gosec // To be committed.
			return report, err
		}
	}
	report.SameCPU, report.Comparison, err = compare(ctx, f, output)
	return report, err
}

// benchmarks runs the Go benchmarks, and returns what they print.
func benchmarks(ctx context.Context, f flags) (string, error) {
	times, long := "6", "100ms"
	if f.options.Quick {
		times, long = "2", "20ms"
	}
	command := exec.CommandContext(ctx, "go", "test", "-run", "^$", "-bench", ".", "-count", times, "-benchtime", long,
		"./internal/acs3", "./internal/ack", "./internal/upgrade", "./internal/soak")
	command.Stderr = os.Stderr
	if err := os.MkdirAll(filepath.Dir(f.results), 0o750); err != nil {
		return "", err
	}
	file, err := os.Create(f.results)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }()
	command.Stdout = io.MultiWriter(file, os.Stdout)
	if err := command.Run(); err != nil {
		return "", fmt.Errorf("go test -bench: %w", err)
	}
	output, err := os.ReadFile(f.results)
	return string(output), err
}

var processor = regexp.MustCompile(`(?m)^cpu: (.*)$`)

// compare has benchstat compare the results with the baseline: times too where both are of the same kind of processor.
func compare(ctx context.Context, f flags, output string) (same bool, text string, err error) {
	baseline, err := os.ReadFile(f.baseline)
	if err != nil {
		return false, "", fmt.Errorf("there is no baseline, `make bench-baseline` makes one: %w", err)
	}
	same = processor.FindString(string(baseline)) == processor.FindString(output)
	arguments := []string{"-ignore", "cpu"}
	if !same {
		arguments = append(arguments, "-filter", ".unit:(B/op OR allocs/op)")
	}
	command := exec.CommandContext(ctx, f.benchstat, append(arguments, "baseline="+f.baseline, "now="+f.results)...) //nolint:gosec // Built by make.
	command.Stderr = os.Stderr
	compared, err := command.Output()
	return same, string(compared), err
}
