package credentials

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/summary"
)

const uriTimeout = 10 * time.Second

// fromURI takes credentials_uri, or a profile of the mode CredentialsURI.
func (r *resolver) fromURI() (*found, *Error) {
	value := r.value(URI, r.CredentialsURI, func(p *profile) string {
		if p.Mode != modeCredentialsURI {
			return ""
		}
		return p.CredentialsURI
	})
	if value.Text == "" {
		r.trace.add(URI.Attribute, "%s", emptiness(URI, value))
		return nil, nil
	}
	if r.profile != nil && value.From == profileOrigin(r.profile) {
		if err := r.mayRun(r.profile); err != nil {
			return nil, r.profileError(r.file, r.profile, err)
		}
	}
	f, err := uriSource(value.Text, r.refreshFailed)
	if err == nil {
		f.place = value.place()
	} else {
		return nil, &Error{
			Attribute: URI.Attribute,
			Summary:   summary.Malformed(URI.Attribute),
			Detail:    fmt.Sprintf("The value of %s %s.", value.From, err),
		}
	}
	r.trace.add(URI.Attribute, "used, from %s", value.From)
	return f, nil
}

var errURI = errors.New("must be a URL that begins with http:// or https://")

// uriSource requests credentials from an HTTP server. The library's own source for this demands an expiration, which not every
// such server gives, ignores the Code, which says whether the response has credentials, and repeats secrets of the response in its error.
func uriSource(uri string, failed func(string, error)) (*found, error) {
	parsed, err := url.Parse(uri)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" {
		return nil, errURI
	}
	about := "the credentials URI on " + parsed.Host
	own := &expiring{
		name: "credential_uri", about: about, failed: failed,
		fetch: func(ctx context.Context) (providers.Credentials, time.Time, error) { return fetchURI(ctx, uri) },
	}
	return &found{
		provider: own, own: own,
		about: about, hint: "Check credentials_uri, and the server there.",
	}, nil
}

func fetchURI(ctx context.Context, uri string) (c providers.Credentials, expires time.Time, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, uri, nil)
	if err != nil {
		return c, expires, errURI // uriSource has seen to that.
	}
	status, body, err := client{connect: uriTimeout, timeout: uriTimeout}.do(request)
	if err != nil {
		// Without the URL: its path or query may be what keeps others out.
		return c, expires, viaProxy(uri, fmt.Errorf("no connection: %w", err))
	}
	if status != http.StatusOK {
		return c, expires, viaProxy(uri, &rejection{status: status, body: string(body)})
	}
	var decoded struct {
		Code            *string
		AccessKeyID     string `json:"AccessKeyId"`
		AccessKeySecret string
		SecurityToken   string
		Expiration      string
	}
	if err := json.Unmarshal(body, &decoded); err != nil {
		return c, expires, errors.New("the response is not JSON of the expected form")
	}
	if decoded.Code != nil && *decoded.Code != "Success" {
		return c, expires, viaProxy(uri, &rejection{status: status, body: string(body)})
	}
	return providers.Credentials{
		AccessKeyId: decoded.AccessKeyID, AccessKeySecret: decoded.AccessKeySecret, SecurityToken: decoded.SecurityToken,
	}, parseExpiration(decoded.Expiration), nil
}

// viaProxy names the service in an error, and the proxy that a request over plain HTTP went through.
func viaProxy(uri string, err error) error {
	at := &serviceError{service: serviceURI, err: err}
	if strings.HasPrefix(uri, "http:") {
		at.proxy = proxyTo(uri)
	}
	return at
}
