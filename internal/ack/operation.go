package ack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/display"
)

// apiVersion is the version of the API that all operations belong to.
const apiVersion = "2015-12-15"

// Operation names an operation of the ACK API, as X-Acs-Action does. Each has a file of its own.
type Operation string

// RAMAction returns the action that a RAM policy has to allow for the operation.
func (o Operation) RAMAction() string { return "cs:" + string(o) }

// call is one call of an operation that responds with a T: all that the client has to know of it.
type call[T any] struct {
	operation Operation
	// path holds the segments of the path; each is percent-encoded.
	path  []string
	query url.Values
	// maxBody bounds what is read of a response, after decompression.
	maxBody int
	// fields are the members of the response that decode reads.
	fields []string
	// errorIsData is set where a member that is called an error is part of the response: a task's, for one. Elsewhere it
	// makes the response an error of the request, whatever its HTTP status.
	errorIsData bool
	// decode reads a response that is no error. It is lenient with what it does not use, and never with what a gate hangs on.
	decode func(object) (*T, error)
}

// Response is what all responses have in common.
type Response struct {
	// RequestID is the id under which Alibaba Cloud's support finds the request. It is empty when the response had none.
	RequestID string
	// Sent and Received are the times at which the successful attempt was sent, and its response was read.
	Sent, Received time.Time
}

func (r *Response) meta() *Response { return r }

// do makes the call, and tries again after transient errors for as long as the RetryTimeout and ctx allow. Its error is
// always a *RequestError.
func do[T any, P interface {
	*T
	meta() *Response
}](ctx context.Context, c *Client, one call[T],
) (*T, error) {
	var result *T
	build := func() (*http.Request, error) { return one.request(ctx, c.config) }
	err := c.retry(ctx, one.operation, build, func(response *http.Response, sent time.Time) error {
		var requestID string
		var err error
		result, requestID, err = one.read(response)
		if err == nil {
			*P(result).meta() = Response{RequestID: requestID, Sent: sent, Received: time.Now()}
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return result, nil
}

func (o call[T]) request(ctx context.Context, config Config) (*http.Request, error) {
	var path, rawPath strings.Builder
	for _, segment := range o.path {
		if segment == "" {
			return nil, errors.New("an ID in the path is empty")
		}
		path.WriteByte('/')
		path.WriteString(segment)
		rawPath.WriteByte('/')
		rawPath.WriteString(url.PathEscape(segment))
	}
	target := &url.URL{Scheme: config.Scheme, Host: config.Endpoint, Path: path.String(), RawPath: rawPath.String(), RawQuery: o.query.Encode()}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("building the request: %w", err)
	}
	for name, value := range config.Headers {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", config.UserAgent)
	request.Header.Set("X-Acs-Action", string(o.operation))
	request.Header.Set("X-Acs-Version", apiVersion)
	return request, nil
}

// fieldClusterID is the name of the field in which a response says which cluster it is about.
const fieldClusterID = "cluster_id"

// fieldTaskID is the name of the field in which a response says which task it is about.
const fieldTaskID = "task_id"

// checkCluster reports a response that names another cluster than the one that was requested.
func checkCluster(o object, want string) error {
	return checkSubject(o, fieldClusterID, "cluster", want)
}

// checkSubject reports a response that names another subject, in a field, than the one that was requested: a proxy has mixed up
// two connections, or the API two requests. A response that names none is taken for the right one.
func checkSubject(o object, field, noun, want string) error {
	subjects := append(slices.Clone(o.all(field)), o.similar[slices.Index(o.names, field)].value)
	for _, v := range subjects {
		if v.missing() || v.isNull() {
			continue
		}
		if got := strings.TrimSpace(v.text()); got != "" && got != want || !v.isText() {
			return fmt.Errorf("the response is for another %s, %q", noun, display.Line(got, maxExcerpt))
		}
	}
	return nil
}
