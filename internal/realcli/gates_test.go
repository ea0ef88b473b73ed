package realcli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// stage is a workspace for a gate: a cluster whose upgrade begins and ends when the test says so, and a record of what was
// touched behind the gate.
type stage struct {
	*Workspace
	simulator *acksim.Simulator
	record    string
}

// newStage returns a stage that is not initialized, and whose cluster is idle.
func newStage(t *testing.T) *stage {
	t.Helper()
	return newStageFor(t, cli)
}

// newStageFor returns a stage for another CLI than that of all tests.
func newStageFor(t *testing.T, cli CLI) *stage {
	t.Helper()
	simulator, server := simulate(t, idle, acksim.Options{TLS: true})
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(certificate, server.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	record := filepath.Join(t.TempDir(), "record")
	w := NewWorkspace(
		cli, installed, t.TempDir(),
		"ALICLOUD_ACCESS_KEY=testak", "ALICLOUD_SECRET_KEY=testsk",
		"ALIBABA_CLOUD_ENDPOINT_CS="+server.Endpoint(), "SSL_CERT_FILE="+certificate,
		"STANDIN_RECORD="+record,
	)
	return &stage{Workspace: w, simulator: simulator, record: record}
}

// is gives the cluster another timeline: that of a single phase.
func (s *stage) is(t *testing.T, phase story.Phase) {
	t.Helper()
	s.plays(t, scenario.Step{Phase: phase})
}

// plays gives the cluster another timeline.
func (s *stage) plays(t *testing.T, steps ...scenario.Step) {
	t.Helper()
	if err := s.simulator.SetTimeline(clusterID, steps); err != nil {
		t.Fatal(err)
	}
}

// write writes a file of the configuration. The test is skipped if that uses what the CLI does not have.
func (s *stage) write(t *testing.T, name, text string) {
	t.Helper()
	skipWithout(t, s.cli, name, text)
	if err := os.MkdirAll(filepath.Dir(filepath.Join(s.dir, name)), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := s.Write(name, text); err != nil {
		t.Fatal(err)
	}
}

// must runs the CLI, and it succeeds.
func (s *stage) must(t *testing.T, args ...string) string {
	t.Helper()
	if args[0] == "init" {
		skipWithoutAll(t, s.cli, s.dir)
	}
	output, err := s.Run(t.Context(), args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s", cli.Command(), strings.Join(args, " "), err, output)
	}
	return output
}

// try runs the CLI, and says what came of it.
func (s *stage) try(t *testing.T, args ...string) (result outcome, output string) {
	t.Helper()
	before := len(s.touched(t))
	output, err := s.Run(t.Context(), args...)
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	touched := s.touched(t)[before:]
	deleted := len(touched) == 1 && strings.HasPrefix(touched[0], "delete ")
	switch {
	case err == nil:
		return goesThrough, output
	case len(touched) == 0:
		return stopped, output
	case deleted:
		return deletes, output
	}
	return outcome("fails, and did: " + strings.Join(touched, ", ")), output
}

// touched returns what the guarded provider has done, in order.
func (s *stage) touched(t *testing.T) []string {
	t.Helper()
	data, err := os.ReadFile(s.record)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.FieldsFunc(string(data), func(r rune) bool { return r == '\n' })
}

// copyOf returns another stage with a copy of the folder of s, initialized and applied like it.
func copyOf(t *testing.T, s *stage) *stage {
	t.Helper()
	c := newStageFor(t, s.cli)
	if err := os.CopyFS(c.dir, os.DirFS(s.dir)); err != nil {
		t.Fatal(err)
	}
	return c
}

// outcome is what comes of a run while an upgrade is under way.
type outcome string

const (
	goesThrough outcome = "succeeds"
	warns       outcome = "succeeds, with a warning" // that says what an apply would do
	stopped     outcome = "stopped"                  // nothing is touched
	deletes     outcome = "deletes, and fails"       // the object is gone when the run fails
)
