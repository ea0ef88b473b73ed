package acksim

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

const key = `"access_keys": [{"id": "testak", "secret": "testsk"}]`

// FuzzParseScenario holds that whatever is written in a file is either refused with a *document.Error that names a line
// of the file, or can be played.
func FuzzParseScenario(f *testing.F) {
	f.Add([]byte(scenario.Default()))
	f.Add([]byte(`{"access_keys":[{"id":"a","secret":"b","security_token":"c","expires":"1m"}],"format":"xml"}`))
	f.Add([]byte(`{` + key + `,"clusters":{"c":{"timeline":[{"for":"1s","answer":[1,{"a":[null]}]},{"http":{"headers":{"a":"b"}}}]}}}`))
	f.Add([]byte("{\n\"access_keys\": [[[]]]}"))
	f.Add([]byte(`{` + key + `,"metadata":{"role":"a","v1":false},"credentials_uri":{"path":"/a","http":{"status":404}}}`))
	f.Add([]byte("\ufeff{}"))
	f.Fuzz(func(t *testing.T, data []byte) {
		plan, err := scenario.Parse(data)
		if err != nil {
			var problem *document.Error
			if !errors.As(err, &problem) {
				t.Fatalf("%v is a %T, not a *document.Error", err, err)
			}
			if most := 1 + bytes.Count(data, []byte("\n")); problem.Line > most {
				t.Fatalf("%v: the file has %d lines", err, most)
			}
			return
		}
		if _, err := New(plan); err != nil {
			t.Fatalf("read, but not playable: %v", err)
		}
		for _, cluster := range plan.Clusters {
			for _, step := range cluster.Timeline {
				render(action, step, response.XML)
				if got := render(action, step, response.JSON); step.HTTP == nil && !json.Valid(got.Body) {
					t.Fatalf("responds with what is not JSON: %q", got.Body)
				}
			}
		}
	})
}
