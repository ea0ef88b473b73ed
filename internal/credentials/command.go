package credentials

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"
	"github.com/google/shlex"
)

// commandTimeout is how long a command may take, as in the aliyun CLI: it may ask a person something.
const commandTimeout = 60 * time.Second

// fromCommand runs a command that prints credentials: the mode External. The library's own source for it prints the
// command and what it said to stdout when that is not JSON, and stdout belongs to the protocol with the CLI.
func fromCommand(command string) (*found, error) {
	if runtime.GOOS == "windows" {
		command = strings.ReplaceAll(command, `\`, `\\`) // There, a backslash separates folders and escapes nothing.
	}
	args, err := shlex.Split(command)
	if err != nil || len(args) == 0 {
		return nil, errors.New("it has the mode External, and its process_command is empty or has a quote that does not end")
	}
	return &found{&expiring{name: "external", fetch: func() (providers.Credentials, time.Time, error) {
		return runCommand(args)
	}}, "the command " + args[0]}, nil
}

func runCommand(args []string) (c providers.Credentials, expires time.Time, err error) {
	// Shared by all reads that wait for it, and so bound by its own time alone.
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(ctx, args[0], args[1:]...) //nolint:gosec // The command that the user's profile names.
	command.Stdout, command.Stderr = &stdout, &stderr
	command.WaitDelay = time.Second // A child of its own may hold the pipes open.
	if err := command.Run(); err != nil {
		if ctx.Err() != nil {
			return c, expires, fmt.Errorf("it did not end within %s", commandTimeout)
		}
		return c, expires, fmt.Errorf("it failed: %w; it said: %s", err, or(strings.TrimSpace(stderr.String()), "nothing"))
	}
	var answer struct {
		Mode            string `json:"mode"`
		AccessKeyID     string `json:"access_key_id"`
		AccessKeySecret string `json:"access_key_secret"`
		StsToken        string `json:"sts_token"`
		Expiration      string `json:"expiration"`
	}
	if err := json.Unmarshal(stdout.Bytes(), &answer); err != nil {
		return c, expires, fmt.Errorf("it printed %d bytes that are not the JSON that is expected", stdout.Len())
	}
	if answer.Mode == modeStsToken && answer.StsToken == "" {
		return c, expires, errors.New("it printed credentials of the mode StsToken without an sts_token")
	}
	if expires, err = parseExpiration(answer.Expiration); err != nil {
		return c, expires, fmt.Errorf("what it printed is not understood: %w", err)
	}
	return providers.Credentials{
		AccessKeyId: answer.AccessKeyID, AccessKeySecret: answer.AccessKeySecret, SecurityToken: answer.StsToken,
	}, expires, nil
}
