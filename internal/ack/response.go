package ack

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// maxAPIMessage is the maximum length of the API's message, in characters.
const maxAPIMessage = 500

// read reads one response, and its request ID. Its error is an *APIError, an *InvalidResponseError or a network error.
func (o call[T]) read(response *http.Response) (*T, string, error) {
	body, err := readLimited(response, o.maxBody)
	if err != nil && !(&APIError{HTTPStatus: response.StatusCode}).transient() {
		// The rest of the body could change the meaning. A transient status does not need the body.
		err = fmt.Errorf("reading the body of an HTTP %d response: %w", response.StatusCode, err)
		return nil, "", &transientError{redactError(err, response.Request, nil)}
	}
	contentType := response.Header.Get("Content-Type")
	var (
		root   object
		fields errorFields
		v      value
		reason = checkEncoding(response)
		known  = newRedactor(response.Request)
		show   = known.Line
	)
	if reason == nil && len(body) > o.maxBody {
		reason = fmt.Errorf("the response is larger than %d bytes", o.maxBody)
	}
	if reason == nil {
		if v, reason = readBody(body, contentType, o.fields); reason == nil {
			root, fields = readObjectAndError(v, o.fields, o.errorIsData && response.StatusCode == http.StatusOK)
			root.known = known
		}
	}
	requestID := show(or(response.Header.Get("X-Acs-Request-Id"), fields.requestID), maxExcerpt)
	if success := response.StatusCode >= 200 && response.StatusCode < 300; !success || fields.code != "" {
		rejection := apiError(response, fields, requestID, body, show)
		if errors.Is(reason, errTruncated) {
			return nil, "", &transientError{rejection} // As above.
		}
		return nil, "", rejection
	}
	if reason == nil && response.StatusCode != http.StatusOK {
		reason = errors.New("the ACK API responds with HTTP 200 only")
	}
	if reason == nil {
		reason = checkContentType(contentType)
	}
	if reason == nil && fields.some {
		reason = errors.New("the response contains an error without a code")
	}
	var result *T
	if reason == nil {
		result, reason = o.decode(root)
	}
	if reason != nil {
		return nil, "", &InvalidResponseError{
			Operation:   o.operation,
			HTTPStatus:  response.StatusCode,
			ContentType: show(contentType, maxExcerpt),
			Excerpt:     show(string(body[:min(len(body), maxExcerptBytes)]), maxExcerpt),
			RequestID:   requestID,
			Reason:      show(reason.Error(), maxExcerpt),
			truncated:   errors.Is(reason, errTruncated),
		}
	}
	return result, requestID, nil
}

// readLimited reads a body, up to one byte beyond the largest that is allowed. It returns when the context of the request ends:
// some bodies of net/http do not.
func readLimited(response *http.Response, maxBody int) ([]byte, error) {
	type result struct {
		body []byte
		err  error
	}
	read := func() result {
		body, err := io.ReadAll(io.LimitReader(response.Body, int64(maxBody)+1))
		return result{body, err}
	}
	if response.Request == nil || response.Body == http.NoBody {
		r := read()
		return r.body, r.err
	}
	done := make(chan result, 1)
	go func() { done <- read() }()
	ctx := response.Request.Context()
	select {
	case r := <-done:
		return r.body, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// checkContentType reports a content type that no response of the API has: an HTML page of a proxy, for example. Plain text is
// accepted: some proxies and servers send JSON with it.
func checkContentType(contentType string) error {
	media, _, _ := strings.Cut(contentType, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	switch {
	case media == "", media == "text/plain":
		return nil
	case slices.Contains([]string{"application", "text"}, strings.Split(media, "/")[0]) &&
		(strings.HasSuffix(media, "/json") || strings.HasSuffix(media, "+json") || strings.HasSuffix(media, "/xml") || strings.HasSuffix(media, "+xml")):
		return nil
	}
	return fmt.Errorf("the content type %q is not one of JSON or XML", display.Line(media, maxExcerpt))
}

// checkEncoding reports an encoding that was not requested. The transport requests gzip and decodes it, and then removes the
// header. Any other encoding remains in the header.
func checkEncoding(response *http.Response) error {
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return fmt.Errorf("the response has the content encoding %q, which was not requested", display.Line(encoding, maxExcerpt))
	}
	if response.Header.Get("Content-Range") != "" {
		return errors.New("the response is a part of a body: it has the header Content-Range")
	}
	return nil
}

func apiError(response *http.Response, fields errorFields, requestID string, body []byte, show func(string, int) string) *APIError {
	e := &APIError{
		HTTPStatus: response.StatusCode,
		Code:       show(fields.code, maxExcerpt),
		Message:    show(fields.message, maxAPIMessage),
		RequestID:  requestID,
		RetryAfter: retryAfterOf(response),
	}
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		e.Location = show(response.Header.Get("Location"), maxExcerpt)
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		e.Date = date
	}
	if e.Code == "" {
		e.Excerpt = show(string(body[:min(len(body), maxExcerptBytes)]), maxExcerpt)
	}
	return e
}
