package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/pattern"
)

const (
	// commandTimeout is how long a command may take, as in the aliyun CLI: it may prompt a person.
	commandTimeout = 60 * time.Second
	// commandMaxOutput is how many bytes of a command's output are read.
	commandMaxOutput = 64 << 10
)

// assignment is how a variable is set before a command, in a shell.
var assignment = pattern.New(`^[A-Za-z_]\w*=`)

// commandError says that a command gave no credentials. What it printed is part of the text, and decides nothing.
type commandError struct {
	text    string
	passing bool   // It may well succeed when it is run again.
	hint    string // what to do, or nothing
}

// Error implements error.
func (e *commandError) Error() string { return e.text }

// commandSource runs a command that prints credentials: the mode External. The library's own source for it prints the
// command and what it said to stdout when that is not JSON, and stdout belongs to the protocol with the CLI.
func commandSource(command string, scrub *scrubber, failed func(string, error)) (*found, error) {
	args, err := splitCommand(command, runtime.GOOS == "windows")
	if err != nil {
		return nil, fmt.Errorf("it has the mode External, and its process_command cannot be run: %w", err)
	}
	if name := assignment().FindString(args[0]); name != "" { // Without the value: it is likely to be a secret.
		return nil, fmt.Errorf("its process_command sets the variable %s before the command, which requires a shell: "+
			"start it with env, as in `env NAME=value command`", strings.TrimSuffix(name, "="))
	}
	about := "the command " + args[0]
	own := &expiring{name: "external", about: about, failed: failed, fetch: func(ctx context.Context) (providers.Credentials, time.Time, error) {
		return runCommand(ctx, args, commandTimeout, scrub)
	}}
	return &found{
		provider: own, own: own,
		about: about, hint: "Run the process_command of the profile in a shell, to see what it prints.",
	}, nil
}

func runCommand(ctx context.Context, args []string, timeout time.Duration, scrub *scrubber) (c providers.Credentials, expires time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	var stdout, stderr head
	command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // The command that the user's profile names.
	command.Stdout, command.Stderr = &stdout, &stderr
	endWithChildren(command, hasTerminal())
	command.WaitDelay = time.Second // Its children may hold the pipes open.
	err = command.Run()
	switch {
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // The latter: it ended well, and left an agent or the like behind.
	case errors.Is(ctx.Err(), context.Canceled):
		return c, expires, &commandError{text: "it was canceled", passing: true}
	case ctx.Err() != nil:
		return c, expires, &commandError{text: fmt.Sprintf("it did not end within %s", timeout), passing: true}
	default:
		return c, expires, &commandError{
			text: fmt.Sprintf("it failed: %s; stderr: %s", err, or(scrub.opaque(string(stderr.kept)), "empty")),
			// A terminal interrupts the command along with the CLI, which is about to end the read and says it better.
			passing: interrupted(err),
		}
	}
	var decoded struct {
		Mode            string `json:"mode"`
		AccessKeyID     string `json:"access_key_id"`
		AccessKeySecret string `json:"access_key_secret"`
		StsToken        string `json:"sts_token"`
		Expiration      string `json:"expiration"`
	}
	if err := json.Unmarshal(stdout.kept, &decoded); err != nil {
		return c, expires, &commandError{text: fmt.Sprintf("it printed %d bytes that are not JSON of the expected form", stdout.all)}
	}
	if decoded.Mode != "" && decoded.Mode != modeAK && decoded.Mode != modeStsToken {
		return c, expires, &commandError{
			text: fmt.Sprintf("it printed credentials of the mode %q, which the provider cannot sign requests with", short(decoded.Mode)),
			hint: "Make the command print credentials of the mode AK or StsToken. For a role, set source_profile of a ChainableRamRoleArn profile to this profile, or add the block assume_role.",
		}
	}
	if decoded.Mode == modeStsToken && decoded.StsToken == "" {
		return c, expires, &commandError{text: "it printed credentials of the mode StsToken without an sts_token"}
	}
	return providers.Credentials{
		AccessKeyId: decoded.AccessKeyID, AccessKeySecret: decoded.AccessKeySecret, SecurityToken: decoded.StsToken,
	}, parseExpiration(decoded.Expiration), nil
}

// interrupted reports whether a command was ended by Ctrl-C: by the signal, or by itself, as a shell says it.
func interrupted(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	const bySIGINT = 128 + int(syscall.SIGINT)
	status, ok := exit.Sys().(syscall.WaitStatus)
	return exit.ExitCode() == bySIGINT || ok && status.Signaled() && status.Signal() == syscall.SIGINT
}

// head keeps the beginning of what is written to it, and counts the rest.
type head struct {
	kept []byte
	all  int
}

// Write implements io.Writer. It never fails, so that the command is not ended by a full pipe.
func (h *head) Write(p []byte) (int, error) {
	h.all += len(p)
	h.kept = append(h.kept, p[:min(len(p), commandMaxOutput-len(h.kept))]...)
	return len(p), nil
}
