package bench

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// Suite measures the goals, one after the other.
type Suite struct {
	cli     *cli
	log     io.Writer
	rows    []Row
	options Options
}

// Options say how much is measured.
type Options struct {
	// Quick makes few rounds, to see that everything runs.
	Quick bool
	// Only leaves out what does not have this in its name.
	Only string
}

// NewSuite builds the providers below dir, and says on log what it does.
func NewSuite(ctx context.Context, dir string, log io.Writer, options Options) (*Suite, error) {
	c, err := install(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &Suite{cli: c, log: log, options: options}, nil
}

// CLI is the name and version of the CLI that is run.
func (s *Suite) CLI() string { return s.cli.Name + " " + s.cli.Version }

// Provider is the path of the provider that is measured.
func (s *Suite) Provider() string {
	return s.cli.installation.Executable(s.cli.RegistryHost() + "/" + ours)
}

// Rows are the goals that have been measured so far.
func (s *Suite) Rows() []Row { return s.rows }

// Run measures what is measured by running processes.
func (s *Suite) Run(ctx context.Context) error {
	for _, goal := range []struct {
		name    string
		measure func(context.Context) error
	}{
		{"one start of the provider", s.starts},
		{"one cluster", s.oneCluster},
		{"50 clusters at 100 ms", s.fifty},
		{"1,000 clusters at 100 ms", s.thousand},
		{"1,000 clusters from their tasks", s.thousandFromTasks},
		{"10,000 clusters", s.tenThousand},
		{"500 waits", s.waits},
	} {
		if !strings.Contains(goal.name, s.options.Only) {
			continue
		}
		began := time.Now()
		before := len(s.rows)
		if err := goal.measure(ctx); err != nil {
			return fmt.Errorf("%s: %w", goal.name, err)
		}
		for _, row := range s.rows[before:] {
			s.say("  %-62s %10s of %10s  %s", row.Goal, row.show(row.Measured), row.show(row.Budget), row.Detail)
		}
		s.say("%s: %.0f s", goal.name, time.Since(began).Seconds())
	}
	return nil
}

// Add adds goals that were measured elsewhere.
func (s *Suite) Add(rows ...Row) { s.rows = append(s.rows, rows...) }

func (s *Suite) say(format string, arguments ...any) {
	_, _ = fmt.Fprintf(s.log, format+"\n", arguments...) // Where it goes is the terminal.
}

// rounds bounds the rounds of a comparison.
func (s *Suite) rounds(n int) int {
	if s.options.Quick {
		return minRounds
	}
	return n
}

// plans returns a runner for each of the configurations, initialized.
func (s *Suite) plans(ctx context.Context, configurations ...string) ([]runner, error) {
	runners := make([]runner, len(configurations))
	for i, configuration := range configurations {
		p, err := s.cli.workspace(ctx, configuration)
		if err != nil {
			return nil, err
		}
		runners[i] = p.run
	}
	return runners, nil
}

// peak returns the most memory that a provider had resident in so many plans of a configuration.
func (s *Suite) peak(ctx context.Context, configuration string, runs int) (bytes float64, err error) {
	p, err := s.cli.workspace(ctx, configuration)
	if err != nil {
		return 0, err
	}
	p.watch = true
	for range runs {
		cost, err := p.run(ctx)
		if err != nil {
			return 0, err
		}
		bytes = max(bytes, memory(cost))
	}
	if bytes == 0 && runtime.GOOS == "linux" {
		return 0, fmt.Errorf("no provider process was seen in %s", filepath.Base(s.cli.dir))
	}
	return bytes, nil
}
