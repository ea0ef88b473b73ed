package acksim

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEachPhaseIsAnsweredInTheServicesWords(t *testing.T) {
	for phase, want := range map[Phase]string{
		PhaseIdle: `{"error_message":"","precheck_report_id":"","status":"","upgrade_step":"not_start",` +
			`"upgrade_task":{"status":"empty","message":"why & what"}}`,
		PhaseRunning: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"running","upgrade_step":"upgrading",` +
			`"upgrade_task":{"status":"running","message":"why & what"}}`,
		PhasePaused: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"pause","upgrade_step":"pause",` +
			`"upgrade_task":{"status":"running","message":"why & what"}}`,
		PhaseSucceeded: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"success","upgrade_step":"success",` +
			`"upgrade_task":{"status":"Success","message":"why & what"}}`,
		PhaseFailed: `{"error_message":"why & what","precheck_report_id":"acksim-precheck-1","status":"fail","upgrade_step":"upgrading",` +
			`"upgrade_task":{"status":"Failed","message":"why & what"}}`,
		PhaseUnknown: `{"error_message":"","precheck_report_id":"acksim-precheck-1","status":"rolling_back","upgrade_step":"upgrading",` +
			`"upgrade_task":{"status":"running","message":"why & what"}}`,
	} {
		t.Run(string(phase), func(t *testing.T) {
			s := start(t, scenario(Step{Phase: phase, Message: "why & what"}))
			w := ask(t, s, clusterID)
			if diff := cmp.Diff(want, w.Body.String()); w.Code != http.StatusOK || diff != "" {
				t.Errorf("%d (-want +got):\n%s", w.Code, diff)
			}
			if got := w.Header().Get("Content-Type"); got != "application/json;charset=utf-8" {
				t.Errorf("content type %q", got)
			}

			var usual upgradeStatus
			if err := json.Unmarshal(phase.answer(""), &usual); err != nil {
				t.Fatal(err)
			}
			if (usual.UpgradeTask.Message == "") != (phase == PhaseIdle) {
				t.Errorf("without a message of its own: %q", usual.UpgradeTask.Message)
			}
		})
	}
}

func TestTheFormatIsTheScenariosOrElseTheClients(t *testing.T) {
	const asJSON = `{"status":"running","upgrade_task":{"message":"a<b"}}`
	const asXML = `<status>running</status><upgrade_task><message>a&lt;b</message></upgrade_task>`
	const rooted = `<?xml version="1.0" encoding="UTF-8"?>` + "\n<GetUpgradeStatusResponse>" + asXML + "</GetUpgradeStatusResponse>"
	for name, test := range map[string]struct {
		format Format
		accept []string
		want   string
	}{
		"nothing asked for":                {FormatByAccept, nil, asJSON},
		"JSON asked for":                   {FormatByAccept, []string{"application/json"}, asJSON},
		"XML asked for":                    {FormatByAccept, []string{"application/xml"}, asXML},
		"XML asked for by its older name":  {FormatByAccept, []string{"text/html, Text/XML;q=0.5"}, asXML},
		"both asked for":                   {FormatByAccept, []string{"application/xml, application/json;q=0.1"}, asJSON},
		"both asked for in two headers":    {FormatByAccept, []string{"application/xml", "application/json"}, asJSON},
		"anything will do":                 {FormatByAccept, []string{"*/*"}, asJSON},
		"XML rather than anything":         {FormatByAccept, []string{"application/xml, */*;q=0.1"}, asXML},
		"XML, and JSON not at all":         {FormatByAccept, []string{"application/xml, application/json;q=0"}, asXML},
		"a header that cannot be read":     {FormatByAccept, []string{"///,;;q"}, asJSON},
		"JSON in the scenario":             {FormatJSON, []string{"application/xml"}, asJSON},
		"XML in the scenario":              {FormatXML, []string{"application/json"}, asXML},
		"XML with a root, in the scenario": {FormatXMLRooted, []string{"application/json"}, rooted},
	} {
		t.Run(name, func(t *testing.T) {
			with := scenario(Step{Answer: json.RawMessage(asJSON)})
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

func TestTheGatewayRefusesInXMLWhenAskedFor(t *testing.T) {
	r := unsigned(t.Context(), clusterID)
	r.Header.Set("Accept", "application/xml")
	w := serve(start(t, scenario(Step{Phase: PhaseIdle})), r)
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

func TestAnyJSONCanBeAnsweredInXML(t *testing.T) {
	for answer, want := range map[string]string{
		` {"b": 1.50, "a": true} `:                      `<b>1.50</b><a>true</a>`,
		`{"a": null, "b": {}, "c": ""}`:                 `<b></b><c></c>`,
		`{"a": [1, {"b": 2}, [3], null]}`:               `<a>1</a><a><b>2</b></a><a>3</a>`,
		`{"a b": {"c": 1}, "": 2, "1a": 3, "é.1-_": 4}`: `<é.1-_>4</é.1-_>`,
		`[1, "<"]`:            `<item>1</item><item>&lt;</item>`,
		`"a \u0026 \u0000 b"`: "a &amp; \uFFFD b",
		`null`:                ``,
		`{"upgrade_task": {"upgrade_task": "x"}}`: `<upgrade_task><upgrade_task>x</upgrade_task></upgrade_task>`,
	} {
		got := string(toXML(json.RawMessage(answer)))
		if got != want {
			t.Errorf("%s\ngot  %s\nwant %s", answer, got, want)
		}
		decoder := xml.NewDecoder(strings.NewReader(string(toRootedXML(json.RawMessage(answer)))))
		for {
			_, err := decoder.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%s: %v", answer, err)
				break
			}
		}
	}
}

func TestARawAnswerIsSentAsItIs(t *testing.T) {
	for name, test := range map[string]struct {
		answer HTTPAnswer
		header http.Header
	}{
		"a proxy's page": {
			HTTPAnswer{Status: 502, ContentType: "text/html", Headers: map[string]string{"via": "1.1 p"}, Body: "<h1>no</h1>"},
			http.Header{"Content-Type": {"text/html"}, "Via": {"1.1 p"}, "Content-Length": {"11"}},
		},
		"no content type": {
			HTTPAnswer{Status: 200, Body: "<h1>no</h1>"},
			http.Header{"Content-Length": {"11"}},
		},
		"no body": {
			HTTPAnswer{Status: 204},
			http.Header{},
		},
		"a redirect": {
			HTTPAnswer{Status: 307, Headers: map[string]string{"Location": "https://portal.example/"}},
			http.Header{"Location": {"https://portal.example/"}, "Content-Length": {"0"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(start(t, scenario(Step{HTTP: &test.answer})))
			defer server.Close()
			r := unsigned(t.Context(), clusterID)
			r.RequestURI, r.Host, r.URL.Host = "", "", strings.TrimPrefix(server.URL, "http://")
			response, err := server.Client().Transport.RoundTrip(sign(t, r, longLived, "nonce"))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(response.Body)
			if err != nil || string(body) != test.answer.Body || response.StatusCode != test.answer.Status {
				t.Errorf("%d: %q, %v", response.StatusCode, body, err)
			}
			response.Header.Del("Date")
			if diff := cmp.Diff(test.header, response.Header); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
