package realcli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

// A play is one run of an example: what the cluster does meanwhile, and what the user sees.
type play struct {
	timeline string
	fails    bool
	shows    string // however the CLI wraps its lines
}

const (
	idle       = `[{"phase": "idle"}]`
	inProgress = `[{"phase": "running"}]`
	over       = `[{"phase": "succeeded"}]`
	broken     = `[{"phase": "failed", "message": "node cn-hangzhou.192.0.2.7 is NotReady"}]`

	nodePool = `[{"phase": "idle", "tasks": [{"task_type": "nodepool_upgrade", "state": "running"}]}]`
	addon    = `[{"phase": "succeeded", "tasks": [{"task_type": "cluster_addon_upgrade", "state": "running"}]}]`

	planned = `[{"phase": "idle"}], "plans": [{"start": "20m"}]`

	isRunning = "Cluster " + clusterID + ": the upgrade is running, step upgrading"
	isBroken  = "Cluster " + clusterID + ": the last upgrade failed, step upgrading: node cn-hangzhou.192.0.2.7 is NotReady"
)

// What comes of a node, in a task.
const (
	lostPart = `, "task_result": [{"data": "i-1", "status": "success"}, {"data": "i-2", "status": "failed"}]`
	lostNode = lostPart + `, "error": {"code": "NodeNotReady", "message": "node i-2 is NotReady"}`
)

// poolTask is a timeline with the upgrade of a node pool in a state, with more fields.
func poolTask(state, more string) string {
	return `[{"phase": "idle", "tasks": [{"task_id": "T-5fd211e924e1d00787000001", "task_type": "nodepool_upgrade", "state": "` + state + `"` + more + `}]}]`
}

// plays has every file under examples/, and each way it can go.
var plays = map[string][]play{
	"readme/main.tf": {
		{`[{"polls": 1, "phase": "idle"}, {"phase": "succeeded"}]`, false, "Apply complete! Resources: 1 added"},
		{broken, true, gateClosed("failed")},
	},
	"provider/provider.tf": {
		{idle, false, "Apply complete! Resources: 1 added"},
		{inProgress, true, isRunning},
	},
	"data-sources/ackupgrade_status/data-source.tf": {
		{idle, false, `upgrade = "Cluster ` + clusterID + `: idle, no upgrade is under way`},
		{inProgress, false, `upgrade = "` + isRunning},
		{broken, false, `upgrade = "` + isBroken},
	},
	"data-sources/ackupgrade_status/precondition.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{inProgress, true, isRunning},
		{broken, true, isBroken},
	},
	"data-sources/ackupgrade_status/postcondition.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{broken, true, isBroken},
		{inProgress, true, isRunning},
	},
	"data-sources/ackupgrade_status/check.tf": {
		{idle, false, "Apply complete! Resources: 0 added"},
		{inProgress, false, "Warning: Check block assertion failed"},
		{inProgress, false, isRunning},
	},
	"data-sources/ackupgrade_status/wait.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{broken, true, isBroken},
		{`[{"phase": "paused"}]`, true, summary.UpgradePaused(summary.Cluster(clusterID))},
	},
	"data-sources/ackupgrade_statuses/data-source.tf": {
		{over, false, "[id=2 clusters: 2 succeeded]"},
		{inProgress, false, `by_phase = tomap({ "running" = tolist([ "` + clusterID + `"`},
	},
	"data-sources/ackupgrade_tasks/data-source.tf": {
		{poolTask("running", ""), false, `upgrades = [ "nodepool_upgrade: running", ]`},
		{poolTask("running", ""), false, "complete = true"},
	},
	"data-sources/ackupgrade_tasks/failed.tf": {
		{poolTask("failed", lostNode), false, `failed_nodes = [ "i-2", ]`},
		{poolTask("failed", lostNode), false, `reasons = [ "Task T-5fd211e924e1d00787000001 (nodepool_upgrade) of cluster ` + clusterID +
			`: failed, stage DrainNodes, failed parts: i-2: node i-2 is NotReady", ]`},
		{idle, false, "reasons = []"},
	},
	"data-sources/ackupgrade_task/data-source.tf": {
		{poolTask("success", lostPart), false, `task = "Task T-5fd211e924e1d00787000001 (nodepool_upgrade) of cluster ` + clusterID + `: failed, failed parts: i-2"`},
		{idle, true, "Task T-5fd211e924e1d00787000001 not found"},
	},
	"data-sources/ackupgrade_task/wait.tf": {
		{poolTask("success", ""), false, "Apply complete! Resources: 1 added"},
		{poolTask("failed", lostNode), true, "Task gate closed: task T-5fd211e924e1d00787000001 failed (phase failed)"},
	},
	"ephemeral-resources/ackupgrade_statuses/ephemeral-resource.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{broken, true, gateClosed("failed")},
	},
	"ephemeral-resources/ackupgrade_status/ephemeral-resource.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{`[{"polls": 1, "phase": "running"}, {"phase": "succeeded"}]`, false, "Apply complete! Resources: 1 added"},
		{broken, true, gateClosed("failed")},
	},
	"data-sources/ackupgrade_status/require_phases.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{broken, true, gateClosed("failed")},
	},
	"data-sources/ackupgrade_status/source.tf": {
		{idle, false, `cluster = "state running, version 1.32.1-aliyun.1"`},
		{inProgress, false, `upgrade = "` + isRunning},
	},
	"data-sources/ackupgrade_status/scope.tf": {
		{idle, false, "Apply complete! Resources: 1 added"},
		{inProgress, true, isRunning},
		{nodePool, true, isRunning},
		{addon, true, isRunning},
	},
	"data-sources/ackupgrade_status/require_version.tf": {
		{over, false, "Apply complete! Resources: 1 added"}, // It went to 1.33.1-aliyun.1.
		{idle, true, "Cluster " + clusterID + " does not run Kubernetes >= 1.33"},
		{inProgress, true, gateClosed("running")},
	},
	"guides/when-getupgradestatus-is-gone/source.tf": {
		{idle, false, `source = "upgrade_status"`},
	},
	"data-sources/ackupgrade_clusters/data-source.tf": {
		{over, false, `by_phase = tomap({ "succeeded" = tolist([ "` + clusterID + `", "c206f377e16f34eb1808d6b9362c9abcd", ]) }) versions = { "` + clusterID + `" = "1.33.1-aliyun.1"`},
	},
	"data-sources/ackupgrade_plans/data-source.tf": {
		{idle, false, `complete = true planned = []`},
		{planned, false, `"` + clusterID + `: CLUSTER_UPGRADE_MASTER, Scheduled, expected to begin at 20`},
	},
	"data-sources/ackupgrade_status/quiet_before.tf": {
		{idle, false, `next_upgrade = "none is planned"`},
		{strings.Replace(planned, "20m", "5h", 1), false, `next_upgrade = "20`},
		{planned, true, "Upgrade gate closed: an upgrade of cluster " + clusterID + " is planned to begin in "},
		{inProgress, true, isRunning},
	},
	"resources/ackupgrade_wait/resource.tf": {
		{over, false, "Apply complete! Resources: 2 added"},
		{broken, true, gateClosed("failed")},
		{`[{"phase": "paused"}]`, true, summary.UpgradePaused(summary.Cluster(clusterID))},
	},
	"actions/ackupgrade_wait/action.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{broken, true, gateClosed("failed")},
	},
}

// afterWithdrawal has the examples that are run once more, with GetUpgradeStatus withdrawn. They show the same as before,
// but for the step of an upgrade that failed, which the tasks do not name.
var afterWithdrawal = map[string][]play{
	"guides/when-getupgradestatus-is-gone/source.tf": {
		{idle, false, `source = "tasks"`},
	},
	"data-sources/ackupgrade_status/precondition.tf": {
		{over, false, "Apply complete! Resources: 1 added"},
		{inProgress, true, isRunning},
		{broken, true, strings.Replace(isBroken, ", step upgrading", "", 1)},
	},
	"ephemeral-resources/ackupgrade_status/ephemeral-resource.tf": {
		{`[{"polls": 1, "phase": "running"}, {"phase": "succeeded"}]`, false, "Apply complete! Resources: 1 added"},
		{broken, true, gateClosed("failed")},
	},
}

func TestEveryExampleRuns(t *testing.T) {
	t.Parallel()
	root := filepath.Join("..", "..", "examples")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".tf" {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		name = filepath.ToSlash(name)
		if strings.HasPrefix(name, "guides/authentication/") { // TestEveryWayInOfTheGuideWorks has these.
			return nil
		}
		if _, ok := guideExamples[strings.TrimPrefix(filepath.ToSlash(filepath.Dir(name)), "guides/")]; ok { // TestEveryExampleOfTheGuidesRuns has these.
			return nil
		}
		if name == "guides/many-accounts/workers/main.tf" { // A module of one of these.
			return nil
		}
		if strings.HasPrefix(name, "gates/") { // TestEveryGateOfTheGuideRuns has these.
			return nil
		}
		if len(plays[name]) == 0 {
			t.Errorf("examples/%s is run nowhere: add it to plays", name)
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, p := range plays[name] {
			t.Run(name+", "+p.shows, func(t *testing.T) {
				t.Parallel()
				runExample(t, string(text), p)
			})
		}
		for _, p := range afterWithdrawal[name] {
			t.Run(name+" after the withdrawal, "+p.shows, func(t *testing.T) {
				t.Parallel()
				runExample(t, string(text), p, "GetUpgradeStatus")
			})
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// runExample applies an example without changes, against a simulator over HTTPS without the withdrawn operations. The environment
// alone has the endpoint.
func runExample(t *testing.T, text string, p play, withdrawn ...string) {
	t.Helper()
	simulator, server := simulate(t, p.timeline, acksim.Options{TLS: true})
	for _, operation := range withdrawn {
		if err := simulator.Withdraw(operation); err != nil {
			t.Fatal(err)
		}
	}
	certificate := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(certificate, server.CertificatePEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	w := workspace(t, text, "ALIBABA_CLOUD_ENDPOINT_CS="+server.Endpoint(), "SSL_CERT_FILE="+certificate)
	if output, err := w.Run(t.Context(), "validate", "-no-color"); err != nil {
		t.Fatalf("validate: %v\n%s", err, output)
	}
	output, err := w.Run(t.Context(), "apply", "-auto-approve", "-no-color")
	if failed := err != nil; failed != p.fails {
		t.Errorf("failed: %t (%v), want %t", failed, err, p.fails)
	}
	if !strings.Contains(unwrap(output), unwrap(p.shows)) {
		t.Errorf("%q is not shown in:\n%s", p.shows, output)
	}
	t.Log(output)
}

// unwrap undoes the CLI's wrapping of lines and its frames.
func unwrap(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}
