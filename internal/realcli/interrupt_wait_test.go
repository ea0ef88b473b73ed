//go:build unix

package realcli

import (
	"context"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// Ctrl-C ends the wait of a managed resource with its message. Nothing is in the state, so the next apply waits again.
func TestAnInterruptedWaitLeavesNoTrace(t *testing.T) {
	t.Parallel()
	s, _ := waitExample(t)
	s.env = append(s.env, "TF_LOG_PROVIDER=INFO")
	s.is(t, story.Running)
	output := &transcript{awaited: "Cluster " + clusterID + ": the upgrade is running", seen: make(chan struct{})}
	ctx, ctrlC := context.WithCancel(t.Context())
	defer ctrlC()
	command := s.Command(ctx, applyNow...)
	command.Stdout, command.Stderr = output, output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	<-output.seen
	ctrlC()
	err := command.Wait()
	if text := output.text.String(); err == nil || !strings.Contains(text, "Reading cluster "+clusterID+" was interrupted") {
		t.Errorf("%v\n%s", err, text)
	}
	if list, _ := s.Run(t.Context(), "state", "list"); strings.Contains(list, "ackupgrade_wait") { // Fails when there is no state.
		t.Errorf("there is: %s", list)
	}
	s.holdsTouched(t)
	s.is(t, story.Succeeded)
	s.goes(t, "2 added", applyNow...)
}
