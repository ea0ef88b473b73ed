package bench

import (
	"bufio"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Report is what BENCHMARKS.md says.
type Report struct {
	Rows []Row
	// CLI is the name and version of the CLI.
	CLI string
	// Comparison is benchstat's, of this run's Go benchmarks with the baseline. SameCPU is whether both are from the same kind
	// of processor: if not, times do not compare.
	Comparison string
	SameCPU    bool
}

// Failed returns the goals that were missed by more than chance explains.
func (r Report) Failed() (failed []Row) {
	for _, row := range r.Rows {
		if row.Failed() {
			failed = append(failed, row)
		}
	}
	return failed
}

// Markdown returns the text of BENCHMARKS.md.
func (r Report) Markdown() string {
	var b strings.Builder
	b.WriteString("<!-- Made by `make bench`. Do not edit. -->\n\n# Benchmarks\n\n" +
		"What the provider costs, in proportion to two others: one that [does nothing](internal/bench/nothing), and the smallest that [reads a URL](internal/bench/unsigned) " +
		"without a signature. The second stands for hashicorp/http, which is not available as a Go module.\n\n" +
		"Ratios are medians over rounds. In each round, what is compared runs in turn, so that a busy machine slows all of it alike. " +
		"A run fails when a ratio is more than 15% beyond its budget or, where the budget is missed, beyond what is held; " +
		"sizes and counts have no such margin.\n\n" +
		"| goal | measured | budget | | in absolute numbers |\n|---|---:|---:|---|---|\n")
	for _, row := range r.Rows {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s |\n", row.Goal, row.show(row.Measured), row.show(row.Budget), row.verdict(), row.Detail)
	}
	r.writeMissed(&b)
	fmt.Fprintf(&b, "\n## Machine\n\n%s/%s, %d processors: %s. %s. %s.\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), Processor(), runtime.Version(), r.CLI)
	b.WriteString("\n## Commands\n\n```sh\nmake bench            # measures all of this, and writes this file\n" +
		"make bench-baseline   # the same, and keeps the Go benchmarks as the baseline to compare with\n```\n" +
		"\n## Go benchmarks\n\nCompared with the [baseline](internal/bench/testdata/baseline.txt). This decides nothing: times compare only on the same machine.")
	if !r.SameCPU {
		b.WriteString(" The baseline is from another processor, so only memory is compared.")
	}
	fmt.Fprintf(&b, "\n\n```text\n%s\n```\n", strings.TrimSpace(r.Comparison))
	return b.String()
}

// writeMissed says what it would take to meet the goals that were missed.
func (r Report) writeMissed(b *strings.Builder) {
	first := true
	for _, row := range r.Rows {
		if !row.Missed() {
			continue
		}
		if first {
			b.WriteString("\n## What it would take\n\n")
			first = false
		}
		fmt.Fprintf(b, "- %s: %s of %s. %s\n", row.Goal, row.show(row.Measured), row.show(row.Budget), row.Beyond)
	}
}

// Processor is the name of this machine's processor, or its architecture if the name is unknown.
func Processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
