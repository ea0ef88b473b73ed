package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// version is the release's; the linker sets it.
var version = "dev"

func main() {
	signals := make(chan os.Signal, 8)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	os.Exit(command{
		args:        os.Args[1:],
		environment: os.Environ(),
		stdin:       os.Stdin,
		stdout:      os.Stdout,
		stderr:      os.Stderr,
		signals:     signals,
	}.run(context.Background()))
}
