package acksim

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// The content types of what the service answers, as it spells them.
const (
	typeJSON       = "application/json;charset=utf-8"
	typeXML        = "application/xml;charset=utf-8"
	typeGatewayXML = "text/xml;charset=utf-8"
)

const headerRequestID = "X-Acs-Request-Id"

// reply is an answer before it goes out.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func newReply(status int, contentType string, body []byte) reply {
	header := http.Header{"Content-Type": {contentType}}
	if contentType == "" {
		header["Content-Type"] = nil // Else net/http guesses one.
	}
	if len(body) > 0 { // A length, even of 0, has no place in a 204.
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return reply{status, header, body}
}

// reply returns what the step answers in the given format.
func (s Step) reply(format Format) reply {
	if s.HTTP != nil {
		return s.HTTP.reply()
	}
	body := s.Answer
	if s.Phase != "" {
		body = s.Phase.answer(s.Message)
	}
	switch format {
	case FormatXML:
		return newReply(http.StatusOK, typeXML, toXML(body))
	case FormatXMLRooted:
		return newReply(http.StatusOK, typeXML, toRootedXML(body))
	case FormatJSON, FormatByAccept:
	}
	return newReply(http.StatusOK, typeJSON, body)
}

// reply returns the answer as it is.
func (a *HTTPAnswer) reply() reply {
	answer := newReply(a.Status, a.ContentType, []byte(a.Body))
	for name, value := range a.Headers {
		answer.header.Set(name, value)
	}
	return answer
}

func (a reply) writeHeader(w http.ResponseWriter) {
	for name, values := range a.header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.status)
}

func (a reply) write(w http.ResponseWriter) {
	a.writeHeader(w)
	_, _ = w.Write(a.body) // An error means that the client has gone, and there is nobody left to tell.
}

// formatFor returns the format of the answer to r: what the scenario wants, or else what the client does.
func (f Format) formatFor(r *http.Request) Format {
	if f != FormatByAccept {
		return f
	}
	if accepts(r, "application/xml", "text/xml") && !accepts(r, "application/json") {
		return FormatXML
	}
	return FormatJSON
}

// accepts reports whether r's Accept header names one of the media types. Wildcards do not: they ask for nothing.
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

// encodeJSON encodes what always can be: structs of strings. It leaves & and the like as the service does.
func encodeJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
