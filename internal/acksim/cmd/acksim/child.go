package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// The exit codes of a shell for a command that it could not start, and what it adds to the number of a signal.
const (
	exitCannotRun = 126
	exitNotFound  = 127
	exitSignal    = 128
)

// runChild runs a command with the simulator's environment and returns its exit code.
func (c command) runChild(ctx context.Context, args []string, s settings, certificate []byte) (code int, err error) {
	if s.tls && s.certificate == "" {
		path, err := writeTemporary(certificate)
		if err != nil {
			return exitFailure, err
		}
		defer func() { err = errors.Join(err, os.Remove(path)) }()
		s.certificate = path
	}
	child := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // The command that the user named.
	child.Env = s.environment(c.environment)
	child.Stdin, child.Stdout, child.Stderr = c.stdin, c.stdout, c.stderr
	if err := child.Start(); err != nil {
		if errors.Is(err, exec.ErrNotFound) || errors.Is(err, os.ErrNotExist) {
			return exitNotFound, fmt.Errorf("running the command: %w", err)
		}
		return exitCannotRun, fmt.Errorf("running the command: %w", err)
	}
	ended := make(chan error, 1)
	go func() { ended <- child.Wait() }()
	for {
		select {
		case sig := <-c.signals:
			if sig != os.Interrupt || !isTerminal(c.stdin) {
				_ = child.Process.Signal(sig) // An error means that it has just ended.
			}
		case err := <-ended:
			return exitCode(err)
		}
	}
}

// isTerminal reports whether an interrupt comes from a terminal. A terminal interrupts the child as well, and a CLI takes
// the second interrupt as the wish to stop at once, so that it must not be forwarded.
func isTerminal(stdin *os.File) bool {
	if stdin == nil {
		return false
	}
	in, err := stdin.Stat()
	if err != nil || in.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull) // A character device too, and not a terminal.
	return err != nil || !os.SameFile(in, null)
}

// exitCode turns what Wait returned into an exit code, as a shell does.
func exitCode(err error) (int, error) {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		if err != nil {
			return exitFailure, fmt.Errorf("waiting for the command: %w", err)
		}
		return exitOK, nil
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return exitSignal + int(status.Signal()), nil
	}
	return exit.ExitCode(), nil
}

func writeTemporary(pem []byte) (path string, err error) {
	file, err := os.CreateTemp("", "acksim-*.pem")
	if err != nil {
		return "", fmt.Errorf("writing the certificate: %w", err)
	}
	_, err = file.Write(pem)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(file.Name())
		return "", fmt.Errorf("writing the certificate: %w", err)
	}
	return file.Name(), nil
}
