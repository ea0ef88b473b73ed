package ack

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// response returns an HTTP response as the transport returns it.
func response(status int, contentType, body string) *http.Response {
	return &http.Response{
		StatusCode: status,
		Header:     http.Header{"Content-Type": {contentType}},
		Body:       io.NopCloser(strings.NewReader(body)),
	}
}

// readStatus reads a response of GetUpgradeStatus, as a call of it does.
func readStatus(r *http.Response) (*UpgradeStatus, error) {
	status, requestID, err := getUpgradeStatus(clusterID).read(r)
	if status != nil {
		status.RequestID = requestID
	}
	return status, err
}

func ptr(s string) *string { return &s }

const (
	jsonType = "application/json"
	xmlType  = "application/xml;charset=utf-8"
)

func TestReadStatusOfTheReferencesSamples(t *testing.T) {
	want := &UpgradeStatus{
		ErrorMessage:     ptr("subject to actual return"),
		PrecheckReportID: ptr("be4c8eb72de94d459ea7ace7c811d119"),
		Status:           ptr("running"),
		UpgradeStep:      ptr("prechecking"),
		UpgradeTask:      &UpgradeTask{Status: ptr("running"), Message: ptr("subject to actual return")},
	}
	for file, contentType := range map[string]string{
		"reference.json":       jsonType,
		"reference.xml":        xmlType,
		"reference-rooted.xml": "text/xml",
	} {
		t.Run(file, func(t *testing.T) {
			body, err := os.ReadFile("testdata/" + file)
			if err != nil {
				t.Fatal(err)
			}
			got, err := readStatus(response(http.StatusOK, contentType, string(body)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadStatusIgnoresUnusedFields(t *testing.T) {
	task := func(status string) *UpgradeTask { return &UpgradeTask{Status: ptr(status)} }
	for name, test := range map[string]struct {
		contentType, body string
		want              *UpgradeStatus
	}{
		"nothing in it":            {jsonType, `{}`, &UpgradeStatus{}},
		"all null":                 {jsonType, `{"status":null,"upgrade_step":null,"upgrade_task":null,"error_message":null}`, &UpgradeStatus{}},
		"empty strings stay empty": {jsonType, `{"status":"","error_message":""}`, &UpgradeStatus{Status: ptr(""), ErrorMessage: ptr("")}},
		"an empty task":            {jsonType, `{"status":"success","upgrade_task":{}}`, &UpgradeStatus{Status: ptr("success"), UpgradeTask: &UpgradeTask{}}},
		"an empty message of a task": {
			jsonType,
			`{"status":"running","upgrade_task":{"status":"running","message":""}}`,
			&UpgradeStatus{Status: ptr("running"), UpgradeTask: &UpgradeTask{Status: ptr("running"), Message: ptr("")}},
		},
		"extra and mistyped fields": {
			jsonType,
			`{"status":"running","created":5,"events":[{}],"upgrade_task":{"status":"running","retries":"many","upgrade_status":{"failed":"true","events":[1,{}]}}}`,
			&UpgradeStatus{Status: ptr("running"), UpgradeTask: task("running")},
		},
		"names in other letters are other fields": {jsonType, `{"Status":"success","UPGRADE_STEP":"success"}`, &UpgradeStatus{Similar: "Status"}},
		"a number for a status":                   {jsonType, `{"status": 5}`, &UpgradeStatus{Status: ptr("5")}},
		"an object for a status":                  {jsonType, `{"status": {"success": true}, "upgrade_step":"success"}`, &UpgradeStatus{Status: ptr(`{"success": true}`), UpgradeStep: ptr("success")}},
		"a boolean for a task status":             {jsonType, `{"status":"success","upgrade_step":"success","upgrade_task":{"status":true}}`, &UpgradeStatus{Status: ptr("success"), UpgradeStep: ptr("success"), UpgradeTask: task("true")}},
		"a string for a task":                     {jsonType, `{"status":"success","upgrade_step":"success","upgrade_task":"success"}`, &UpgradeStatus{Status: ptr("success"), UpgradeStep: ptr("success"), UpgradeTask: task(`"success"`)}},
		"an empty string for a task":              {jsonType, `{"status":"success","upgrade_step":"success","upgrade_task":""}`, &UpgradeStatus{Status: ptr("success"), UpgradeStep: ptr("success"), UpgradeTask: task(`""`)}},
		"a list for a task":                       {jsonType, `{"upgrade_task":[]}`, &UpgradeStatus{UpgradeTask: task("[]")}},
		"an error message that is no string":      {jsonType, `{"status":"fail","error_message":{"a":1}}`, &UpgradeStatus{Status: ptr("fail"), ErrorMessage: ptr(`{"a":1}`)}},
		"a blank code is no error":                {jsonType, `{"status":"running","code":" "}`, &UpgradeStatus{Status: ptr("running")}},
		"a null code is no error":                 {jsonType, `{"status":"running","code":null,"requestId":"R"}`, &UpgradeStatus{Status: ptr("running"), Response: Response{RequestID: "R"}}},
		"a byte order mark":                       {jsonType, "\xef\xbb\xbf{\"status\":\"running\"}", &UpgradeStatus{Status: ptr("running")}},
		"JSON whatever the content type says":     {"text/plain", `{"status":"running"}`, &UpgradeStatus{Status: ptr("running")}},
		"bytes that are no UTF-8":                 {jsonType, "{\"status\":\"succ\xffess\",\"upgrade_step\":\"success\"}", &UpgradeStatus{Status: ptr("succ�ess"), UpgradeStep: ptr("success")}},
		"bytes that are no UTF-8 in an object":    {jsonType, "{\"status\":{\"a\":\"\xff\"},\"upgrade_step\":\"success\"}", &UpgradeStatus{Status: ptr(`{"a":"�"}`), UpgradeStep: ptr("success")}},
		"a field in a text":                       {jsonType, `{"error_message":"\",\"upgrade_step\":\"success","precheck_report_id":"\\","status":"success"}`, &UpgradeStatus{ErrorMessage: ptr(`","upgrade_step":"success`), PrecheckReportID: ptr(`\`), Status: ptr("success")}},
		"brackets, commas and quotes in texts":    {jsonType, `{"a,}":"]}\\","\"status\":":[{"status":"fail"},","],"status" : "run\u006eing" , "upgrade_step":"\"}"}`, &UpgradeStatus{Status: ptr("running"), UpgradeStep: ptr(`"}`)}},
		"XML with fields that are not known":      {xmlType, `<a/><status>running</status><b><status>success</status></b>`, &UpgradeStatus{Status: ptr("running"), Incomplete: true}},
		"XML with empty elements":                 {xmlType, `<status/><upgrade_step></upgrade_step><upgrade_task/>`, &UpgradeStatus{Status: ptr(""), UpgradeStep: ptr(""), UpgradeTask: &UpgradeTask{}}},
		"XML with one field":                      {xmlType, `<upgrade_task><status>running</status></upgrade_task>`, &UpgradeStatus{UpgradeTask: task("running"), Incomplete: true}},
		"XML with elements in a word":             {xmlType, `<status><b>success</b></status><upgrade_step>success</upgrade_step><upgrade_task><status>success</status></upgrade_task>`, &UpgradeStatus{Status: ptr("<b>"), UpgradeStep: ptr("success"), UpgradeTask: task("success")}},
		"XML with text for a task":                {xmlType, `<status>success</status><upgrade_step>success</upgrade_step><upgrade_task>success</upgrade_task>`, &UpgradeStatus{Status: ptr("success"), UpgradeStep: ptr("success"), UpgradeTask: task(`"success"`)}},
		"XML with text around a task's elements":  {xmlType, `<upgrade_task>so <status>running</status></upgrade_task>`, &UpgradeStatus{UpgradeTask: task("<status>so "), Incomplete: true}},
		"XML with a root and nothing in it":       {xmlType, `<body/>`, &UpgradeStatus{Incomplete: true}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readStatus(response(http.StatusOK, test.contentType, test.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestReadStatusRejectsInvalidResponses(t *testing.T) {
	const not = "HTTP 200 with a body that is not a response of GetUpgradeStatus: "
	for name, test := range map[string]struct{ contentType, body, want string }{
		"an empty body":          {jsonType, "", not + "the response is empty"},
		"a blank body":           {jsonType, "\n", not + "the response is empty"},
		"null":                   {jsonType, "null", not + "the response is not a JSON object; body: null"},
		"a list":                 {jsonType, "[]", not + "the response is not a JSON object; body: []"},
		"a string":               {jsonType, `"success"`, not + `the response is not a JSON object; body: "success"`},
		"two objects":            {jsonType, `{"status":"success"}{}`, not + `unexpected data after the JSON value; body: {"status":"success"}{}`},
		"rubbish after it":       {jsonType, `{} x`, not + `unexpected data after the JSON value; body: {} x`},
		"a word twice":           {jsonType, `{"status":"running","status":"success"}`, not + `duplicate field status; body: {"status":"running","status":"success"}`},
		"a word three times":     {jsonType, `{"status":"running","a":1,"status":null,"status":"success"}`, not + `duplicate field status; body: {"status":"running","a":1,"status":null,"status":"success"}`},
		"a task's word twice":    {jsonType, `{"upgrade_task":{"status":"running","status":"success"}}`, not + `duplicate field upgrade_task.status; body: {"upgrade_task":{"status":"running","status":"success"}}`},
		"a task's message twice": {jsonType, `{"upgrade_task":{"message":"","message":"m"}}`, not + `duplicate field upgrade_task.message; body: {"upgrade_task":{"message":"","message":"m"}}`},
		"a page":                 {"text/html", "\n\n <!DOCTYPE html>\n<html><title>Sign in</title>", not + "the response is not JSON (invalid character '<' looking for beginning of value); body: <!DOCTYPE html> <html><title>Sign in</title>"},
		"an error without code":  {jsonType, `{"error":"boom","status":"success","upgrade_step":"success"}`, not + `the response contains an error without a code; body: {"error":"boom","status":"success","upgrade_step":"success"}`},
		"an error in an error":   {jsonType, `{"error":{"error":{"code":"X"}},"status":"success","upgrade_step":"success"}`, not + `the response contains an error without a code; body: {"error":{"error":{"code":"X"}},"status":"success","upgrade_step":"success"}`},
		"XML: an error":          {xmlType, `<r><Error>boom</Error><status>success</status></r>`, not + `the response contains an error without a code; body: <r><Error>boom</Error><status>success</status></r>`},
		"XML: an empty body":     {xmlType, " ", not + "the response contains no XML element"},
		"XML: plain text":        {xmlType, "ok", not + "the response contains no XML element; body: ok"},
		"XML: text between":      {xmlType, "<status>a</status>b", not + "the response contains text outside XML elements; body: <status>a</status>b"},
		"XML: a word twice":      {xmlType, "<status>a</status><status>a</status>", not + "duplicate field status; body: <status>a</status><status>a</status>"},
		"XML: nested too deep":   {xmlType, strings.Repeat("<a>", 40), not + "the XML elements are nested deeper than 32; body: " + strings.Repeat("<a>", 40)},
		"XML: another encoding":  {xmlType, `<?xml version="1.0" encoding="gbk"?><a/>`, not + `xml: encoding "gbk" declared but Decoder.CharsetReader is nil; body: <?xml version="1.0" encoding="gbk"?><a/>`},
		"XML: too large":         {xmlType, `<a b="` + strings.Repeat("x", maxXMLBody) + `"/>`, not + `the response is larger than 65536 bytes, in XML; body: <a b="` + strings.Repeat("x", 193) + "…"},
		"too large":              {jsonType, `{"a":"` + strings.Repeat("x", maxUpgradeStatus) + `"}`, not + `the response is larger than 262144 bytes; body: {"a":"` + strings.Repeat("x", 193) + "…"},
	} {
		t.Run(name, func(t *testing.T) {
			status, err := readStatus(response(http.StatusOK, test.contentType, test.body))
			var invalid *InvalidResponseError
			if !errors.As(err, &invalid) || err.Error() != test.want {
				t.Errorf("got  %v, %v\nwant %s", status, err, test.want)
			}
			if Transient(err) {
				t.Error("it would be tried again")
			}
		})
	}
}

func TestATruncatedResponseIsInvalidAndRetried(t *testing.T) {
	for name, test := range map[string]struct{ contentType, body, reason string }{
		"JSON":              {jsonType, `{"status":"success","upgrade_st`, "the response is truncated"},
		"JSON in a string":  {jsonType, `{"status":"success","upgrade_step":"succ`, "the response is truncated"},
		"XML in a name":     {xmlType, "<status>success</status><upgrade_st", "the response is truncated"},
		"XML in an element": {xmlType, "<r><status>success</status><upgrade_step>success</upgrade_step>", "the response is truncated"},
	} {
		t.Run(name, func(t *testing.T) {
			status, err := readStatus(response(http.StatusOK, test.contentType, test.body))
			var invalid *InvalidResponseError
			if !errors.As(err, &invalid) || invalid.Reason != test.reason {
				t.Errorf("got %v, %v", status, err)
			}
			if !Transient(err) {
				t.Error("it would not be tried again")
			}
		})
	}
}

func TestATruncatedErrorResponseIsRetried(t *testing.T) {
	for name, test := range map[string]struct{ contentType, body string }{
		"JSON": {jsonType, `{"RequestId":"R","Code":"Throttling.Us`},
		"XML":  {xmlType, "<Error><RequestId>R</RequestId><Co"},
	} {
		_, err := readStatus(response(http.StatusBadRequest, test.contentType, test.body))
		var api *APIError
		if !errors.As(err, &api) || api.HTTPStatus != http.StatusBadRequest || !Transient(err) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadStatusReadsBothErrorLayers(t *testing.T) {
	for name, test := range map[string]struct {
		status            int
		contentType, body string
		want              APIError
		transient         bool
	}{
		"the gateway's JSON": {
			400, jsonType, `{"Code":"SignatureDoesNotMatch","Message":"Specified signature\nis not matched.","RequestId":"R1","HostId":"h","Recommend":"u"}`,
			APIError{HTTPStatus: 400, Code: "SignatureDoesNotMatch", Message: "Specified signature is not matched.", RequestID: "R1"},
			false,
		},
		"the gateway's XML": {
			404, xmlType, `<?xml version='1.0'?><Error><RequestId>R2</RequestId><Code>InvalidAccessKeyId.NotFound</Code><Message>Specified access key is not found.</Message></Error>`,
			APIError{HTTPStatus: 404, Code: "InvalidAccessKeyId.NotFound", Message: "Specified access key is not found.", RequestID: "R2"},
			false,
		},
		"the gateway's XML without its root": {
			503, xmlType, `<Code>ServiceUnavailable</Code><Message>later</Message>`,
			APIError{HTTPStatus: 503, Code: "ServiceUnavailable", Message: "later"},
			true,
		},
		"ACK's JSON": {
			404, jsonType, `{"code":"ErrorClusterNotFound","message":"cluster not found","requestId":"R3","status":404,"accessDeniedDetail":{"a":[]}}`,
			APIError{HTTPStatus: 404, Code: "ErrorClusterNotFound", Message: "cluster not found", RequestID: "R3"},
			false,
		},
		"ACK's JSON with request_id":           {403, jsonType, `{"code":"Forbidden.RAM","message":"m","request_id":"R4"}`, APIError{HTTPStatus: 403, Code: "Forbidden.RAM", Message: "m", RequestID: "R4"}, false},
		"an error element beside a request id": {200, jsonType, `{"requestId":"R","error":{"code":"X","message":"m"},"status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: "X", Message: "m", RequestID: "R"}, false},
		"an error element in a root":           {200, xmlType, `<r><RequestId>R</RequestId><Error><Code>X</Code></Error><status>success</status><upgrade_step>success</upgrade_step></r>`, APIError{HTTPStatus: 200, Code: "X", RequestID: "R"}, false},
		"a code before a blank one":            {200, jsonType, `{"code":"X","Code":"","code":" ","status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: "X"}, false},
		"a code after blank ones":              {200, jsonType, `{"code":"","code":null,"Code":"","code":"X","status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: "X"}, false},
		"a code that is an object":             {200, jsonType, `{"code":{"a":1},"status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: `{"a":1}`}, false},
		"texts that are very long":             {400, jsonType, `{"code":"` + strings.Repeat("c", 9999) + `","message":"` + strings.Repeat("m", 9999) + `","requestId":"` + strings.Repeat("r", 9999) + `"}`, APIError{HTTPStatus: 400, Code: strings.Repeat("c", 199) + "…", Message: strings.Repeat("m", 499) + "…", RequestID: strings.Repeat("r", 199) + "…"}, false},
		"an error before one with a code":      {200, jsonType, `{"a":0,"error":{"message":"m"},"Error":{"code":"X"},"status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: "X", Message: "m"}, false},
		"a code of an error that is an object": {200, jsonType, `{"a":0,"error":{"code":{"a":1}},"status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: `{"a":1}`}, false},
		"a code that is a number":              {400, jsonType, `{"code":400,"message":"m"}`, APIError{HTTPStatus: 400, Code: "400", Message: "m"}, false},
		"an error that came with 200":          {200, jsonType, `{"code":"ErrorClusterState","message":"m","status":"success","upgrade_step":"success"}`, APIError{HTTPStatus: 200, Code: "ErrorClusterState", Message: "m"}, false},
		"an error of the gateway with 200":     {200, xmlType, `<Error><Code>Throttling.User</Code></Error>`, APIError{HTTPStatus: 200, Code: "Throttling.User"}, true},
		"throttled with 400":                   {400, jsonType, `{"Code":"Throttling.Api"}`, APIError{HTTPStatus: 400, Code: "Throttling.Api"}, true},
		"throttled without a body":             {429, "", "", APIError{HTTPStatus: 429}, true},
		"a nonce used before":                  {400, jsonType, `{"Code":"SignatureNonceUsed"}`, APIError{HTTPStatus: 400, Code: "SignatureNonceUsed"}, true},
		"an internal error":                    {500, jsonType, `{"code":"InternalError"}`, APIError{HTTPStatus: 500, Code: "InternalError"}, true},
		"a method that is not implemented":     {501, jsonType, `{"code":"X"}`, APIError{HTTPStatus: 501, Code: "X"}, false},
		"a proxy's page":                       {502, "text/html", "<html>\r\n<head>", APIError{HTTPStatus: 502, Excerpt: "<html> <head>"}, true},
		"a page that names nothing":            {403, "text/html", "<h1>Forbidden</h1>", APIError{HTTPStatus: 403, Excerpt: "<h1>Forbidden</h1>"}, false},
		"a JSON body that is neither layer's":  {404, jsonType, `{"error":"not here"}`, APIError{HTTPStatus: 404, Excerpt: `{"error":"not here"}`}, false},
		"a huge body":                          {503, "text/plain", strings.Repeat("x", 2<<20), APIError{HTTPStatus: 503, Excerpt: strings.Repeat("x", 199) + "…"}, true},
	} {
		t.Run(name, func(t *testing.T) {
			status, err := readStatus(response(test.status, test.contentType, test.body))
			var got *APIError
			if !errors.As(err, &got) {
				t.Fatalf("got %v, %v", status, err)
			}
			if diff := cmp.Diff(test.want, *got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if Transient(err) != test.transient {
				t.Errorf("transient: %t, want %t", Transient(err), test.transient)
			}
		})
	}
}

func TestAPIErrorContainsAllFields(t *testing.T) {
	for want, e := range map[string]APIError{
		"HTTP 404 Not Found, code ErrorClusterNotFound, message no such cluster, request ID R": {
			HTTPStatus: 404, Code: "ErrorClusterNotFound", Message: "no such cluster", RequestID: "R",
		},
		"HTTP 302 Found, redirect to https://portal/, body <html>": {HTTPStatus: 302, Location: "https://portal/", Excerpt: "<html>"},
		"HTTP 599": {HTTPStatus: 599},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestTheRequestIDInTheHeaderTakesPrecedence(t *testing.T) {
	resp := response(404, jsonType, `{"code":"ErrorClusterNotFound","requestId":"body"}`)
	resp.Header.Set("X-Acs-Request-Id", "header")
	_, err := readStatus(resp)
	var api *APIError
	if !errors.As(err, &api) || api.RequestID != "header" {
		t.Errorf("got %v", err)
	}
}

func TestABodyIsReadUpToItsLimitAndNoFurther(t *testing.T) {
	longest := `{"status":"running","x":"` + strings.Repeat("x", maxUpgradeStatus-len(`{"status":"running","x":""}`)) + `"}`
	if _, err := readStatus(response(200, jsonType, longest)); len(longest) != maxUpgradeStatus || err != nil {
		t.Errorf("a body of %d bytes: %v", len(longest), err)
	}
	endless := &endless{}
	resp := response(200, jsonType, "")
	resp.Body = io.NopCloser(endless)
	if _, err := readStatus(resp); err == nil || endless.read > maxUpgradeStatus+1 {
		t.Errorf("read %d bytes: %v", endless.read, err)
	}
}

func TestAnErrorResponseWithATruncatedBodyIsStillAnAPIError(t *testing.T) {
	for status, isAPIError := range map[int]bool{200: false, 400: false, 404: false, 429: true, 503: true} {
		resp := response(status, jsonType, "")
		resp.Header.Set("Retry-After", "20")
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(`{"Code":"Thrott`), brokenReader{}))
		_, err := readStatus(resp)
		var api *APIError
		if !Transient(err) || errors.As(err, &api) != isAPIError || isAPIError && api.RetryAfter != 20*time.Second {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// endless is a body without an end. It counts the bytes that are read.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	if e.read > 8*maxUpgradeStatus {
		return 0, io.EOF // So that a reader without a limit fails the test before the machine runs out of memory.
	}
	return len(p), nil
}
