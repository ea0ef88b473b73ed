package ack

import (
	"net/http"
	"runtime/metrics"
	"strings"
	"testing"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// signedWith is the signature of the request.
var signedWith = strings.Repeat("x1", 32)

// nasty has the bodies that cost a decoder the most for their size, each of about n bytes.
var nasty = map[string]struct {
	contentType string
	body        func(n int) string
}{
	"JSON: one long string":                       {jsonType, around(`{"error_message":"`, "x", `"}`)},
	"JSON: one long string that nobody reads":     {jsonType, around(`{"x":"`, "x", `"}`)},
	"JSON: one long task message":                 {jsonType, around(`{"upgrade_task":{"message":"`, "x", `"}}`)},
	"JSON: escapes":                               {jsonType, around(`{"error_message":"`, `\u0000`, `"}`)},
	"JSON: letters that grow":                     {jsonType, around(`{"error_message":"`, "\xff", `"}`)},
	"JSON: words":                                 {jsonType, around(`{"error_message":"`, "x ", `"}`)},
	"JSON: an object for a word":                  {jsonType, around(`{"status":{"a":"`, "\xff", `"}}`)},
	"JSON: five long fields":                      {jsonType, five},
	"JSON: nested arrays":                         {jsonType, around(``, "[", ``)},
	"JSON: nested arrays in a field":              {jsonType, around(`{"status":`, "[", ``)},
	"JSON: nested objects":                        {jsonType, around(``, `{"a":`, ``)},
	"JSON: as deep as it may be, side by side":    {jsonType, around(`{`, `"a":`+strings.Repeat("[", 9000)+strings.Repeat("]", 9000)+`,`, `"b":1}`)},
	"JSON: tiny members":                          {jsonType, around(`{`, `"a":1,`, `"b":1}`)},
	"JSON: the same field":                        {jsonType, around(`{`, `"status":1,`, `"b":1}`)},
	"JSON: the same error code, blank":            {jsonType, around(`{`, `"code":"",`, `"b":1}`)},
	"JSON: objects for an error code":             {jsonType, around(`{`, `"code":{},`, `"b":1}`)},
	"JSON: error codes in errors":                 {jsonType, around(`{"error":{`, `"code":"",`, `"b":1}}`)},
	"JSON: a task of tiny members":                {jsonType, around(`{"upgrade_task":{`, `"a":1,`, `"b":1}}`)},
	"JSON: many tasks":                            {jsonType, around(`{`, `"upgrade_task":{"status":1},`, `"b":1}`)},
	"JSON: a task of the same field":              {jsonType, around(`{"upgrade_task":{`, `"status":"",`, `"b":1}}`)},
	"JSON: an array of numbers":                   {jsonType, around(`{"status":[`, `0,`, `0]}`)},
	"JSON: white space":                           {jsonType, around(`{`, ` `, `}`)},
	"JSON: nothing but a top-level array":         {jsonType, around(`[`, `{},`, `{}]`)},
	"JSON: a name that is long":                   {jsonType, around(`{"`, `x`, `":1}`)},
	"JSON: names in capitals":                     {jsonType, around(`{`, `"REQUEST_ID":{},`, `"b":1}`)},
	"JSON: a long error code":                     {jsonType, around(`{"code":"`, "é ", `"}`)},
	"JSON: names in escapes":                      {jsonType, around(`{`, `"\u0061":1,`, `"b":1}`)},
	"JSON: the same error code, blank in escapes": {jsonType, around(`{`, `"code":"\t",`, `"b":1}`)},
	"a page":                                   {"text/html", around(`<html>`, "<p> ", `</html>`)},
	"what was signed with, again and again":    {"text/html", around("", signedWith, "")},
	"XML: one long text":                       {xmlType, around(`<r><error_message>`, "x", `</error_message></r>`)},
	"XML: tiny elements":                       {xmlType, around(`<r>`, `<a/>`, `</r>`)},
	"XML: tiny elements without a root":        {xmlType, around(``, `<a/>`, ``)},
	"XML: elements in two letters":             {xmlType, around(`<r>`, `<ab/>`, `</r>`)},
	"XML: elements with a text":                {xmlType, around(`<r>`, `<a>b</a>`, `</r>`)},
	"XML: the same field":                      {xmlType, around(`<r>`, `<status/>`, `</r>`)},
	"XML: the same error code":                 {xmlType, around(`<r>`, `<code/>`, `</r>`)},
	"XML: deep elements, side by side":         {xmlType, around(`<r>`, strings.Repeat("<a>", 31)+strings.Repeat("</a>", 31), `</r>`)},
	"XML: deep elements":                       {xmlType, around(``, `<a>`, ``)},
	"XML: attributes":                          {xmlType, around(`<r `, `a=""`, `/>`)},
	"XML: attributes with a name space":        {xmlType, around(`<r `, `a:b=""`, `/>`)},
	"XML: name spaces":                         {xmlType, around(`<r `, `xmlns:a=""`, `/>`)},
	"XML: name spaces of elements":             {xmlType, around(`<r>`, `<a xmlns=""/>`, `</r>`)},
	"XML: name spaces of elements in elements": {xmlType, around(`<r>`, `<a xmlns:b="c"/>`, `</r>`)},
	"XML: comments":                            {xmlType, around(`<r>`, `<!---->`, `</r>`)},
	"XML: one long comment":                    {xmlType, around(`<r><!--`, `x`, `--></r>`)},
	"XML: processing instructions":             {xmlType, around(`<r>`, `<?a?>`, `</r>`)},
	"XML: declarations":                        {xmlType, around(``, `<?xml?>`, `<r/>`)},
	"XML: entities":                            {xmlType, around(`<r><error_message>`, `&lt;`, `</error_message></r>`)},
	"XML: characters by number":                {xmlType, around(`<r><error_message>`, `&#9;`, `</error_message></r>`)},
	"XML: an entity that is not known":         {xmlType, around(`<r>&`, `x`, `;</r>`)},
	"XML: a document type":                     {xmlType, around(`<!DOCTYPE r [`, `<!ENTITY a "&b;">`, `]><r/>`)},
	"XML: document types":                      {xmlType, around(``, `<!a>`, `<r/>`)},
	"XML: nested document types":               {xmlType, around(`<!a`, `<`, ``)},
	"XML: sections of text":                    {xmlType, around(`<r>`, `<![CDATA[]]>`, `</r>`)},
	"XML: one long section of text":            {xmlType, around(`<r><![CDATA[`, `x`, `]]></r>`)},
	"XML: text between elements":               {xmlType, around(`<r><status>`, `x<a/>`, `</status></r>`)},
	"XML: a long name":                         {xmlType, around(`<`, `x`, `/>`)},
	"XML: a long name with colons":             {xmlType, around(`<`, `:`, `/>`)},
}

func around(before, repeated, after string) func(int) string {
	return func(n int) string {
		return before + strings.Repeat(repeated, max(0, n-len(before)-len(after))/len(repeated)) + after
	}
}

func five(n int) string {
	long := strings.Repeat("x", n/7)
	return `{"error_message":"` + long + `","precheck_report_id":"` + long + `","status":"` + long + `","upgrade_step":"` + long +
		`","upgrade_task":{"status":"` + long + `","message":"` + long + `"}}`
}

// maxCost is the maximum memory that reading one response may allocate. The most expensive known bodies of the maximum size cost
// about 5 MiB.
const maxCost = 8 << 20

// maxCostOf is the same for a smaller response. The fixed part covers the inaccuracy of the measurement, and other goroutines.
func maxCostOf(size int) uint64 { return min(maxCost, 1<<20+100*uint64(size)) }

// allocated returns the number of bytes that are allocated while f runs, and the duration, for the log only: a decoder of
// quadratic time would exceed the timeout of all tests.
func allocated(f func()) (uint64, time.Duration) {
	total := func() uint64 {
		sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
		metrics.Read(sample)
		return sample[0].Value.Uint64()
	}
	before, started := total(), time.Now()
	f()
	elapsed := time.Since(started)
	return total() - before, elapsed
}

func TestAResponseCostsAFewMiBAtMost(t *testing.T) {
	signed := &http.Request{Header: http.Header{
		"Authorization":          {acs3.Authorization{AccessKeyID: "id", SignedHeaders: "host", Signature: signedWith}.String()},
		acs3.HeaderSecurityToken: {strings.Repeat("xx/+", 500)}, // The excerpt is searched for it.
	}}
	for name, test := range nasty {
		t.Run(name, func(t *testing.T) {
			most := maxUpgradeStatus
			if test.contentType == xmlType {
				most = maxXMLBody
			}
			for _, size := range []int{most, most + 1, 2 << 20} {
				body := test.body(size)
				for _, code := range []int{http.StatusOK, http.StatusServiceUnavailable} {
					resp := response(code, test.contentType, body)
					resp.Request = signed
					cost, took := allocated(func() {
						_, _ = readStatus(resp)
					})
					t.Logf("HTTP %d, %d bytes: %.1f MiB in %s", code, len(body), float64(cost)/(1<<20), took)
					if cost > maxCost {
						t.Errorf("HTTP %d, %d bytes: it costs %d bytes and takes %s", code, len(body), cost, took)
					}
				}
			}
		})
	}
}

func TestAHeaderCostsAFewMiBAtMost(t *testing.T) {
	const most = 64 << 10 // The limit of the transport.
	for name, values := range map[string][]string{
		"Content-Type": {
			around("application/json", ";a=b", "")(most), around("text/xml", ";a*0=b", "")(most), around(`a/b;a="`, `\"`, `"`)(most), around("", "/", "")(most),
		},
		"Retry-After":          {around("", "9", "")(most), around("", "-", "")(most), around("Sun, ", "0", " GMT")(most)},
		"X-Ratelimit-User-Api": {around("", ",", "")(most), around("", ":", "")(most), around("", "TimeLeft:1,", "")(most), around("TimeLeft:", "9", "")(most)},
		"X-Acs-Request-Id":     {around("", "x", "")(most), around("", " ", "x")(most), around("", "\xff", "")(most)},
		"Location":             {around("", "%", "")(most)},
		"Date":                 {around("", "9", "")(most)},
	} {
		for _, value := range values {
			resp := response(http.StatusFound, jsonType, "{}")
			resp.Header.Set(name, value)
			cost, took := allocated(func() { _, _ = readStatus(resp) })
			if cost > maxCost {
				t.Errorf("%s: %.20s...: %d bytes in %s", name, value, cost, took)
			}
			t.Logf("%s: %.20s...: %.1f MiB in %s", name, value, float64(cost)/(1<<20), took)
		}
	}
}
