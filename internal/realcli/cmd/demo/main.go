// Command demo shows the provider at work: a real Terraform or OpenTofu sees a simulated upgrade, waits for it, and
// refuses to go on when it failed. It needs no account and no network, and leaves nothing behind but the folder build.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(1) //nolint:gocritic // Nothing is left for stop to do.
	}
}
