package response

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"slices"
	"unicode"
)

// toXML writes a JSON body as the XML sample of the API reference: an element for each member, without a root element, and without a
// declaration, which cannot precede several elements.
//
// XML has no null and no arrays: null is left out, and an array becomes an element of its name for each of its elements.
// A member with a name that is not valid in XML is left out too.
func toXML(body json.RawMessage) []byte {
	w := xmlWriter{json: json.NewDecoder(bytes.NewReader(body))}
	w.json.UseNumber()
	switch token := w.token(); token {
	case json.Delim('{'):
		w.members()
	case json.Delim('['):
		w.elements("item")
	default:
		w.text(token)
	}
	return w.xml.Bytes()
}

// toRootedXML writes the same within a root element, as a document with a declaration.
func toRootedXML(root string, body json.RawMessage) []byte {
	return slices.Concat([]byte(xml.Header+"<"+root+">"), toXML(body), []byte("</"+root+">"))
}

// xmlWriter goes through valid JSON once, from the first token to the last.
type xmlWriter struct {
	json *json.Decoder
	xml  bytes.Buffer
}

func (w *xmlWriter) token() json.Token {
	token, _ := w.json.Token() // What is valid has no errors.
	return token
}

// members writes an object whose opening brace was read.
func (w *xmlWriter) members() {
	for w.json.More() {
		name, _ := w.token().(string)
		before := w.xml.Len()
		w.element(name, w.token())
		if !isXMLName(name) {
			w.xml.Truncate(before)
		}
	}
	w.token()
}

// elements writes an array whose opening bracket was read.
func (w *xmlWriter) elements(name string) {
	for w.json.More() {
		w.element(name, w.token())
	}
	w.token()
}

// element writes the value that begins with the given token.
func (w *xmlWriter) element(name string, token json.Token) {
	switch token {
	case nil:
		return
	case json.Delim('['):
		w.elements(name)
		return
	}
	w.xml.WriteString("<" + name + ">")
	if token == json.Delim('{') {
		w.members()
	} else {
		w.text(token)
	}
	w.xml.WriteString("</" + name + ">")
}

func (w *xmlWriter) text(token json.Token) {
	if token != nil {
		_ = xml.EscapeText(&w.xml, fmt.Append(nil, token)) // A buffer takes everything.
	}
}

// isXMLName takes the names that need no namespace to be understood.
func isXMLName(name string) bool {
	for i, r := range name {
		start := r == '_' || unicode.IsLetter(r)
		if !start && (i == 0 || r != '-' && r != '.' && !unicode.IsDigit(r)) {
			return false
		}
	}
	return name != ""
}
