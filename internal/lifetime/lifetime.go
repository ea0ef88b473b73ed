package lifetime

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

const (
	// grace is how long the process stays after a SIGTERM: runners send it to the whole process group, and the CLI, which gets
	// it too, wants to show what the reads ended with. It ends the process itself when it is done.
	grace = 10 * time.Second

	// parentCheck is how often the process checks that the CLI is still running. A killed CLI sends no message.
	parentCheck = time.Second

	// farewell is what is left to the reads to end, and to the commands that they have started, when the CLI is gone.
	farewell = time.Second
)

// Watch returns a context that ends when the reads of this process have to: with a SIGTERM, or when the process that started
// it is gone. Some time later, exit is called. The watch itself ends with ctx.
func Watch(ctx context.Context, exit func(code int)) context.Context {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM) // From here on, it does not end the process by itself.
	watched, end := context.WithCancel(ctx)
	go func() {
		defer signal.Stop(signals)
		defer end()
		watch(ctx, signals, os.Getppid, end, exit)
	}()
	return watched
}

func watch(ctx context.Context, signals <-chan os.Signal, parent func() int, end func(), exit func(code int)) {
	started := parent()
	tick := time.NewTicker(parentCheck)
	defer tick.Stop()
	var deadline <-chan time.Time
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
			end()
			if deadline == nil {
				deadline = time.After(grace)
			}
		case <-tick.C:
			if now := parent(); now != started { // On Unix, orphans are given another parent.
				end()
				deadline, started = time.After(farewell), now
			}
		case <-deadline:
			exit(1)
			return
		}
	}
}
