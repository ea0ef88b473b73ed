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

func TestLine(t *testing.T) {
	for name, test := range map[string]struct {
		text  string
		limit int
		want  string
	}{
		"white space is folded":                     {" a \r\n\t b\u2028c ", 80, "a b c"},
		"controls of a terminal":                    {"\x1b[31mred\x07", 80, "[31mred"},
		"an introducer of a control beyond ASCII":   {"a\u009b31mb\u0085c", 80, "a 31mb c"},
		"marks that turn the text":                  {"a\u202eb\u2066c\u200fd", 80, "a b c d"},
		"what is not seen":                          {"a\u200bb\ufeffc\u00add\U000e0041e", 80, "a b c d e"},
		"a text that is cut":                        {"abcdef", 4, "abc…"},
		"a text that is cut where there is a space": {"abc def", 4, "abc…"},
		"letters of any language":                   {"升级失败 é", 80, "升级失败 é"},
	} {
		if got := Line(test.text, test.limit); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
