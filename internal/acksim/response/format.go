package response

import (
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// Format is the form in which the simulator responds.
type Format string

// The formats. ByAccept is JSON, unless the request's Accept header names XML and not JSON.
const (
	ByAccept  Format = ""
	JSON      Format = "json"
	XML       Format = "xml"        // As ACK documents it: the elements side by side, without a root.
	RootedXML Format = "xml-rooted" // The same in a root element.
)

// Formats returns the formats that can be chosen.
func Formats() []Format { return []Format{JSON, XML, RootedXML} }

// For returns the format of the response to r: what the scenario wants, or else what the client does.
func (f Format) For(r *http.Request) Format {
	if f != ByAccept {
		return f
	}
	if accepts(r, "application/xml", "text/xml") && !accepts(r, "application/json") {
		return XML
	}
	return JSON
}

// Response returns an operation's response, whose body is given in JSON, in this format.
func (f Format) Response(operation string, body json.RawMessage) Response {
	switch f {
	case XML:
		return New(http.StatusOK, TypeXML, toXML(body))
	case RootedXML:
		return New(http.StatusOK, TypeXML, toRootedXML(operation+"Response", body))
	case JSON, ByAccept:
	}
	return New(http.StatusOK, TypeJSON, body)
}

// accepts reports whether r's Accept header names one of the media types. Wildcards do not count.
func accepts(r *http.Request, mediaTypes ...string) bool {
	for _, accept := range r.Header.Values("Accept") {
		for part := range strings.SplitSeq(accept, ",") {
			name, parameters, err := mime.ParseMediaType(part)
			if err != nil || !slices.Contains(mediaTypes, name) {
				continue
			}
			if quality, err := strconv.ParseFloat(parameters["q"], 64); err != nil || quality > 0 {
				return true
			}
		}
	}
	return false
}
