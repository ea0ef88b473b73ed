//go:build unix

package realcli

import (
	"bytes"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
)

// promise is how long after Ctrl-C the CLI may still be there, on a machine that has nothing else to do.
const promise = 100 * time.Millisecond

// Not in parallel with anything: it measures times. A machine that is busy is late with everything, so a run that is late
// may take twice what the CLI takes then for nothing but to start and to end.
func TestCtrlCEndsAReadWhereverItHangs(t *testing.T) {
	for _, test := range []struct {
		name string
		hang func(*testing.T) hang
	}{
		{"connecting", hangInConnect},
		{"in the TLS handshake", hangInHandshake},
		{"waiting for the response's header", hangInHeader},
		{"waiting for the response's header over HTTP/2", hangInHeaderOfHTTP2},
		{"in the middle of the response's body", hangInBody},
		{"after a 101 in the place of a response", hangAfterSwitchingProtocols},
		{"among informational responses", hangAmongInformationalResponses},
		{"sleeping between two polls", hangBetweenPolls},
		{"sleeping between two attempts", hangInBackOff},
		{"waiting for a turn while others are throttled", hangInLine},
		{"with a fleet of three", hangOfAFleet},
		{"opening the ephemeral resource", hangInOpen},
		{"waiting for STS", hangInSTS},
		{"in the TLS handshake with STS", hangInHandshakeWithSTS},
		{"waiting for the metadata service", hangInMetadata},
		{"waiting for the credentials URI", hangInCredentialsURI},
		{"running an external command", hangInCommand},
		{"running an external command, at a terminal", hangInCommandAtATerminal},
		{"running an external command to assume a role with", hangInCommandForARole},
	} {
		t.Run(test.name, func(t *testing.T) {
			holdToPromise(t, test.name, func() time.Duration { return interrupt(t, test.hang(t), syscall.SIGINT) })
		})
	}
}

// GNU timeout, containers and runners send SIGTERM to the whole process group: the provider must outlast it, and say why.
func TestSIGTERMToTheWholeGroupEndsAReadWithItsMessage(t *testing.T) {
	for name, make := range map[string]func(*testing.T) hang{
		"in the middle of the response's body": hangInBody, "sleeping between two polls": hangBetweenPolls, "with a fleet of three": hangOfAFleet,
		"opening the ephemeral resource": hangInOpen, "waiting for STS": hangInSTS,
	} {
		t.Run(name, func(t *testing.T) {
			holdToPromise(t, name, func() time.Duration {
				h := make(t)
				h.terminal = true
				return interrupt(t, h, syscall.SIGTERM)
			})
		})
	}
}

// holdToPromise interrupts up to five times, until the CLI is gone in time.
func holdToPromise(t *testing.T, name string, interrupt func() time.Duration) {
	t.Helper()
	var took []time.Duration
	allowed := promise
	for len(took) == 0 || took[len(took)-1] > allowed && len(took) < 5 {
		took = append(took, interrupt().Round(100*time.Microsecond))
		if took[len(took)-1] > promise {
			allowed = max(promise, 2*startAndEnd(t))
		}
	}
	t.Logf("%s %s, %s: gone %s after the signal", cli.Name, cli.Version, name, took)
	if took[len(took)-1] > allowed {
		t.Errorf("the CLI was there for %s after the signal, at most %s are allowed", took, allowed)
	}
}

// startAndEnd returns how long the CLI takes now for nothing but to start and to end.
func startAndEnd(t *testing.T) time.Duration {
	t.Helper()
	w := NewWorkspace(cli, installed, t.TempDir())
	started := time.Now()
	if output, err := w.Run(t.Context(), "version"); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return time.Since(started)
}

// A CLI that is killed hard takes its provider with it, and the external command that this runs.
func TestNothingIsLeftOfACLIThatIsKilled(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("processes are counted in /proc: run this on Linux")
	}
	h := hangInCommand(t)
	ctx := t.Context()
	output := &transcript{awaited: h.logs, seen: make(chan struct{})}
	command := h.workspace.Command(ctx, "plan", "-no-color")
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-h.inside
	providers := providerProcesses(command.Process.Pid)
	if len(providers) == 0 {
		t.Fatal("there is no provider process")
	}
	if err := command.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for _, provider := range providers {
		for provider.runs() {
			select {
			case <-tick.C:
			case <-ctx.Done():
				t.Fatalf("the provider process %d is still there", provider.id)
			}
		}
	}
	select {
	case <-h.gone:
	case <-ctx.Done():
		t.Error("the command that the provider ran is still there")
	}
	_ = command.Wait()
}

// interrupt interrupts a plan that does not end, and returns how long the CLI still ran.
func interrupt(t *testing.T, h hang, with syscall.Signal) time.Duration {
	t.Helper()
	ctx := t.Context()
	output := &transcript{awaited: h.logs, seen: make(chan struct{})}
	command := h.workspace.Command(ctx, "plan", "-no-color")
	command.Stdout, command.Stderr = output, output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	inside := h.inside
	if h.logs != "" {
		inside = output.seen
	}
	select {
	case <-inside:
	case err := <-ended:
		t.Fatalf("it never hung: %v\n%s", err, output.text.String())
	}
	providers := providerProcesses(command.Process.Pid)
	if len(providers) == 0 && runtime.GOOS == "linux" {
		t.Error("there is no provider process to be gone")
	}

	interrupted := time.Now()
	target := command.Process.Pid
	if h.terminal {
		target = -target // Its group: the provider, and what that runs, are in it.
	}
	if err := syscall.Kill(target, with); err != nil {
		t.Fatal(err)
	}
	err := <-ended
	took := time.Since(interrupted)

	h.holds(t, err, output.text.String())
	for _, provider := range providers {
		if provider.runs() {
			t.Errorf("the provider process %d is still there", provider.id)
		}
	}
	if h.gone != nil {
		select {
		case <-h.gone:
		case <-ctx.Done():
			t.Error("the command that the provider ran is still there")
		}
	}
	return took
}

// holds checks what an interrupted plan has printed, and shows its error.
func (h hang) holds(t *testing.T, err error, text string) {
	t.Helper()
	for _, want := range append([]string{"Error: Reading " + h.reading() + " was interrupted"}, h.shows...) {
		if !strings.Contains(unwrap(text), want) {
			t.Errorf("%q is not shown in:\n%s", want, text)
		}
	}
	if err == nil || strings.Contains(text, "panic") || strings.Contains(text, "crash") || strings.Contains(text, "testsk") {
		t.Errorf("%v:\n%s", err, text)
	}
	if h.check != nil {
		h.check(t)
	}
	if _, message, ok := strings.Cut(text, "\nError: "); ok {
		t.Logf("Error: %s", message)
	}
}

// transcript keeps the output of the CLI, and closes a channel when it contains a text.
type transcript struct {
	text    bytes.Buffer
	awaited string
	seen    chan struct{} // Closed then.
}

// Write implements io.Writer. One goroutine writes, and the reader of the text waits for its end.
func (tr *transcript) Write(p []byte) (int, error) {
	before := tr.text.Len()
	_, _ = tr.text.Write(p) // A buffer takes it all.
	// It may have begun in the write before.
	if tr.awaited != "" && bytes.Contains(tr.text.Bytes()[max(0, before-len(tr.awaited)):], []byte(tr.awaited)) {
		close(tr.seen)
		tr.awaited = ""
	}
	return len(p), nil
}
