package acksim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

func TestEachPhaseHasTheValuesOfTheAPI(t *testing.T) {
	for phase, want := range map[story.Phase]string{
		story.Idle: `{"error_message":"","precheck_report_id":"","status":"","upgrade_step":"not_start",` +
			`"upgrade_task":{"status":"empty","message":"why & what"}}`,
		story.Running: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"running","upgrade_step":"upgrading",` +
			`"upgrade_task":{"status":"running","message":"why & what"}}`,
		story.Paused: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"pause","upgrade_step":"pause",` +
			`"upgrade_task":{"status":"running","message":"why & what"}}`,
		story.Succeeded: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"success","upgrade_step":"success",` +
			`"upgrade_task":{"status":"Success","message":"why & what"}}`,
		story.Failed: `{"error_message":"why & what","precheck_report_id":"acksim-precheck-1","status":"fail","upgrade_step":"upgrading",` +
			`"upgrade_task":{"status":"Failed","message":"why & what"}}`,
		story.Unknown: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"rolling_back","upgrade_step":"upgrading",` +
			`"upgrade_task":{"status":"running","message":"why & what"}}`,
	} {
		t.Run(string(phase), func(t *testing.T) {
			s := start(t, playing(scenario.Step{Phase: phase, Message: "why & what"}))
			w := requestStatus(t, s, clusterID)
			if diff := cmp.Diff(want, w.Body.String()); w.Code != http.StatusOK || diff != "" {
				t.Errorf("%d (-want +got):\n%s", w.Code, diff)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json;charset=utf-8" {
				t.Errorf("content type %q", got)
			}

			var usual struct {
				UpgradeTask struct{ Message string } `json:"upgrade_task"`
			}
			if err := json.Unmarshal([]byte(statusIn(phase)), &usual); err != nil {
				t.Fatal(err)
			}
			if (usual.UpgradeTask.Message == "") != (phase == story.Idle) {
				t.Errorf("without a message of its own: %q", usual.UpgradeTask.Message)
			}
		})
	}
}

func TestTheFormatIsThatOfTheScenarioOrOfTheClient(t *testing.T) {
	const asJSON = `{"status":"running","upgrade_task":{"message":"a<b"}}`
	const asXML = `<status>running</status><upgrade_task><message>a&lt;b</message></upgrade_task>`
	const rooted = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<GetUpgradeStatusResponse>" + asXML + "</GetUpgradeStatusResponse>"
	for name, test := range map[string]struct {
		format response.Format
		accept []string
		want   string
	}{
		"nothing requested":                {response.ByAccept, nil, asJSON},
		"JSON requested":                   {response.ByAccept, []string{"application/json"}, asJSON},
		"XML requested":                    {response.ByAccept, []string{"application/xml"}, asXML},
		"XML requested by its older name":  {response.ByAccept, []string{"text/html, Text/XML;q=0.5"}, asXML},
		"both requested":                   {response.ByAccept, []string{"application/xml, application/json;q=0.1"}, asJSON},
		"both requested in two headers":    {response.ByAccept, []string{"application/xml", "application/json"}, asJSON},
		"anything will do":                 {response.ByAccept, []string{"*/*"}, asJSON},
		"XML rather than anything":         {response.ByAccept, []string{"application/xml, */*;q=0.1"}, asXML},
		"XML, and JSON not at all":         {response.ByAccept, []string{"application/xml, application/json;q=0"}, asXML},
		"a header that cannot be read":     {response.ByAccept, []string{"///,;;q"}, asJSON},
		"JSON in the scenario":             {response.JSON, []string{"application/xml"}, asJSON},
		"XML in the scenario":              {response.XML, []string{"application/json"}, asXML},
		"XML with a root, in the scenario": {response.RootedXML, []string{"application/json"}, rooted},
	} {
		t.Run(name, func(t *testing.T) {
			with := playing(scenario.Step{Phase: story.Running, Responses: map[string]json.RawMessage{action: json.RawMessage(asJSON)}})
			with.Format = test.format
			r := unsigned(t.Context(), clusterID)
			r.Header["Accept"] = test.accept
			w := serve(start(t, with), sign(t, r, longLived, "nonce"))
			if diff := cmp.Diff(test.want, w.Body.String()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			wantType := "application/json;charset=utf-8"
			if test.want != asJSON {
				wantType = "application/xml;charset=utf-8"
			}
			if got := w.Header().Get("Content-Type"); got != wantType {
				t.Errorf("content type %q, want %q", got, wantType)
			}
		})
	}
}

func TestTheGatewayRejectsInXMLIfRequested(t *testing.T) {
	r := unsigned(t.Context(), clusterID)
	r.Header.Set("Accept", "application/xml")
	w := serve(start(t, playing(scenario.Step{Phase: story.Idle})), r)
	id := w.Header().Get("x-acs-request-id")
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n<Error><RequestId>" + id + "</RequestId>" +
		"<Message>The request signature does not conform to Aliyun standards.</Message>" +
		"<Recommend>https://api.aliyun.com/troubleshoot?product=CS&amp;q=IncompleteSignature&amp;requestId=" + id + "</Recommend>" +
		"<HostId>cs.cn-hangzhou.aliyuncs.com</HostId><Code>IncompleteSignature</Code></Error>"
	if diff := cmp.Diff(want, w.Body.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := w.Header().Get("Content-Type"); got != "text/xml;charset=utf-8" {
		t.Errorf("content type %q", got)
	}
}

func TestARawResponseIsSentUnchanged(t *testing.T) {
	for name, test := range map[string]struct {
		raw    response.Raw
		header http.Header
	}{
		"a proxy's page": {
			response.Raw{Status: 502, ContentType: "text/html", Headers: map[string]string{"via": "1.1 p"}, Body: "<h1>no</h1>"},
			http.Header{"Content-Type": {"text/html"}, "Via": {"1.1 p"}, "Content-Length": {"11"}},
		},
		"no content type": {
			response.Raw{Status: 200, Body: "<h1>no</h1>"},
			http.Header{"Content-Length": {"11"}},
		},
		"no body": {
			response.Raw{Status: 204},
			http.Header{},
		},
		"a redirect": {
			response.Raw{Status: 307, Headers: map[string]string{"Location": "https://portal.example/"}},
			http.Header{"Location": {"https://portal.example/"}, "Content-Length": {"0"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(start(t, playing(scenario.Step{HTTP: &test.raw})))
			defer server.Close()
			r := unsigned(t.Context(), clusterID)
			r.RequestURI, r.Host, r.URL.Host = "", "", strings.TrimPrefix(server.URL, "http://")
			response, err := server.Client().Transport.RoundTrip(sign(t, r, longLived, "nonce"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(response.Body)
			if err != nil || string(body) != test.raw.Body || response.StatusCode != test.raw.Status {
				t.Errorf("%d: %q, %v", response.StatusCode, body, err)
			}
			response.Header.Del("Date")
			if diff := cmp.Diff(test.header, response.Header); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
