package upgrade

import (
	"fmt"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

// BenchmarkPhase determines the phase by each of the two tables: from a status, and from a page of a hundred tasks.
func BenchmarkPhase(b *testing.B) {
	b.Run("status", func(b *testing.B) {
		running, upgrading := "running", "upgrading"
		status := &ack.UpgradeStatus{Status: &running, UpgradeStep: &upgrading, UpgradeTask: &ack.UpgradeTask{Status: &running}}
		b.ReportAllocs()
		for b.Loop() {
			if phase := phaseOfStatus(status); phase != PhaseRunning {
				b.Fatal(phase)
			}
		}
	})
	b.Run("tasks", func(b *testing.B) {
		types, state := "nodepool_upgrade", "success"
		tasks := make([]ack.ClusterTask, 100)
		for i := range tasks {
			id := fmt.Sprintf("T-%05d", i)
			tasks[i] = ack.ClusterTask{ID: &id, Type: &types, State: &state, Created: time.Unix(int64(1_800_000_000-i), 0)}
		}
		b.ReportAllocs()
		for b.Loop() {
			var s taskSummary
			for _, t := range tasks {
				s.add(t, []Scope{ScopeNodePools})
			}
			if phase := s.phase(clusterAtRest); phase != PhaseSucceeded {
				b.Fatal(phase)
			}
		}
	})
}
