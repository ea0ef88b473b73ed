package response

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
)

// The content types of the service's responses, as it spells them.
const (
	TypeJSON       = "application/json;charset=utf-8"
	TypeXML        = "application/xml;charset=utf-8"
	TypeGatewayXML = "text/xml;charset=utf-8"
)

// HeaderRequestID carries the request id.
const HeaderRequestID = "X-Acs-Request-Id"

// Response is a response before it goes out.
type Response struct {
	Status int // Zero when there is none.
	Header http.Header
	Body   []byte
}

// New returns a response with its content type and length. An empty content type leaves the header out.
func New(status int, contentType string, body []byte) Response {
	header := http.Header{"Content-Type": {contentType}}
	if contentType == "" {
		header["Content-Type"] = nil // Else net/http guesses one.
	}
	if len(body) > 0 { // A length, even of 0, has no place in a 204.
		header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	return Response{status, header, body}
}

// With returns the response with another body.
func (a Response) With(body []byte) Response {
	a.Header = a.Header.Clone()
	a.Header.Set("Content-Length", strconv.Itoa(len(body)))
	a.Body = body
	return a
}

// WriteHeader writes status and header.
func (a Response) WriteHeader(w http.ResponseWriter) {
	for name, values := range a.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(a.Status)
}

// Write writes the whole response.
func (a Response) Write(w http.ResponseWriter) {
	a.WriteHeader(w)
	_, _ = w.Write(a.Body) // An error means that the client has left.
}

// EncodeJSON encodes what always can be: structs of strings and numbers. It leaves & and the like as the service does.
func EncodeJSON(v any) []byte {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}
