package ack

import (
	"errors"
	"fmt"
	"iter"
	"mime"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/redact"
)

// errTruncated is a body that ends before the response in it is complete.
var errTruncated = errors.New("the response is truncated")

// value is one value of a response: JSON, or the content of an XML element. Callers need not know which. Members and elements are
// not decoded ahead: they are cut out of the body when they are visited.
type value struct {
	json []byte   // Valid JSON without white space around it.
	xml  *element // Set in XML.
}

// readBody reads a body as one object, in XML if that is the content type, otherwise in JSON. The names are those of the known
// members. They distinguish an XML root element from a field.
func readBody(body []byte, contentType string, names []string) (value, error) {
	if isXML(contentType) {
		return readXML(body, names)
	}
	v, err := readJSON(body)
	if err == nil && !v.isObject() {
		err = errors.New("the response is not a JSON object")
	}
	return v, err
}

func isXML(contentType string) bool {
	media, _, err := mime.ParseMediaType(contentType)
	return err == nil && (media == "application/xml" || media == "text/xml")
}

// missing reports the zero value, which means a missing member.
func (v value) missing() bool { return v.xml == nil && v.json == nil }

// isNull reports a JSON null.
func (v value) isNull() bool { return v.xml == nil && v.json[0] == 'n' }

// isText reports a JSON string, or an XML element without elements in it.
func (v value) isText() bool {
	if v.xml != nil {
		return len(v.xml.children) == 0
	}
	return v.json[0] == '"'
}

// isObject reports a JSON object, or an XML element that is not all text. An empty XML element is both a text and an object. The
// field decides which of the two is meant.
func (v value) isObject() bool {
	if v.xml != nil {
		return strings.TrimSpace(v.xml.text) == ""
	}
	return v.json[0] == '{'
}

// isArray reports a JSON array.
func (v value) isArray() bool { return v.xml == nil && v.json[0] == '[' }

// text returns the text, or the raw form of a value that is not a text. The raw form is never a known value.
func (v value) text() string {
	switch {
	case v.xml != nil && len(v.xml.children) > 0:
		return "<" + v.xml.children[0].name + ">" + v.xml.text
	case v.xml != nil:
		return v.xml.text
	case v.isText():
		return jsonText(v.json)
	default:
		return rawText(v.json)
	}
}

// blank reports whether the value is null or empty.
func (v value) blank() bool {
	if v.isNull() {
		return true
	}
	if v.isObject() && !v.isText() {
		for range v.members() {
			return false
		}
		return true
	}
	return strings.TrimSpace(v.text()) == ""
}

// members returns the members of an object, in their order; none for any other value.
func (v value) members() iter.Seq2[string, value] {
	switch {
	case v.xml != nil:
		return v.xml.members()
	case v.isObject():
		return jsonMembers(v.json)
	default:
		return func(func(string, value) bool) {}
	}
}

// member is a named value.
type member struct {
	name  string
	value value
}

// object has the members of an object that the reader knows. Names must match exactly. A duplicate member is an error, because it
// is unknown which of the two values is right.
type object struct {
	names  []string
	values [][]value // By name; more than one is a duplicate, or in XML a list.
	// similar has the members whose names differ from a known one only in spelling, by the known name. Such a member may contain
	// the real value, so a value that decides about a gate counts as unknown.
	similar []member
	inXML   bool
	known   *redact.Redactor // Takes the secrets of the request out of the texts; nil takes nothing out.
}

// The maximum size of a text in bytes. The state keeps the texts of thousands of clusters.
const (
	maxWord    = 1 << 10
	maxMessage = 4 << 10
)

// readObject takes the members of the given names out of v, which is a part of o.
func (o object) readObject(v value, names []string) object {
	inner, _ := readObjectAndError(v, names, true)
	inner.known = o.known
	return inner
}

// readObjectAndError does the same, and collects the members of an error body, in one pass. A member whose name is that of an
// error is excluded if it is data.
func readObjectAndError(v value, names []string, errorIsData bool) (object, errorFields) {
	o := object{names: names, values: make([][]value, len(names)), similar: make([]member, len(names)), inXML: v.xml != nil}
	first := make([]value, len(names)) // Room for one value of each name; most have no other.
	for i := range names {
		o.values[i] = first[i : i : i+1]
	}
	var e errorFields
	for name, v := range v.members() {
		if i := slices.Index(names, name); i >= 0 {
			if o.inXML || len(o.values[i]) < 2 { // Two are enough to detect a duplicate.
				o.values[i] = append(o.values[i], v)
			}
		} else if i := slices.IndexFunc(names, func(known string) bool { return samePlain(known, name) }); i >= 0 {
			o.similar[i] = member{name, v}
		}
		if !errorIsData || !samePlain(name, "error") {
			e.add(name, v, 1)
		}
	}
	return o, e
}

// checkDuplicates reports the first of the names that is a duplicate.
func (o object) checkDuplicates(names ...string) error {
	for _, name := range names {
		if len(o.all(name)) > 1 {
			return duplicateError(name)
		}
	}
	return nil
}

func duplicateError(name string) error { return fmt.Errorf("duplicate field %s", name) }

func (o object) all(name string) []value { return o.values[slices.Index(o.names, name)] }

// find returns the member of a name, and false when it is missing or null.
func (o object) find(name string) (value, bool) {
	all := o.all(name)
	if len(all) == 0 || all[0].isNull() {
		return value{}, false
	}
	return all[0], true
}

// has reports whether there is a member of this name, null or not.
func (o object) has(name string) bool { return len(o.all(name)) > 0 }

// text returns the member's text, or the raw form of a value that is not a text. It is nil if the member is missing or null.
func (o object) text(name string) *string { return o.keep(name, maxWord) }

// message is text for free text, of which more is kept.
func (o object) message(name string) *string { return o.keep(name, maxMessage) }

func (o object) keep(name string, limit int) *string {
	v, ok := o.find(name)
	if !ok {
		return nil
	}
	text := o.keepText(v.text(), limit)
	return &text
}

// keepText returns the beginning of a text, without the secrets of the request. A truncated text ends with an ellipsis, so that
// it is never a known value.
func (o object) keepText(text string, limit int) string {
	cut := len(text) > limit
	if cut {
		text = strings.ToValidUTF8(strings.Clone(text[:limit]), "")
	}
	if o.known != nil {
		text = o.known.Known(text)
	}
	if cut {
		text += "…"
	}
	return text
}

// similarTo returns the first name that differs from one of the given ones only in spelling.
func (o object) similarTo(names ...string) string {
	for _, name := range names {
		if similar := o.similar[slices.Index(o.names, name)]; similar.name != "" {
			return similar.name
		}
	}
	return ""
}

// list returns the elements of a list, and false when it is missing or null. In XML a list is a repeated element, or one
// element around such.
func (o object) list(name string) (iter.Seq[value], bool, error) {
	all := o.all(name)
	v, ok := o.find(name)
	switch {
	case o.inXML && len(all) > 1:
		return slices.Values(all), true, nil
	case len(all) > 1:
		return nil, false, duplicateError(name)
	case !ok:
		return nil, false, nil
	case o.inXML && v.isObject():
		return v.xml.elements(), true, nil
	case !o.inXML && v.isArray():
		return jsonElements(v.json), true, nil
	default:
		return nil, false, fmt.Errorf("%s is not a list", name)
	}
}

// samePlain reports whether two names are equal without letter case, underscores, hyphens and white space. In these, the layers
// of the API and their versions differ. The gateway writes Code and RequestId, ACK code and requestId or request_id.
func samePlain(a, b string) bool {
	for {
		first, restOfA := nextPlain(a)
		second, restOfB := nextPlain(b)
		if first != second {
			return false
		}
		if first < 0 {
			return true
		}
		a, b = restOfA, restOfB
	}
}

// nextPlain returns the first character of a name that counts, in its folded form, and what follows it; -1 at the end.
func nextPlain(name string) (r rune, rest string) {
	for name != "" {
		r, size := utf8.DecodeRuneInString(name)
		name = name[size:]
		if r != '_' && r != '-' && !unicode.IsSpace(r) {
			return fold(r), name
		}
	}
	return -1, ""
}

// fold folds letter case; upper case first, because ſ is an s in capitals alone.
func fold(r rune) rune {
	if r < utf8.RuneSelf {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r
	}
	return unicode.ToLower(unicode.ToUpper(r))
}
