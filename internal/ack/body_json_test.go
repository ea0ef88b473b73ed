package ack

import (
	"encoding/json"
	"testing"
)

// FuzzJSONText compares a decoded text with the result of encoding/json.
func FuzzJSONText(f *testing.F) {
	for _, text := range []string{
		`"abc"`, `""`, `"\""`, `"\\\/\b\f\n\r\t"`, `"\u00e9\u00E9"`, `"\ud83d\ude00"`, `"\ud83d"`, `"\ud83d\n"`, `"\ud83d\u0041"`, `"\ude00\ud83d"`,
		`"\ud83d\ud83d\ude00"`, `"\ufffd"`, `"\u0000"`, `"\u2028"`, "\"\xff\\n\xc3\"", "\"\xed\xa0\x80\\t\"", "\"\xf0\x9f\x98\\u0041\"", `"\\u0041"`, `"\uFEFF"`, `"é\\"`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		v, err := readJSON(raw)
		if (err == nil) != json.Valid(trimMark(raw)) {
			t.Fatalf("%q: %v", raw, err)
		}
		if err != nil || !v.isText() {
			return
		}
		var want string
		if err := json.Unmarshal(v.json, &want); err != nil {
			t.Fatal(err)
		}
		if got := v.text(); got != want {
			t.Errorf("%q: got %q, want %q", raw, got, want)
		}
	})
}

func trimMark(raw []byte) []byte {
	if len(raw) >= 3 && string(raw[:3]) == "\xef\xbb\xbf" {
		return raw[3:]
	}
	return raw
}
