package acksim

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

const key = `"access_keys": [{"id": "testak", "secret": "testsk"}]`

// play has each operation report a cluster in each step, first and second page.
func play(t *testing.T, s *Simulator, id string) {
	t.Helper()
	steps := s.clusters[id].spec.Timeline
	if len(steps) > 20 {
		return
	}
	for range steps {
		for _, o := range operation.All() {
			for page := 1; page <= 2; page++ {
				r := operation.Request{Page: operation.Page{Number: page, Size: 10}}
				step, render := s.clusters[id].report(o, r, &Request{Time: time.Now()})
				if step.HTTP != nil {
					continue
				}
				body := render()
				response.XML.Response(o.Action, body)
				if !json.Valid(body) {
					t.Fatalf("%s responds with what is not JSON: %q", o.Action, body)
				}
			}
		}
	}
}

// FuzzParseScenario holds that whatever is written in a file is either refused with a *document.Error that names a line
// of the file, or can be played.
func FuzzParseScenario(f *testing.F) {
	f.Add([]byte(scenario.Default()))
	f.Add([]byte(`{"access_keys":[{"id":"a","secret":"b","security_token":"c","expires":"1m"}],"format":"xml"}`))
	f.Add([]byte(`{` + key + `,"clusters":{"c":{"timeline":[{"for":"1s","phase":"idle","responses":{"GetUpgradeStatus":[1,{"a":[null]}]}},{"http":{"headers":{"a":"b"}}}]}}}`))
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
		s, err := New(plan)
		if err != nil {
			t.Fatalf("read, but not playable: %v", err)
		}
		played := 0
		for id := range plan.Clusters {
			if played++; played <= 5 {
				play(t, s, id)
			}
		}
	})
}
