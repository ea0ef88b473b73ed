package display

import (
	"testing"
	"time"
)

func TestDuration(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                     "0s",
		1234567 * time.Nanosecond:             "1ms",
		1234 * time.Millisecond:               "1.2s",
		9960 * time.Millisecond:               "10s",
		61 * time.Second:                      "1m1s",
		10 * time.Minute:                      "10m",
		time.Hour:                             "1h",
		90 * time.Minute:                      "1h30m",
		100*time.Hour + 10*time.Second:        "100h0m10s",
		10*time.Second + time.Millisecond:     "10s",
		20*time.Minute + 500*time.Microsecond: "20m",
	} {
		if got := Duration(d); got != want {
			t.Errorf("%d: got %s, want %s", d, got, want)
		}
	}
}
