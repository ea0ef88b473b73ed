package realcli

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// recommended is the example of the recommended setup, with a wait that ends soon.
func recommended(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "examples", "gates", "recommended", "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	const waits, limit = "  wait_for_terminal = true\n", `open = "90m"`
	if !strings.Contains(string(text), waits) || !strings.Contains(string(text), limit) {
		t.Fatal("the example does not wait")
	}
	return strings.NewReplacer(waits, waits+"  poll_interval = \"1s\"\n", limit, `open = "3s"`).Replace(string(text))
}

// TestAPullRequestsPlanGoesThroughWithAWarning holds that neither an upgrade nor a fault fails a plan, a drift plan or a destroy,
// and that the plan says what an apply would meet.
func TestAPullRequestsPlanGoesThroughWithAWarning(t *testing.T) {
	t.Parallel()
	const deleted = "c306f377e16f34eb1808d6b9362c9abcd"
	base := newStage(t)
	base.write(t, "main.tf", recommended(t))
	base.must(t, "init", "-no-color")
	base.must(t, applyNow...)
	for name, test := range map[string]struct {
		env     []string
		replace [2]string // In the configuration.
		phase   story.Phase
		warns   string
		stops   string // The apply.
	}{
		"an upgrade runs": {
			phase: story.Running,
			warns: "Warning: " + summary.WouldWait(summary.Cluster(clusterID), upgrade.PhaseRunning),
			stops: "timeouts.open = 3s",
		},
		"the API is away": {
			env:   []string{"ALIBABA_CLOUD_ENDPOINT_CS=127.0.0.1:1", "MAX_RETRY_TIMEOUT=1"}, // Otherwise a report takes 10 s.
			warns: "Warning: " + summary.WouldRetry(summary.Cluster(clusterID), ""),
			stops: "timeouts.open = 3s",
		},
		"the keys are wrong": {
			env:   []string{"ALICLOUD_SECRET_KEY=wrong"},
			warns: "Warning: " + summary.WouldFailFor(summary.Cluster(clusterID), ""),
			stops: "SignatureDoesNotMatch",
		},
		"the cluster is deleted": {
			replace: [2]string{clusterID, deleted},
			warns:   strings.TrimSpace("Warning: " + summary.WouldFail("")),
			stops:   "ErrorClusterNotFound",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := copyOf(t, base)
			s.env = append(s.env, test.env...)
			text := recommended(t)
			if test.replace[0] != "" {
				text = strings.Replace(text, test.replace[0], test.replace[1], 1) // That of the gate.
			}
			if test.phase != "" {
				s.is(t, test.phase)
			}
			s.write(t, "main.tf", text)
			result, output := s.try(t, driftPlan...)
			t.Logf("$ %s %s\n%s", cli.Command(), strings.Join(driftPlan, " "), output)
			for _, want := range []string{"No changes", test.warns} {
				if result != goesThrough || !strings.Contains(unwrap(output), want) {
					t.Errorf("%s; %q is not shown in:\n%s", result, want, output)
				}
			}
			s.goes(t, strings.TrimPrefix(test.warns, "Warning: "), append(slices.Clone(driftPlan), "-compact-warnings")...) // Of a warning, it shows the summary alone.
			s.write(t, "main.tf", strings.Replace(text, `node_pool_name = "workers"`, `node_pool_name = "renamed"`, 1))
			s.goes(t, test.warns, savePlan...)
			s.stops(t, test.stops, applyPlan...)

			destroy := []string{"destroy", "-auto-approve", "-no-color"}
			if cli.Name == "OpenTofu" { // A destroy is an apply there: it needs the bypass.
				s.stops(t, test.stops, destroy...)
				destroy = append(destroy, "-var=gated=false")
			}
			s.goes(t, "1 destroyed", destroy...)
			if got := s.touched(t); !slices.Equal(got, deletion) {
				t.Errorf("%q was touched, want %q", got, deletion)
			}
		})
	}
}
