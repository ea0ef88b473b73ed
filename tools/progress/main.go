// Command progress reads what `go test -json` writes, and shows how the tests go while they run: a line for each package
// that ends, the output of what failed, every few seconds a line that says what still runs, and at the end how long it took.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

func main() {
	interval := flag.Duration("interval", 15*time.Second, "how often to say what still runs, where nothing else is said")
	verbose := flag.Bool("v", false, "print all output, as go test -v does")
	module := flag.String("module", "", "the module's `path`, which is left out of the names of packages")
	flag.Parse()
	p := &progress{out: os.Stdout, started: time.Now(), verbose: *verbose, module: *module, running: make(map[string]*run)}
	if !p.follow(os.Stdin, *interval) {
		os.Exit(1)
	}
}

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
}

// run is a package whose tests run.
type run struct {
	began time.Time
	// tests are those that run now.
	tests []string
	// output is what each test has written, and under an empty name what no test has.
	output map[string][]string
	failed []string
}

type progress struct {
	out                    io.Writer
	started                time.Time
	verbose                bool
	module                 string
	running                map[string]*run
	passed, failed, broken int
}

// follow shows what comes in, and reports whether all tests have passed.
func (p *progress) follow(in io.Reader, interval time.Duration) bool {
	lines := make(chan string)
	go func() {
		defer close(lines)
		reader := bufio.NewReader(in)
		for {
			line, err := reader.ReadString('\n')
			if line != "" {
				lines <- line
			}
			if err != nil {
				return
			}
		}
	}()
	quiet := time.NewTimer(interval)
	defer quiet.Stop()
	for {
		select {
		case line, ok := <-lines:
			if !ok {
				return p.end()
			}
			if p.line(line) {
				quiet.Reset(interval)
			}
		case <-quiet.C:
			p.printf("%s", p.state())
			quiet.Reset(interval)
		}
	}
}

// line takes one line, and reports whether it was shown.
func (p *progress) line(line string) bool {
	var e event
	if !strings.HasPrefix(line, "{") || json.Unmarshal([]byte(line), &e) != nil {
		p.printf("%s", line) // The go command itself.
		return true
	}
	switch e.Action {
	case "build-output":
		p.printf("%s", e.Output)
		return true
	case "build-fail":
		p.broken++
		return false
	}
	r := p.running[e.Package]
	if r == nil {
		r = &run{began: time.Now(), output: make(map[string][]string)}
		p.running[e.Package] = r
	}
	switch e.Action {
	case "output":
		r.output[e.Test] = append(r.output[e.Test], e.Output)
		if p.verbose {
			p.printf("%s", e.Output)
		}
		return p.verbose
	case "run", "cont":
		r.tests = append(r.tests, e.Test)
	case "pause":
		r.end(e.Test)
	case "pass", "fail", "skip":
		if e.Test == "" {
			return p.endPackage(e, r)
		}
		r.end(e.Test)
		if e.Action == "fail" {
			r.failed = append(r.failed, e.Test)
		} else {
			delete(r.output, e.Test)
		}
	}
	return false
}

// end takes a test off the list of those that run.
func (r *run) end(test string) {
	r.tests = slices.DeleteFunc(r.tests, func(name string) bool { return name == test })
}

// endPackage shows how a package has ended.
func (p *progress) endPackage(e event, r *run) bool {
	delete(p.running, e.Package)
	if e.Action == "skip" {
		return false // It has no tests.
	}
	if e.Action == "pass" {
		p.passed++
		p.printf("ok    %s  %.1f s\n", p.name(e.Package), e.Elapsed)
		return true
	}
	p.failed++
	if !p.verbose {
		// Tests that have not ended, of a package that panics or takes too long, have their output too.
		for _, test := range append(r.failed, slices.DeleteFunc(r.tests, func(test string) bool { return slices.Contains(r.failed, test) })...) {
			p.printf("%s", strings.Join(r.output[test], ""))
		}
		p.printf("%s", strings.Join(r.output[""], ""))
	}
	p.printf("FAIL  %s  %.1f s\n", p.name(e.Package), e.Elapsed)
	return true
}

// state says what still runs.
func (p *progress) state() string {
	const most = 3
	var what []string
	for name, r := range p.running {
		tests := slices.DeleteFunc(slices.Clone(r.tests), func(test string) bool { return strings.Contains(test, "/") })
		text := fmt.Sprintf("%s for %.0f s", p.name(name), time.Since(r.began).Seconds())
		if len(tests) > most {
			text += fmt.Sprintf(" (%s and %d more)", strings.Join(tests[:most], ", "), len(tests)-most)
		} else if len(tests) > 0 {
			text += " (" + strings.Join(tests, ", ") + ")"
		}
		what = append(what, text)
	}
	slices.Sort(what)
	if len(what) == 0 {
		what = []string{"building"}
	}
	return fmt.Sprintf("      after %.0f s: %s\n", time.Since(p.started).Seconds(), strings.Join(what, "; "))
}

// end says how all has ended.
func (p *progress) end() bool {
	took := time.Since(p.started).Seconds()
	switch {
	case p.failed > 0 || p.broken > 0 || len(p.running) > 0:
		p.printf("FAILED after %.0f s: %d packages failed, %d passed\n", took, max(1, p.failed+len(p.running)), p.passed)
		return false
	case p.passed == 0:
		p.printf("FAILED after %.0f s: no package was tested\n", took)
		return false
	}
	p.printf("all %d packages passed in %.0f s\n", p.passed, took)
	return true
}

func (p *progress) name(of string) string {
	return strings.TrimPrefix(strings.TrimPrefix(of, p.module), "/")
}

func (p *progress) printf(format string, args ...any) {
	_, _ = fmt.Fprintf(p.out, format, args...)
}
