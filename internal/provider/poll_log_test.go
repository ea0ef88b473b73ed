package provider

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

func TestALongWaitIsNeverSilent(t *testing.T) {
	var log bytes.Buffer
	ctx := tflogtest.RootLogger(t.Context(), &log)
	l := newPollLog(nil)
	for i := range 121 { // An hour.
		phase := upgrade.PhaseRunning
		if i > 100 {
			phase = upgrade.PhasePaused
		}
		l.poll(ctx, upgrade.Poll{
			Number: i + 1, Elapsed: time.Duration(i) * 30 * time.Second, Changed: i == 0 || i == 101, Reading: &upgrade.Reading{ClusterID: "c1", Phase: phase},
		})
	}
	entries, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	var logged []string
	for _, entry := range entries {
		if message, _ := entry["@message"].(string); entry["@level"] == "info" {
			logged = append(logged, strings.TrimPrefix(message, "Cluster c1: the upgrade is "))
		}
	}
	const want = "running (waited 0s, 1 poll), running (waited 5m, 11 polls), running (waited 10m, 21 polls), running (waited 15m, 31 polls), " +
		"running (waited 20m, 41 polls), running (waited 25m, 51 polls), running (waited 30m, 61 polls), running (waited 35m, 71 polls), " +
		"running (waited 40m, 81 polls), running (waited 45m, 91 polls), running (waited 50m, 101 polls), " +
		"paused (waited 50m30s, 102 polls), paused (waited 55m30s, 112 polls)"
	if got := strings.Join(logged, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
