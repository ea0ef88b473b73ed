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
	l := newPollLog()
	for i := range 121 { // An hour.
		phase := upgrade.PhaseRunning
		if i > 100 {
			phase = upgrade.PhasePaused
		}
		l.poll(ctx, upgrade.Poll{
			Number: i + 1, Elapsed: time.Duration(i) * 30 * time.Second, Changed: i == 0 || i == 101, Reading: &upgrade.Reading{Phase: phase},
		})
	}
	entries, err := tflogtest.MultilineJSONDecode(&log)
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	for _, entry := range entries {
		if message, _ := entry["@message"].(string); entry["@level"] == "info" {
			elapsed, _ := entry["elapsed"].(string)
			told = append(told, strings.TrimPrefix(message, "The phase of the upgrade is ")+" at "+elapsed)
		}
	}
	const want = "now running at 0s, still running at 5m, still running at 10m, still running at 15m, still running at 20m, still running at 25m, " +
		"still running at 30m, still running at 35m, still running at 40m, still running at 45m, still running at 50m, " +
		"now paused at 50m30s, still paused at 55m30s"
	if got := strings.Join(told, ", "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
