package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

const (
	// waits is how many waits there are in one provider.
	waits = 500
	// quiet is how long the provider is watched between two polls.
	quiet = 10 * time.Second
	// firstPolls is how long the first polls of all waits may take.
	firstPolls = 2 * time.Minute
)

// waits measures what a provider costs while it waits for many upgrades, between two polls. Linux only: it reads /proc.
func (s *Suite) waits(ctx context.Context) error {
	if runtime.GOOS != "linux" {
		s.say("not measured: it takes /proc")
		return nil
	}
	one, err := s.waiting(ctx, 1)
	if err != nil {
		return err
	}
	all, err := s.waiting(ctx, waits)
	if err != nil {
		return err
	}
	s.Add(
		Row{
			Goal: "500 waits between two polls, of one processor core", Measured: 100 * all.CPU.Seconds() / all.Wall.Seconds(), Budget: 1, Unit: "%", Tolerance: tolerance,
			Detail: fmt.Sprintf("%.1f ms in %.0f s; one wait: %.1f ms", 1e3*all.CPU.Seconds(), all.Wall.Seconds(), 1e3*one.CPU.Seconds()),
			Beyond: "What runs between polls is the check that the CLI is still there, once a second, and the CLI's own messages.",
		},
		Row{
			Goal: "500 waits, memory of each", Measured: float64(all.Memory-one.Memory) / (waits - 1) / kibibyte, Budget: 20, Held: 22, Unit: "KiB", Tolerance: tolerance,
			Detail: fmt.Sprintf("%.1f MiB in all; one wait: %.1f MiB", float64(all.Memory)/mebibyte, float64(one.Memory)/mebibyte),
			Beyond: "The stack of a goroutine, which its first request has enlarged to 8 KiB, is two fifths of it. Waits that share goroutines would need less.",
		},
	)
	return nil
}

// waiting has a provider wait for so many upgrades, and returns what it uses once all have been polled: processor time over the
// time that it is watched, and the memory that it has then.
func (s *Suite) waiting(ctx context.Context, clusters int) (Cost, error) {
	api, err := serve(ctx, clusters, story.Running, 0)
	if err != nil {
		return Cost{}, err
	}
	defer api.Close()
	p, err := s.cli.workspace(ctx, readFleet(api, clusterIDs(clusters), "wait_for_terminal = true", `poll_interval = "10m"`))
	if err != nil {
		return Cost{}, err
	}
	command, output, err := p.start(ctx)
	if err != nil {
		return Cost{}, err
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	cost, err := api.watch(ctx, command, clusters, ended)
	if err != nil {
		_ = command.Process.Kill() // It may have ended by itself.
		return Cost{}, fmt.Errorf("%w\n%.2000s", err, output)
	}
	// As Ctrl-C does.
	if err := command.Process.Signal(os.Interrupt); err != nil {
		return Cost{}, err
	}
	if err := <-ended; err == nil {
		return Cost{}, errors.New("the interrupted plan succeeded")
	}
	return cost, nil
}

// watch looks at the provider that has polled so many clusters.
func (s *server) watch(ctx context.Context, command *exec.Cmd, clusters int, ended <-chan error) (Cost, error) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	late := time.After(firstPolls)
	for s.requests.Load() < int64(clusters) {
		select {
		case <-tick.C:
		case err := <-ended:
			return Cost{}, fmt.Errorf("the plan ended before all clusters were polled: %w", err)
		case <-late:
			return Cost{}, fmt.Errorf("%d of %d clusters were polled in %s", s.requests.Load(), clusters, firstPolls)
		case <-ctx.Done():
			return Cost{}, ctx.Err()
		}
	}
	if err := pause(ctx, 2*time.Second); err != nil { // For the last responses to be read.
		return Cost{}, err
	}
	providers := providersOf(command.Process.Pid)
	if len(providers) == 0 {
		return Cost{}, errors.New("no provider process was seen")
	}
	provider := providers[0]
	began, before := time.Now(), provider.cpu()
	if err := pause(ctx, quiet); err != nil {
		return Cost{}, err
	}
	return Cost{Wall: time.Since(began), CPU: provider.cpu() - before, Memory: provider.bytes("VmRSS")}, nil
}

// pause waits for so long, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
