package ack

import "strings"

// errorFields are the members of an error body, of either layer.
type errorFields struct {
	code, message, requestID string

	some bool // Whether there is an error, with or without a code.
}

// add adds a member of an error body. depth is how many levels of nested errors are read. Of several members with one name, the
// first that is not blank counts: a hidden error code could open a gate.
func (e *errorFields) add(name string, v value, depth int) {
	var to *string
	is := func(known string) bool { return samePlain(name, known) }
	switch {
	case is("error"): // For example the root element of the gateway's XML.
		e.addError(v, depth)
		return
	case is("success"): // Many APIs of Alibaba Cloud return it with an error code.
		e.some = e.some || strings.EqualFold(strings.TrimSpace(v.text()), "false")
		return
	case is("code"), is("errorcode"), is("errcode"):
		to = &e.code
	case is("message"):
		to = &e.message
	case is("requestid"):
		to = &e.requestID
	default:
		return
	}
	if *to == "" && !v.blank() {
		*to = strings.TrimSpace(v.text())
	}
}

func (e *errorFields) addError(v value, depth int) {
	if e.some && e.code != "" || v.blank() {
		return
	}
	e.some = true
	if depth == 0 {
		return
	}
	var inner errorFields
	for name, v := range v.members() {
		inner.add(name, v, depth-1)
	}
	e.code, e.message, e.requestID = or(e.code, inner.code), or(e.message, inner.message), or(e.requestID, inner.requestID)
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
