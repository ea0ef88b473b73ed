package ack

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// Config has the settings of a Client.
type Config struct {
	// Endpoint is the API's host, or host:port.
	Endpoint string
	// Scheme is "https", or "http" for an endpoint without TLS.
	Scheme string
	// UserAgent is sent with every request.
	UserAgent string
	// Headers are sent with every request, except for empty ones. Names that begin with X-Acs- are signed.
	Headers map[string]string
	// Credentials returns the credentials of each attempt.
	Credentials acs3.Source
	// Transport carries the signed requests; see NewTransport.
	Transport http.RoundTripper
	// AttemptTimeout bounds one attempt, from connecting to the last byte of the body. It excludes fetching
	// credentials and waiting for a permit. Zero means no limit.
	AttemptTimeout time.Duration
	// RetryTimeout is the maximum time to retry a request, from its first transient error on. Zero means no retries. It excludes the
	// wait for a permit while other requests pass. If the API throttles all requests for that time, or requests such a delay, the
	// requests that wait for a permit fail too.
	RetryTimeout time.Duration
	// OnRetry is called for each failed attempt that is retried. It may be nil.
	OnRetry func(context.Context, Retry)
}

// Retry is a failed attempt that is retried.
type Retry struct {
	// Operation is the requested operation.
	Operation Operation
	// Attempt counts from one.
	Attempt int
	// Delay is the pause before the next one.
	Delay time.Duration
	// Err is the error of the attempt.
	Err error
}

// Client sends requests to one endpoint of the ACK API. It is safe for concurrent use. All users of an endpoint should share one
// client: it sends at most 200 requests at a time, and slows all of them down when the API throttles one. Each operation has its
// own file.
type Client struct {
	config  Config
	base    http.RoundTripper // Makes one attempt.
	limiter *limiter
	reached atomic.Bool // Whether the API has responded, not only a proxy.
}

// NewClient returns a client for one endpoint. It makes no connection.
func NewClient(config Config) *Client {
	return &Client{
		config:  config,
		limiter: newLimiter(),
		base:    newAttemptTransport(config.Transport, config.AttemptTimeout),
	}
}

// send makes one attempt: it signs the request with the given credentials, a date and a nonce of its own, and sends it. It uses a
// RoundTripper, because an http.Client follows redirects: a signature is for one host.
func (c *Client) send(request *http.Request, credentials acs3.Credentials) (*http.Response, error) {
	signing := &acs3.Transport{
		Base:        c.base,
		Credentials: func(context.Context) (acs3.Credentials, error) { return credentials, nil },
	}
	return signing.RoundTrip(request)
}
