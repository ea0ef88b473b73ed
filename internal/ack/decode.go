package ack

import (
	"errors"
	"fmt"
	"mime"
	"slices"
	"strings"
)

// errCutOff says that a body ends before the answer in it does. What is missing was lost on the way.
var errCutOff = errors.New("it ends in the middle")

// field is one member of an answer: a JSON value, or an XML element. It hides which of the two it came from.
type field struct {
	name  string
	value value
}

// value is what a field holds: a null, a text, members of its own, or something else.
type value struct {
	text   string // the text, or the raw form of what is neither text nor null
	null   bool   // a JSON null
	isText bool   // a JSON string, or an XML element without elements in it
	object bool   // a JSON object, or an XML element that is not all text

	members int     // how many members it has
	fields  []field // those of them that matter, in their order
}

// wants reports whether a member of this name may be one to keep. An answer cannot make us keep what nobody reads: of all
// members we keep the first, which may be a root element; those of an answer, each at most twice, which is enough to tell
// that it is there twice; and those of an error body, until one of them has said what there is to say.
func (v *value) wants(name string) bool {
	return v.members == 0 || isAnswerName(name) && countOf(v.fields, name) < 2 ||
		isErrorName(name) && !slices.ContainsFunc(v.fields, func(f field) bool { return plain(f.name) == plain(name) && f.settles() })
}

// add keeps a member that is wanted, but for one of an error body that says nothing new.
func (v *value) add(name string, member value) {
	f := field{name, member}
	if v.members == 0 || isAnswerName(name) && countOf(v.fields, name) < 2 || f.settles() ||
		!member.blank() && !slices.ContainsFunc(v.fields, func(f field) bool { return plain(f.name) == plain(name) }) {
		v.fields = append(v.fields, f)
	}
}

// settles reports whether no other member of this name can add to what an error body says. An error without a code can
// stand before one that has one.
func (f field) settles() bool {
	if plain(f.name) == "error" {
		return decodeError(f.value.fields).code != ""
	}
	return !f.value.blank()
}

// blank reports whether the value says nothing.
func (v *value) blank() bool {
	return v.null || v.object && v.members == 0 || !v.object && strings.TrimSpace(v.text) == ""
}

func isAnswerName(name string) bool {
	return slices.Contains(statusFields, name) || slices.Contains(taskFields, name)
}

func isErrorName(name string) bool { return slices.Contains(errorNames, plain(name)) }

// statusFields are the members of an answer that a gate hangs on. They are matched to the letter and may be there once
// only: of two values, no one can say which the cluster is in.
var statusFields = []string{"error_message", "precheck_report_id", "status", "upgrade_step", "upgrade_task"}

// taskFields are the same for an upgrade_task.
var taskFields = []string{"status", "message"}

// decodeFields reads a body as an object, in XML when the content type says so, and else in JSON.
func decodeFields(body []byte, contentType string) ([]field, error) {
	if isXML(contentType) {
		return decodeXML(body)
	}
	v, err := decodeJSON(body)
	switch {
	case err != nil:
		return nil, err
	case !v.object:
		return nil, errors.New("it is not a JSON object")
	default:
		return v.fields, nil
	}
}

func isXML(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/xml" || media == "text/xml")
}

// decodeStatus reads an answer's fields. It is lenient with all that it does not use, and never with the rest.
func decodeStatus(fields []field) (*UpgradeStatus, error) {
	for _, name := range statusFields {
		if countOf(fields, name) > 1 {
			return nil, fmt.Errorf("%s is there more than once", name)
		}
	}
	status := &UpgradeStatus{
		ErrorMessage:     textOf(fields, "error_message"),
		PrecheckReportID: textOf(fields, "precheck_report_id"),
		Status:           textOf(fields, "status"),
		UpgradeStep:      textOf(fields, "upgrade_step"),
	}
	task := find(fields, "upgrade_task")
	switch {
	case task == nil || task.null:
	case !task.object:
		// Not a task at all. Quoted, its text is no word of the dictionary, whatever it is, so the phase is unknown.
		raw := task.text
		if task.isText {
			raw = fmt.Sprintf("%q", raw)
		}
		status.UpgradeTask = &UpgradeTask{Status: &raw}
	default:
		for _, name := range taskFields {
			if countOf(task.fields, name) > 1 {
				return nil, fmt.Errorf("upgrade_task.%s is there more than once", name)
			}
		}
		status.UpgradeTask = &UpgradeTask{Status: textOf(task.fields, "status"), Message: textOf(task.fields, "message")}
	}
	return status, nil
}

// checkWhole holds an answer in XML to all fields that the phase hangs on, when it says that no upgrade is under way. One
// without a root element that was cut off between two fields looks the same as one that has no more, and what is missing
// may be the task that still runs; and what looks like a root element may be a field that is not known.
func checkWhole(status *UpgradeStatus, fields []field) error {
	for _, name := range []string{"status", "upgrade_step", "upgrade_task"} {
		if status.Phase().Terminal() && countOf(fields, name) == 0 {
			return fmt.Errorf("it has no %s: perhaps %w", name, errCutOff)
		}
	}
	return nil
}

func find(fields []field, name string) *value {
	for i := range fields {
		if fields[i].name == name {
			return &fields[i].value
		}
	}
	return nil
}

func countOf(fields []field, name string) (n int) {
	for _, f := range fields {
		if f.name == name {
			n++
		}
	}
	return n
}

func textOf(fields []field, name string) *string {
	v := find(fields, name)
	if v == nil || v.null {
		return nil
	}
	return &v.text
}

// errorNames are the names of an error body's members, plainly spelled; "error" is the element that the gateway's XML
// puts around them.
var errorNames = []string{"code", "message", "requestid", "error"}

// plain spells a name without the letter case and underscores in which the two layers differ: the gateway writes Code
// and RequestId, ACK code and requestId or request_id.
func plain(name string) string {
	return strings.ReplaceAll(strings.ToLower(name), "_", "")
}

// errorFields are the members of an error body, of either layer.
type errorFields struct {
	code, message, requestID string

	some bool // Whether there is something that is called an error, with a code or without.
}

// decodeError picks the members of an error body, of either layer, out of fields. Of several, the first that says
// something counts: what hides an error code opens a gate.
func decodeError(fields []field) (e errorFields) {
	for _, f := range fields {
		if f.value.blank() {
			continue
		}
		switch text := strings.TrimSpace(f.value.text); plain(f.name) {
		case "error":
			inner := decodeError(f.value.fields)
			e = errorFields{or(e.code, inner.code), or(e.message, inner.message), or(e.requestID, inner.requestID), true}
		case "code":
			e.code = or(e.code, text)
		case "message":
			e.message = or(e.message, text)
		case "requestid":
			e.requestID = or(e.requestID, text)
		}
	}
	return e
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
