package acksim

import (
	"bytes"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
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
				at := operation.Page{Number: page, Size: 10}
				if o.OfRegion() {
					body := o.RenderRegion(s.regionRequest(o, gateway.Claim{RegionID: "cn-hangzhou"}, at, &Request{Time: time.Now()}))
					if response.XML.Response(o.Action, body); !json.Valid(body) {
						t.Fatalf("%s responds with what is not JSON: %q", o.Action, body)
					}
					continue
				}
				r := operation.Request{Page: at}
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

// FuzzParseScenario checks that any file is either refused with a *document.Error that names a line
// of the file, or can be played.
func FuzzParseScenario(f *testing.F) {
	f.Add([]byte(scenario.Default()))
	f.Add([]byte(`{"access_keys":[{"id":"a","secret":"b","security_token":"c","expires":"1m"}],"format":"xml"}`))
	f.Add([]byte(`{` + key + `,"clusters":{"c":{"timeline":[{"for":"1s","phase":"idle","responses":{"GetUpgradeStatus":[1,{"a":[null]}]}},{"http":{"headers":{"a":"b"}}}]}}}`))
	f.Add([]byte("{\n\"access_keys\": [[[]]]}"))
	f.Add([]byte(`{` + key + `,"metadata":{"role":"a","v1":false},"credentials_uri":{"path":"/a","http":{"status":404}}}`))
	f.Add([]byte(`{` + key + `,"cluster_list":{"moves":"up","total":"page"},"clusters":{"c":{"count":3,"plans":[{"start":"1ns"},{"type":"CVE_FIX","start":"-1h","state":"Executed","count":9}],"timeline":[{"phase":"idle"}]}}}`))
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
		if len(plan.AllClusters()) > 1000 {
			return
		}
		for id := range plan.AllClusters() {
			if played++; played <= 5 && s.Knows(id) { // A list that moves up has lost some.
				play(t, s, id)
			}
		}
	})
}
