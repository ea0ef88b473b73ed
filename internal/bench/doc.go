// Package bench measures the provider beside two others, so that what it costs stays in proportion: one that does nothing, in
// nothing, and the smallest that reads a URL, in unsigned. `make bench` runs it, and writes BENCHMARKS.md.
//
// Ratios decide. What is compared is measured in turn, within one run, so that a busy machine slows both alike.
package bench
