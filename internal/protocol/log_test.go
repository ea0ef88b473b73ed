package protocol

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
)

// A CLI drops the lines of a provider's log that are below its own level. The provider does not write them.
func TestTheProviderLogsNoMoreThanTheCLIShows(t *testing.T) {
	t.Parallel()
	_, endpoint := simulate(t, `"c1": {"timeline": [{"phase": "succeeded"}]}`)
	for name, test := range map[string]struct {
		env  []string
		want []string // The levels of the lines.
	}{
		"no level":                            {},
		"off":                                 {env: []string{"TF_LOG=OFF"}},
		"info":                                {env: []string{"TF_LOG=INFO"}, want: []string{"info"}},
		"debug for providers":                 {env: []string{"TF_LOG_PROVIDER=debug"}, want: []string{"debug", "info"}},
		"the level for providers comes first": {env: []string{"TF_LOG=TRACE", "TF_LOG_PROVIDER=INFO"}, want: []string{"info"}},
		"trace":                               {env: []string{"TF_LOG=TRACE"}, want: []string{"debug", "info", "trace"}},
		"JSON is trace":                       {env: []string{"TF_LOG=JSON"}, want: []string{"debug", "info", "trace"}},
		"an unknown level is trace":           {env: []string{"TF_LOG=1"}, want: []string{"debug", "info", "trace"}},
		"a level for this provider": {
			env: []string{"TF_LOG_PROVIDER=TRACE", "TF_LOG_PROVIDER_ACKUPGRADE=INFO", "TF_LOG_SDK=ERROR"}, want: []string{"info"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			p := startLogging(t, endpoint, &log, test.env...)
			if _, diags := invoke(t, p, map[string]any{"cluster_id": "c1"}); len(diags) > 0 {
				t.Fatal(diags)
			}
			p.Close() // It returns when all lines are read.
			if got := levels(t, log.String()); !slices.Equal(got, test.want) {
				t.Errorf("the log has lines of the levels %q, want %q:\n%.2000s", got, test.want, log.String())
			}
		})
	}
}

// levels returns the levels of the lines of a log, each once, sorted. It leaves out the two that go-plugin writes when it starts:
// it has no level, and writes no caller.
func levels(t *testing.T, log string) []string {
	t.Helper()
	seen := make(map[string]bool)
	for line := range strings.Lines(log) {
		var entry struct {
			Level  string `json:"@level"`
			Caller string `json:"@caller"`
		}
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Errorf("%q: %v", line, err)
		}
		if entry.Caller != "" {
			seen[entry.Level] = true
		}
	}
	return slices.Sorted(maps.Keys(seen))
}
