package upgrade

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// upgradeTask is an upgrade of the control plane that was created at moment 1.
func upgradeTask(state string) ack.ClusterTask {
	return ack.ClusterTask{ID: word("T-1"), Type: word("cluster_upgrade"), State: word(state), Created: moment(1)}
}

func failedTask(message string) ack.ClusterTask {
	task := upgradeTask("Failed")
	task.ErrorCode, task.ErrorMessage = word("NodeNotReady"), &message
	return task
}

func TestTheMirroredFieldsOfEachPhase(t *testing.T) {
	for name, test := range map[string]struct {
		tasks   []ack.ClusterTask
		cluster string
		want    Reading // Its phase, and the fields of GetUpgradeStatus.
	}{
		"idle": {nil, "running", Reading{Phase: PhaseIdle, UpgradeStep: ptr("not_start")}},
		"running, by its task": {
			[]ack.ClusterTask{upgradeTask("Running")},
			"running",
			Reading{Phase: PhaseRunning, Status: ptr("running"), UpgradeStep: ptr("upgrading"), UpgradeTask: &Task{Status: ptr("Running")}, TaskID: ptr("T-1")},
		},
		"running, by its cluster": {
			nil, "Upgrading",
			Reading{Phase: PhaseRunning, Status: ptr("running"), UpgradeStep: ptr("upgrading")},
		},
		"running, by its cluster, after its task": {
			[]ack.ClusterTask{upgradeTask("success")},
			"updating",
			Reading{Phase: PhaseRunning, Status: ptr("running"), UpgradeStep: ptr("upgrading"), UpgradeTask: &Task{Status: ptr("success")}, TaskID: ptr("T-1")},
		},
		"paused": {
			[]ack.ClusterTask{upgradeTask("paused")},
			"running",
			Reading{Phase: PhasePaused, Status: ptr("pause"), UpgradeStep: ptr("pause"), UpgradeTask: &Task{Status: ptr("paused")}, TaskID: ptr("T-1")},
		},
		"succeeded": {
			[]ack.ClusterTask{upgradeTask("SUCCESS")},
			"running",
			Reading{Phase: PhaseSucceeded, Status: ptr("success"), UpgradeStep: ptr("success"), UpgradeTask: &Task{Status: ptr("SUCCESS")}, TaskID: ptr("T-1")},
		},
		"failed": {
			[]ack.ClusterTask{failedTask("node is down")},
			"running",
			Reading{
				Phase: PhaseFailed, Status: ptr("fail"), UpgradeTask: &Task{Status: ptr("Failed"), Message: ptr("node is down")},
				ErrorMessage: ptr("node is down"), TaskID: ptr("T-1"),
			},
		},
		"unknown, by its task": {
			[]ack.ClusterTask{upgradeTask("{}")},
			"running",
			Reading{Phase: PhaseUnknown, UpgradeTask: &Task{Status: ptr("{}")}, TaskID: ptr("T-1")},
		},
		"unknown, by its cluster": {nil, "-", Reading{Phase: PhaseUnknown}},
	} {
		t.Run(name, func(t *testing.T) {
			got := readPlain(test.tasks, word(test.cluster), []Scope{ScopeControlPlane})
			want := test.want
			want.ClusterID, want.Source, want.ClusterState = "c1", SourceTasks, word(test.cluster)
			if diff := cmp.Diff(&want, got, cmpopts.IgnoreFields(Reading{}, "Response"), cmpopts.IgnoreUnexported(Reading{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAReadingOfTasksHasTheVersionAndTheRequestID(t *testing.T) {
	detail := &ack.ClusterDetail{Response: ack.Response{RequestID: "R"}, State: ptr("running"), CurrentVersion: ptr("1.33.3-aliyun.1")}
	got := fromTasks("c1", &taskSummary{}, detail)
	if got.RequestID != "R" || *got.CurrentVersion != "1.33.3-aliyun.1" || got.TaskID != nil || got.UpgradeTask != nil {
		t.Errorf("got %+v", got)
	}
}

func TestSummaryOfTasks(t *testing.T) {
	undated, unknownType := upgradeTask("success"), upgradeTask("running")
	undated.Created, unknownType.Type = moment(0), ptr("cluster_rebalance\n")
	sameTime := failedTask("m")
	sameTime.ID, sameTime.ErrorMessage = ptr("T-2"), nil
	similar := upgradeTask("success")
	similar.Similar = "State"
	for name, test := range map[string]struct {
		tasks   []ack.ClusterTask
		cluster string
		want    string
	}{
		"idle":      {nil, "running", "idle, no upgrade is under way, step not_start"},
		"running":   {nil, "upgrading", "the upgrade is running, step upgrading"},
		"paused":    {[]ack.ClusterTask{upgradeTask("paused")}, "running", "the upgrade is paused, step pause"},
		"succeeded": {[]ack.ClusterTask{upgradeTask("success")}, "running", "the last upgrade succeeded, step success"},
		"failed": {
			[]ack.ClusterTask{failedTask("node cn-hangzhou.192.168.0.1\n  is NotReady\x1b[31m")},
			"running",
			"the last upgrade failed: node cn-hangzhou.192.168.0.1 is NotReady [31m",
		},
		"no cluster state": {nil, "-", `the state of the upgrade is unknown (no upgrade task found, cluster in state none)`},
		"a state that is not known": {
			[]ack.ClusterTask{upgradeTask("rolling\nback")},
			"running",
			`the state of the upgrade is unknown (newest upgrade task "cluster_upgrade" in state "rolling\nback", cluster in state "running")`,
		},
		"a task without a time": {
			[]ack.ClusterTask{undated},
			"running",
			`the state of the upgrade is unknown (newest upgrade task "cluster_upgrade" in state "success", cluster in state "running", ` +
				`the task "T-1" has no creation time)`,
		},
		"two tasks of one time": {
			[]ack.ClusterTask{upgradeTask("success"), sameTime},
			"running",
			`the state of the upgrade is unknown (newest upgrade task "cluster_upgrade" in state "success", cluster in state "running", ` +
				`the tasks "T-1" and "T-2" were created at the same time)`,
		},
		"a type that is not known": {
			[]ack.ClusterTask{unknownType},
			"running",
			`the state of the upgrade is unknown (no upgrade task found, cluster in state "running", a task of the unknown type "cluster_rebalance\n" has the state "running")`,
		},
		"a similar field of a task": {
			[]ack.ClusterTask{similar},
			"running",
			`the state of the upgrade is unknown (newest upgrade task "cluster_upgrade" in state "success", cluster in state "running", and a field with the similar name "State")`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			got := readPlain(test.tasks, word(test.cluster), []Scope{ScopeControlPlane}).Summary()
			if want := "Cluster c1: " + test.want; got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			holdToOneLine(t, got)
		})
	}
}

// Any text of a response can have any content. The summary stays one line of a limited length, and a phase with such a value
// stays unknown.
func TestASummaryIsAlwaysOneLine(t *testing.T) {
	for name, text := range map[string]string{
		"very long":        strings.Repeat("x", 1<<20),
		"many underscores": "st" + strings.Repeat("_", 1<<16) + "ate",
		"line ends":        strings.Repeat("\r\n\u2028\x1b", 1000),
		"quotes":           strings.Repeat(`"\`, 1000),
		"no UTF-8":         strings.Repeat("\xff\xfe", 1000),
		"wide letters":     strings.Repeat("升", 1000),
	} {
		t.Run(name, func(t *testing.T) {
			for _, task := range []ack.ClusterTask{
				{ID: &text, Type: ptr("cluster_upgrade"), State: &text, Similar: text, ErrorMessage: &text},
				{ID: &text, Type: &text, State: &text, Similar: text, Created: moment(1), ErrorMessage: &text},
				{ID: &text, Type: ptr("cluster_upgrade"), State: ptr("success"), Created: moment(1), ErrorMessage: &text},
			} {
				var s taskSummary
				s.add(task, Scopes())
				s.add(ack.ClusterTask{ID: &text, Type: ptr("cluster_upgrade"), State: ptr("failed"), Created: task.Created, ErrorMessage: &text}, Scopes())
				r := fromTasks("c1", &s, &ack.ClusterDetail{State: &text, CurrentVersion: &text, Similar: text})
				if r.Phase != PhaseUnknown {
					t.Errorf("got %s", r.Phase)
				}
				if strings.ContainsAny(r.Summary(), "\n\r\x1b\u2028") || len(r.Summary()) > 1<<13 {
					t.Errorf("%d bytes: %.100q...", len(r.Summary()), r.Summary())
				}
			}
		})
	}
}

// A field with a similar name may contain the real value, so the other field must not open a gate.
func TestAFieldWithASimilarNameKeepsTheGateClosed(t *testing.T) {
	similar := upgradeTask("success")
	similar.Similar = "State"
	if r := readPlain([]ack.ClusterTask{similar}, ptr("running"), Scopes()); r.Phase != PhaseUnknown {
		t.Errorf("in a task: %s", r.Phase)
	}
	var s taskSummary
	s.add(upgradeTask("success"), Scopes())
	if r := fromTasks("c1", &s, &ack.ClusterDetail{State: ptr("running"), Similar: "State"}); r.Phase != PhaseUnknown {
		t.Errorf("in the cluster: %s", r.Phase)
	}
	s = taskSummary{}
	if r := fromTasks("c1", &s, &ack.ClusterDetail{State: ptr("running"), Similar: "State"}); r.Phase != PhaseUnknown {
		t.Errorf("in a cluster without tasks: %s", r.Phase)
	}
}
