package upgrade

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// FuzzTasksPhase compares the phase of any tasks, in any order, in a cluster of any state, with the table of the design, and
// checks the guarantees of a gate.
//
// Types and states have one value per line, and times one per byte: hours, with 0 for an unreadable time. The bits of flags are
// the three scopes, then whether the cluster's state is missing, whether there is a field with a similar name, and which of the
// first tasks have such a field, or have no type, or no state.
func FuzzTasksPhase(f *testing.F) {
	f.Add("cluster_upgrade", "success", []byte{1}, "running", uint32(1))
	f.Add("cluster_upgrade\nnodepool_upgrade\ncluster_rebalance", "success\nrunning\nfailed", []byte{3, 2, 1}, "Upgrading", uint32(7))
	f.Fuzz(func(t *testing.T, types, states string, times []byte, cluster string, flags uint32) {
		if !utf8.ValidString(types + states + cluster) {
			return // The decoder removes such bytes.
		}
		scopes := allScopes()[flags&7%7]
		detail := &ack.ClusterDetail{State: &cluster}
		clusterKind := "unknown"
		if known, ok := clusterStates[strings.ToLower(strings.TrimSpace(cluster))]; ok && flags&8 == 0 && flags&16 == 0 {
			clusterKind = known
		}
		if flags&8 != 0 {
			detail.State = nil
		}
		if flags&16 != 0 {
			detail.Similar = "State"
		}
		var (
			read  []ack.ClusterTask
			plain []plainTask
			state = strings.Split(states, "\n")
		)
		for i, taskType := range strings.Split(types, "\n") {
			if i == 12 {
				break
			}
			task := ack.ClusterTask{ID: ptr(fmt.Sprint("t", i)), Type: &taskType, State: &state[i%len(state)]}
			if i < len(times) {
				task.Created = moment(int(times[i]))
			}
			has := func(bit int) bool { return i < 8 && flags>>(8+bit)>>i&1 != 0 }
			if has(0) {
				task.Similar = "State"
			}
			if has(8) {
				task.Type = nil
			}
			if has(16) {
				task.State = nil
			}
			read = append(read, task)
			one := plainTask{kind: plainKind(task.Type), state: plainState(task.State)}
			if task.Similar != "" {
				one.state = "unknown"
			}
			if i < len(times) {
				one.created = int(times[i])
			}
			plain = append(plain, one)
		}
		want := Phase(tasksPhase(plain, clusterKind, scopes))
		holdToRest(t, want, plain, clusterKind, scopes)
		for range 2 {
			var s taskSummary
			for _, task := range read {
				s.add(task, scopes)
			}
			r := fromTasks("c1", &s, detail)
			if r.Phase != want || !slices.Contains(Phases(), r.Phase) {
				t.Errorf("%v, %v, cluster %s: got %s, want %s", plain, scopes, clusterKind, r.Phase, want)
			}
			holdToOneLine(t, r.Summary())
			if (r.TaskID == nil) != (r.UpgradeTask == nil) || r.Phase == PhaseSucceeded && r.UpgradeTask == nil {
				t.Errorf("%s with the task %v", r.Phase, r.TaskID)
			}
			slices.Reverse(read) // The order does not matter.
		}
	})
}

var (
	nodePoolType = regexp.MustCompile(`^nodepool.*(upgrade|update|cve_fix|rollout)`)
	addonType    = regexp.MustCompile(`addon`)
	upgradeType  = regexp.MustCompile(`upgrade`)
	poolType     = regexp.MustCompile(`^nodepool`)
)

// plainKind returns the kind of a type, implemented in another way than the code under test.
func plainKind(taskType *string) string {
	if taskType == nil {
		return "unclassified"
	}
	name := strings.ToLower(strings.TrimSpace(*taskType))
	if kind, ok := taskKinds[name]; ok && name != "-" {
		return kind
	}
	switch {
	case nodePoolType.MatchString(name):
		return "node pool"
	case addonType.MatchString(name):
		return "add-on"
	case upgradeType.MatchString(name) && !poolType.MatchString(name):
		return "control plane"
	default:
		return "unclassified"
	}
}

func plainState(state *string) string {
	if state == nil {
		return "unknown"
	}
	if kind, ok := taskStates[strings.ToLower(strings.TrimSpace(*state))]; ok {
		return kind
	}
	return "unknown"
}
