package response

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestAnyJSONCanBeEncodedAsXML(t *testing.T) {
	for body, want := range map[string]string{
		` {"b": 1.50, "a": true} `:                      `<b>1.50</b><a>true</a>`,
		`{"a": null, "b": {}, "c": ""}`:                 `<b></b><c></c>`,
		`{"a": [1, {"b": 2}, [3], null]}`:               `<a>1</a><a><b>2</b></a><a>3</a>`,
		`{"a b": {"c": 1}, "": 2, "1a": 3, "é.1-_": 4}`: `<é.1-_>4</é.1-_>`,
		`[1, "<"]`:            `<item>1</item><item>&lt;</item>`,
		`"a \u0026 \u0000 b"`: "a &amp; \uFFFD b",
		`null`:                ``,
		`{"upgrade_task": {"upgrade_task": "x"}}`: `<upgrade_task><upgrade_task>x</upgrade_task></upgrade_task>`,
	} {
		got := string(toXML(json.RawMessage(body)))
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", body, got, want)
		}
		decoder := xml.NewDecoder(strings.NewReader(string(toRootedXML("Root", json.RawMessage(body)))))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", body, err)
				break
			}
		}
	}
}
