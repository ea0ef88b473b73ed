package ack

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// maxMessage is how many characters of the API's own message are kept.
const maxMessage = 500

// read reads one response, and its request id. Its error is an *APIError, an *InvalidResponseError, or the network's.
func (o call[T]) read(response *http.Response) (*T, string, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, int64(o.maxBody)+1))
	if err != nil && !(&APIError{HTTPStatus: response.StatusCode}).transient() {
		// What the rest would have said may change everything. Where the status alone says enough, it counts.
		return nil, "", &passingError{fmt.Errorf("reading the body of an HTTP %d response: %w", response.StatusCode, err)}
	}
	contentType := response.Header.Get("Content-Type")
	var (
		root   object
		fields errorFields
		v      value
		reason = checkEncoding(response)
	)
	if reason == nil && len(body) > o.maxBody {
		reason = fmt.Errorf("the response is larger than %d bytes", o.maxBody)
	}
	if reason == nil {
		if v, reason = readBody(body, contentType, o.fields); reason == nil {
			root, fields = readObjectAndError(v, o.fields, o.errorIsData && response.StatusCode == http.StatusOK)
		}
	}
	show := newRedactor(response.Request)
	requestID := show(or(response.Header.Get("X-Acs-Request-Id"), fields.requestID), maxExcerpt)
	if success := response.StatusCode >= 200 && response.StatusCode < 300; !success || fields.code != "" {
		rejection := apiError(response, fields, requestID, body, show)
		if errors.Is(reason, errTruncated) {
			return nil, "", &passingError{rejection} // As above.
		}
		return nil, "", rejection
	}
	if reason == nil && response.StatusCode != http.StatusOK {
		reason = errors.New("only HTTP 200 is a response of the API")
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

// checkEncoding reports an encoding that was not asked for. The transport asks for gzip, and undoes it before it hands a
// response on; whatever is left in the header stands in the way.
func checkEncoding(response *http.Response) error {
	if encoding := response.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return fmt.Errorf("the response has the content encoding %q, which was not asked for", display.Line(encoding, maxExcerpt))
	}
	if response.Header.Get("Content-Range") != "" {
		return errors.New("the response is a part of another, by its header Content-Range")
	}
	return nil
}

func apiError(response *http.Response, fields errorFields, requestID string, body []byte, show func(string, int) string) *APIError {
	e := &APIError{
		HTTPStatus: response.StatusCode,
		Code:       show(fields.code, maxExcerpt),
		Message:    show(fields.message, maxMessage),
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
