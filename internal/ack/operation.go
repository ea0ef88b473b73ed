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

// apiVersion is the API version of all operations.
const apiVersion = "2015-12-15"

// Operation names an operation of the ACK API, as X-Acs-Action does. Each operation has its own file.
type Operation string

// RAMAction returns the action that a RAM policy has to allow for the operation.
func (o Operation) RAMAction() string { return "cs:" + string(o) }

// call describes one call of an operation whose response is a T.
type call[T any] struct {
	operation Operation
	// path has the segments of the path. Each is percent-encoded.
	path  []string
	query url.Values
	// maxBody is the maximum size of a response in bytes, after decompression.
	maxBody int
	// fields are the members of the response that decode reads.
	fields []string
	// errorIsData is set if a member with the name of an error is part of the response, such as the error of a task. Otherwise
	// such a member makes the response an error of the request, with any HTTP status.
	errorIsData bool
	// decode reads a response that is not an error. It is lenient with unused fields, and strict with those that decide about a
	// gate.
	decode func(object) (*T, error)
}

// Response has the fields that all responses have.
type Response struct {
	// RequestID is the id that Alibaba Cloud's support needs to find the request. It is empty if the response has none.
	RequestID string
	// Sent and Received are the times at which the successful attempt was sent, and its response was read.
	Sent, Received time.Time
}

func (r *Response) meta() *Response { return r }

// do makes the call, and retries after transient errors until RetryTimeout or ctx ends. Its error is always a *RequestError.
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

// fieldClusterID is the name of the field with the cluster of the response.
const fieldClusterID = "cluster_id"

// fieldTaskID is the name of the field with the task of the response.
const fieldTaskID = "task_id"

// checkCluster returns an error if the response names another cluster than the requested one.
func checkCluster(o object, want string) error {
	return checkSubject(o, fieldClusterID, "cluster", want)
}

// checkSubject returns an error if a field of the response names another subject than the requested one: a proxy may have mixed
// up two connections, or the API two requests. A response without the field is accepted.
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
