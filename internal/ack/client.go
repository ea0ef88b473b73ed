package ack

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
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
	// Credentials is asked before each attempt.
	Credentials acs3.Source
	// Transport carries the signed requests; see NewTransport.
	Transport http.RoundTripper
	// AttemptTimeout bounds one attempt, from connecting to the last byte of the body. Getting credentials and waiting for
	// a turn do not count. Zero means no bound.
	AttemptTimeout time.Duration
	// RetryTimeout bounds how long one request is tried again, from its first transient error on. Zero means not at all.
	// What it waits for its turn while others pass does not count. When the API throttles everything for so long, or asks
	// to be left alone for so long, the requests that wait for their turn give up as well.
	RetryTimeout time.Duration
	// OnRetry is told of each attempt that failed and will be made again; it may be nil.
	OnRetry func(context.Context, Retry)
}

// Retry is a failed attempt that will be made again.
type Retry struct {
	// Operation is the requested operation.
	Operation Operation
	// Attempt counts from one.
	Attempt int
	// Delay is the pause before the next one.
	Delay time.Duration
	// Err is what the attempt ended with.
	Err error
}

// Client sends requests to one endpoint of the ACK API. It is safe for concurrent use, and meant to be shared by all users of
// that endpoint: at most 200 of their requests are under way at a time, and when the API throttles one, all of them slow down.
// Its operations stand in a file each.
type Client struct {
	config   Config
	base     http.RoundTripper // Makes one attempt.
	limiter  *limiter
	answered atomic.Bool // Whether the API has ever responded, and not only something that stands at its address.
}

// NewClient returns a client for one endpoint. It makes no connection.
func NewClient(config Config) *Client {
	return &Client{
		config:  config,
		limiter: newLimiter(),
		base:    newAttemptTransport(config.Transport, config.AttemptTimeout),
	}
}

// send makes one attempt: it signs the request with the given credentials, a date and a nonce of its own, and sends it. It is
// a RoundTripper that does so and no http.Client, which would follow redirects: a signature is for one host.
func (c *Client) send(request *http.Request, credentials acs3.Credentials) (*http.Response, error) {
	signing := &acs3.Transport{
		Base:        c.base,
		Credentials: func(context.Context) (acs3.Credentials, error) { return credentials, nil },
	}
	return signing.RoundTrip(request)
}
