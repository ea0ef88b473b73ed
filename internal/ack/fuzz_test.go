package ack

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// FuzzReadStatus checks that no response makes the decoder panic or allocate much more than its size, that an invalid response is
// an error of one line, and that a valid response is read as by a second, simple reader. So no response in any spelling opens a
// gate that its values keep closed.
func FuzzReadStatus(f *testing.F) {
	for _, file := range []string{"reference.json", "reference.xml", "reference-rooted.xml"} {
		body, err := os.ReadFile("testdata/" + file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(strings.HasSuffix(file, "xml"), body)
	}
	f.Fuzz(func(t *testing.T, isXML bool, body []byte) {
		contentType := jsonType
		if isXML {
			contentType = xmlType
		}
		var (
			status *UpgradeStatus
			err    error
		)
		resp := response(http.StatusOK, contentType, string(body))
		cost, _ := allocated(func() { status, err = readStatus(resp) })
		if cost > maxCostOf(len(body)) {
			t.Errorf("%d bytes cost %d", len(body), cost)
		}
		if (status == nil) == (err == nil) {
			t.Fatalf("status %v, error %v", status, err)
		}
		if err != nil {
			holdToOneLine(t, err.Error())
			return
		}
		for _, word := range textsOf(status) {
			if !utf8.ValidString(word) {
				t.Errorf("Terraform takes no text like %q", word)
			}
		}
		fields := readAgain(t, isXML, body, upgradeStatusFields)
		holdToNoError(t, fields)
		want := statusIn(t, fields)
		want.Response = status.Response
		if similarIn(fields) != (status.Similar != "") {
			t.Errorf("a similar name: %t, and %q was found", similarIn(fields), status.Similar)
		}
		want.Similar = status.Similar
		for _, name := range []string{"status", "upgrade_step", "upgrade_task"} {
			missing := !slices.ContainsFunc(fields, func(f plainField) bool { return f.name == name })
			want.Incomplete = want.Incomplete || isXML && missing
		}
		if diff := cmp.Diff(want, status); diff != "" {
			t.Errorf("-plainly read +got:\n%s", diff)
		}
	})
}

// FuzzErrorBody checks that an HTTP status other than success is an error with any body. The error has one line, does not contain
// the security token of the request, and delays a retry by at most ten minutes.
func FuzzErrorBody(f *testing.F) {
	f.Add(uint16(404), jsonType, "", "", []byte(`{"code":"ErrorClusterNotFound","message":"m","requestId":"R"}`))
	f.Add(uint16(429), xmlType, "20", "Limit:10,Remain:0,TimeWindow:1000,TimeLeft:500", []byte(`<Error><Code>Throttling.User</Code></Error>`))
	f.Fuzz(func(t *testing.T, code uint16, contentType, retryAfter, rateLimit string, body []byte) {
		resp := response(300+int(code)%300, contentType, string(body))
		const token = "CAIS+/0123=="
		resp.Request = &http.Request{Header: http.Header{acs3.HeaderSecurityToken: {token}}}
		for _, name := range []string{"Location", "X-Acs-Request-Id"} {
			resp.Header.Set(name, rateLimit) // Any text will do.
		}
		resp.Header.Set("Retry-After", retryAfter)
		resp.Header.Set("X-Ratelimit-User-Api", rateLimit)
		var (
			status *UpgradeStatus
			err    error
		)
		cost, _ := allocated(func() { status, err = readStatus(resp) })
		if size := len(contentType) + len(retryAfter) + len(rateLimit) + len(body); cost > maxCostOf(size) {
			t.Errorf("%d bytes cost %d", size, cost)
		}
		var api *APIError
		if status != nil || !errors.As(err, &api) || api.HTTPStatus != resp.StatusCode {
			t.Fatalf("HTTP %d: %v, %v", resp.StatusCode, status, err)
		}
		holdToOneLine(t, err.Error())
		if strings.Contains(strings.ToLower(err.Error()), strings.ToLower(token)) {
			t.Errorf("the token is in %q", err)
		}
		if api.RetryAfter < 0 || api.RetryAfter > maxRetryAfter {
			t.Errorf("its retry delay is %s", api.RetryAfter)
		}
	})
}

// holdToOneLine checks that a text is one line of limited length.
func holdToOneLine(t *testing.T, text string) {
	t.Helper()
	const room = 1600 // The longest is that of an API error: five texts of at most 200 or 500 characters, and the words around them.
	if text == "" || !utf8.ValidString(text) || utf8.RuneCountInString(text) > room || strings.ContainsFunc(text, func(r rune) bool {
		return unicode.IsControl(r) || r != ' ' && unicode.IsSpace(r)
	}) {
		t.Errorf("it does not fit a message: %q", text)
	}
}

// holdToNoError fails the test if an accepted response contains an error.
func holdToNoError(t *testing.T, fields []plainField) {
	t.Helper()
	if code := codeIn(fields); code != "" {
		t.Errorf("it counts as a response with the error code %q", code)
	}
	for _, f := range fields {
		if empty := f.object && len(f.inside) == 0 && !f.isText; strings.EqualFold(f.name, "error") && !f.null && !empty && strings.TrimSpace(f.text) != "" {
			t.Errorf("it counts as a response with the error %q", f.text)
		}
	}
}

func textsOf(s *UpgradeStatus) (all []string) {
	words := []*string{s.ErrorMessage, s.PrecheckReportID, s.Status, s.UpgradeStep, &s.RequestID}
	if s.UpgradeTask != nil {
		words = append(words, s.UpgradeTask.Status, s.UpgradeTask.Message)
	}
	for _, word := range words {
		if word != nil {
			all = append(all, *word)
		}
	}
	return all
}

// plainField is a field of a response from the second, simple reader, which keeps all fields.
type plainField struct {
	name, text           string
	null, isText, object bool
	inside               []plainField // The members of an object, or the elements of an array.
}

// readAgain reads the fields of an accepted response, without a limit and without skipping anything. The names are those of the
// operation.
func readAgain(t *testing.T, isXML bool, body []byte, names []string) []plainField {
	t.Helper()
	if !isXML {
		return plainJSON(t, "", bytes.TrimPrefix(body, []byte("\ufeff"))).inside
	}
	var document plainElement
	if err := xml.Unmarshal(slices.Concat([]byte("<r>"), body, []byte("</r>")), &document); err != nil {
		t.Fatalf("it was accepted, and is no XML: %v", err)
	}
	fields := document.plain().inside
	if len(fields) == 1 && fields[0].object && !slices.Contains(names, fields[0].name) {
		return fields[0].inside
	}
	return fields
}

func plainJSON(t *testing.T, name string, raw []byte) plainField {
	t.Helper()
	raw = bytes.TrimSpace(raw)
	f := plainField{name: name, text: strings.ToValidUTF8(string(raw), "\ufffd"), null: string(raw) == "null"}
	if err := json.Unmarshal(raw, &f.text); err == nil && !f.null {
		f.isText = true
		return f
	}
	var elements []json.RawMessage
	if err := json.Unmarshal(raw, &elements); err == nil && !f.null {
		for _, element := range elements {
			f.inside = append(f.inside, plainJSON(t, "", element))
		}
		return f
	}
	if f.object = raw[0] == '{'; !f.object {
		return f
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	for token, err := decoder.Token(); !errors.Is(err, io.EOF); token, err = decoder.Token() {
		var member json.RawMessage
		switch token := token.(type) {
		case string:
			if err := decoder.Decode(&member); err != nil {
				t.Fatal(err)
			}
			f.inside = append(f.inside, plainJSON(t, token, member))
		case json.Delim:
		default:
			t.Fatalf("it was accepted, and is no JSON: %v, %v", token, err)
		}
	}
	return f
}

type plainElement struct {
	XMLName xml.Name
	Text    string         `xml:",chardata"`
	Inside  []plainElement `xml:",any"`
}

func (e plainElement) plain() plainField {
	f := plainField{name: e.XMLName.Local, text: e.Text, isText: len(e.Inside) == 0, object: strings.TrimSpace(e.Text) == ""}
	for _, inside := range e.Inside {
		f.inside = append(f.inside, inside.plain())
	}
	if !f.isText {
		f.text = "<" + e.Inside[0].XMLName.Local + ">" + e.Text
	}
	return f
}

// codeIn returns the error code in fields, or in an error in them, in any letter case.
func codeIn(fields []plainField) string {
	all := fields
	for _, f := range fields {
		if strings.EqualFold(f.name, "error") {
			all = slices.Concat(all, f.inside)
		}
	}
	for _, f := range all {
		text := strings.TrimSpace(f.text)
		if empty := f.object && len(f.inside) == 0 && !f.isText; strings.EqualFold(f.name, "code") && !f.null && !empty && text != "" {
			return text
		}
	}
	return ""
}

// hasSimilar reports whether a name differs only in spelling from one of the given ones.
func hasSimilar(fields []plainField, names ...string) bool {
	return slices.ContainsFunc(fields, func(f plainField) bool {
		letters := strings.Join(strings.FieldsFunc(f.name, func(r rune) bool { return r == '_' || r == '-' || unicode.IsSpace(r) }), "")
		return slices.ContainsFunc(names, func(name string) bool {
			return f.name != name && strings.EqualFold(letters, strings.ReplaceAll(name, "_", ""))
		})
	})
}

// similarIn reports whether a name differs only in spelling from one that decides about a gate.
func similarIn(fields []plainField) bool {
	for _, f := range fields {
		if f.name == "upgrade_task" && f.object &&
			(hasSimilar(f.inside, "status") || slices.ContainsFunc(f.inside, func(f plainField) bool { return f.name == "state" })) {
			return true
		}
	}
	return hasSimilar(fields, "status", "upgrade_step", "upgrade_task")
}

func statusIn(t *testing.T, fields []plainField) *UpgradeStatus {
	t.Helper()
	one := func(fields []plainField, name string) *plainField {
		var found *plainField
		for i := range fields {
			switch {
			case fields[i].name != name:
			case found != nil:
				t.Errorf("%s is there twice, and it was accepted", name)
			default:
				found = &fields[i]
			}
		}
		return found
	}
	kept := func(fields []plainField, name string, limit int) *string {
		if f := one(fields, name); f != nil && !f.null {
			text := object{}.keepText(f.text, limit)
			return &text
		}
		return nil
	}
	text := func(fields []plainField, name string) *string { return kept(fields, name, maxWord) }
	s := &UpgradeStatus{
		ErrorMessage:     kept(fields, "error_message", maxMessage),
		PrecheckReportID: text(fields, "precheck_report_id"),
		Status:           text(fields, "status"),
		UpgradeStep:      text(fields, "upgrade_step"),
	}
	switch task := one(fields, "upgrade_task"); {
	case task == nil || task.null:
	case task.object:
		s.UpgradeTask = &UpgradeTask{Status: text(task.inside, "status"), Message: kept(task.inside, "message", maxMessage)}
	case task.isText:
		s.UpgradeTask = &UpgradeTask{Status: ptr(fmt.Sprintf("%q", object{}.keepText(task.text, maxWord)))}
	default:
		s.UpgradeTask = &UpgradeTask{Status: ptr(object{}.keepText(task.text, maxWord))}
	}
	return s
}
