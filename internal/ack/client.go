package ack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

const (
	apiVersion = "2015-12-15"
	action     = "GetUpgradeStatus"

	// maxBody bounds what is read of an answer, after decompression. A real one has a few hundred bytes.
	maxBody = 256 << 10
)

// Config says how a Client reaches the API.
type Config struct {
	// Endpoint is the API's host, or host:port.
	Endpoint string
	// Scheme is "https", or "http" for an endpoint that speaks nothing else.
	Scheme string
	// UserAgent is sent with every request.
	UserAgent string
	// Headers are sent with every request, those that are not empty. Names that begin with X-Acs- are signed.
	Headers map[string]string
	// Credentials is asked for each attempt.
	Credentials acs3.Source
	// Transport carries the signed requests; see NewTransport.
	Transport http.RoundTripper
	// AttemptTimeout bounds one attempt, from connecting to the last byte of the body. Getting credentials and waiting for
	// a turn do not count. Zero means no bound.
	AttemptTimeout time.Duration
	// RetryTimeout bounds how long one request is tried again, from its first transient fault on. Zero means not at all.
	// What it waits for its turn while others pass does not count. When the API throttles everything for so long, or asks
	// to be left alone for so long, the requests that wait for their turn give up as well.
	RetryTimeout time.Duration
	// OnRetry is told of each attempt that failed and will be made again; it may be nil.
	OnRetry func(context.Context, Retry)
}

// Retry is a failed attempt that will be made again.
type Retry struct {
	// Attempt counts from one.
	Attempt int
	// Delay is the pause before the next one.
	Delay time.Duration
	// Err is what the attempt ended with.
	Err error
}

// Client asks one endpoint of the ACK API. It is safe for concurrent use, and meant to be shared by all who ask that
// endpoint: at most 200 of their requests are under way at a time, and when the API throttles one, all of them slow down.
type Client struct {
	config   Config
	http     *http.Client
	limiter  *limiter
	answered atomic.Bool // whether the API has ever answered, and not only something that stands at its address
}

// NewClient returns a client for one endpoint. It makes no connection.
func NewClient(config Config) *Client {
	return &Client{
		config:  config,
		limiter: newLimiter(),
		http: &http.Client{
			Transport: &acs3.Transport{
				Base:        &attemptTransport{base: config.Transport, timeout: config.AttemptTimeout},
				Credentials: config.Credentials,
			},
			CheckRedirect: func(*http.Request, []*http.Request) error {
				return http.ErrUseLastResponse // A signature is for one host; sent on, it would be someone else's to use.
			},
		},
	}
}

// GetUpgradeStatus asks how the upgrade of a cluster is going, and tries again after transient faults for as long as the
// RetryTimeout and ctx allow. Its error is always a *RequestError.
func (c *Client) GetUpgradeStatus(ctx context.Context, clusterID string) (*UpgradeStatus, error) {
	started := time.Now()
	r := &retry{client: c}
	fail := func(err error) (*UpgradeStatus, error) {
		e := &RequestError{Attempts: r.attempts, Elapsed: time.Since(started), Err: err}
		if ctx.Err() != nil {
			e.Err, e.Last = ctx.Err(), r.last
		}
		return nil, e
	}
	request, err := c.request(ctx, clusterID)
	if err != nil {
		return fail(err)
	}
	var status *UpgradeStatus
	err = r.do(request, func(response *http.Response) (err error) {
		status, err = readStatus(response)
		return err
	})
	if err != nil {
		return fail(err)
	}
	return status, nil
}

func (c *Client) request(ctx context.Context, clusterID string) (*http.Request, error) {
	if clusterID == "" {
		return nil, errors.New("the cluster id is empty")
	}
	const before, after = "/api/v2/clusters/", "/upgrade/status"
	target := &url.URL{
		Scheme:  c.config.Scheme,
		Host:    c.config.Endpoint,
		Path:    before + clusterID + after,
		RawPath: before + url.PathEscape(clusterID) + after,
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, target.String(), nil)
	if err != nil {
		return nil, fmt.Errorf("building the request: %w", err)
	}
	for name, value := range c.config.Headers {
		if value != "" {
			request.Header.Set(name, value)
		}
	}
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", c.config.UserAgent)
	request.Header.Set("X-Acs-Action", action)
	request.Header.Set("X-Acs-Version", apiVersion)
	return request, nil
}

// readStatus reads one answer. Its error is an *APIError, an *AnswerError, or the network's.
func readStatus(response *http.Response) (*UpgradeStatus, error) {
	body, err := io.ReadAll(io.LimitReader(response.Body, maxBody+1))
	if err != nil && !(&APIError{HTTPStatus: response.StatusCode}).transient() {
		// What the rest would have said may change everything. Where the status alone says enough, it counts.
		return nil, fmt.Errorf("reading the body of an HTTP %d answer: %w", response.StatusCode, unwrapURL(err))
	}
	var fields []field
	reason := fmt.Errorf("it is larger than %d bytes", maxBody)
	if len(body) <= maxBody {
		fields, reason = decodeFields(body, response.Header.Get("Content-Type"))
	}
	e := decodeError(fields)
	show := shower(response.Request)
	requestID := show(or(response.Header.Get("X-Acs-Request-Id"), e.requestID), maxExcerpt)
	success := response.StatusCode >= 200 && response.StatusCode < 300
	if !success || e.code != "" {
		refused := apiError(response, e, requestID, body, show)
		if errors.Is(reason, errCutOff) {
			return nil, &passingError{refused} // As above.
		}
		return nil, refused
	}
	status := &UpgradeStatus{}
	if reason == nil {
		status, reason = decodeStatus(fields)
	}
	if reason == nil && e.some {
		reason = errors.New("there is an error in it, without a code")
	}
	if reason == nil && isXML(response.Header.Get("Content-Type")) {
		reason = checkWhole(status, fields)
	}
	if reason != nil {
		return nil, &AnswerError{
			HTTPStatus:  response.StatusCode,
			ContentType: show(response.Header.Get("Content-Type"), maxExcerpt),
			Excerpt:     show(string(body), maxExcerpt),
			RequestID:   requestID,
			Reason:      show(reason.Error(), maxExcerpt),
			cutOff:      errors.Is(reason, errCutOff),
		}
	}
	status.RequestID = requestID
	return status, nil
}

func apiError(response *http.Response, fields errorFields, requestID string, body []byte, show func(string, int) string) *APIError {
	e := &APIError{
		HTTPStatus: response.StatusCode,
		Code:       show(fields.code, maxExcerpt),
		Message:    show(fields.message, maxSummaryMessage),
		RequestID:  requestID,
		RetryAfter: retryAfter(response),
	}
	if response.StatusCode >= 300 && response.StatusCode < 400 {
		e.Location = show(response.Header.Get("Location"), maxExcerpt)
	}
	if date, err := http.ParseTime(response.Header.Get("Date")); err == nil {
		e.Date = date
	}
	if e.Code == "" {
		e.Excerpt = show(string(body), maxExcerpt)
	}
	return e
}

// unwrapURL drops the wrapping in which net/http repeats method and URL.
func unwrapURL(err error) error {
	if wrapped := (*url.Error)(nil); errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}
