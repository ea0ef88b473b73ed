package credentials

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/netfault"
)

const (
	// maxServiceHeader and maxServiceBody are how many bytes are read of a response that contains credentials. One has some
	// thousand.
	maxServiceHeader = 64 << 10
	maxServiceBody   = 64 << 10
)

// errRedirect is a redirect in place of credentials. The request is for one host: the target of the redirect would receive a
// signature, a token, or the address of a signed request.
var errRedirect = errors.New("the response is a redirect. Redirects are not followed")

// harden makes a transport one for secrets: it does not follow a redirect, decompresses nothing, reads little of a header, and
// leaves no connection open. All that is in fields that a clone of the transport has.
func harden(transport *http.Transport) {
	proxy := transport.Proxy
	transport.Proxy = func(r *http.Request) (*url.URL, error) {
		switch {
		case r.Response != nil: // An http.Client sets it in the request that follows a redirect, and there alone.
			return nil, errRedirect
		case proxy == nil:
			return nil, nil //nolint:nilnil // As net/http has it: no proxy.
		}
		return proxy(r)
	}
	transport.DisableCompression = true
	transport.MaxResponseHeaderBytes = maxServiceHeader
	transport.DisableKeepAlives = true
}

// client makes requests for credentials. It follows no redirect, and reads no more than a response may have.
type client struct {
	connect, timeout time.Duration // to connect, and for all of a request to the last byte of the response
}

// do sends a request and reads the response: its status and body. A redirect, and everything else that is no final response,
// is an error. The request ends with its context, or with the time-out.
func (c client) do(r *http.Request) (status int, body []byte, err error) {
	ctx, cancel := context.WithTimeout(r.Context(), c.timeout)
	defer cancel()
	base, ok := http.DefaultTransport.(*http.Transport) // Prepared: its clones have its proxies and its errors of them.
	if !ok {
		return 0, nil, errors.New("the default HTTP transport was replaced")
	}
	transport := base.Clone()
	harden(transport)
	transport.DialContext = (&net.Dialer{Timeout: c.connect}).DialContext
	transport.TLSHandshakeTimeout = c.connect
	response, err := transport.RoundTrip(r.WithContext(ctx))
	if record := (tls.RecordHeaderError{}); errors.As(err, &record) && string(record.RecordHeader[:]) == "HTTP/" {
		return 0, nil, http.ErrSchemeMismatch // As an http.Client says it.
	}
	if err != nil {
		return 0, nil, unseen(err)
	}
	defer func() { _ = response.Body.Close() }()
	switch {
	case response.StatusCode < http.StatusOK: // The body of a 101 is the connection, and no context ends its reads.
		return 0, nil, fmt.Errorf("HTTP %d is not a final response", response.StatusCode)
	case response.StatusCode >= 300 && response.StatusCode < 400:
		return 0, nil, errRedirect
	}
	body, err = io.ReadAll(io.LimitReader(response.Body, maxServiceBody+1))
	switch {
	case err != nil:
		return 0, nil, fmt.Errorf("reading the response failed: %w", unseen(err))
	case len(body) > maxServiceBody:
		return 0, nil, fmt.Errorf("the response is larger than %d bytes", maxServiceBody)
	}
	return response.StatusCode, body, nil
}

// unseen returns an error of the network without the part of the response that net/http repeats when it cannot parse it: the
// response can contain credentials, which the redactor does not know yet.
func unseen(err error) error {
	if kind := netfault.Of(err); kind == netfault.NotHTTP || kind == netfault.Unknown {
		return &networkError{kind: netfault.NotHTTP, text: "the response is not valid HTTP"}
	}
	return err
}
