package ack

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// maxRetryAfter is the maximum delay that the client accepts from a server.
const maxRetryAfter = 10 * time.Minute

// RetryAfter returns the delay that the server requested, at most ten minutes, or zero.
func RetryAfter(err error) time.Duration {
	if api := (*APIError)(nil); errors.As(err, &api) {
		return min(api.RetryAfter, maxRetryAfter)
	}
	return 0
}

// retryAfterOf reads the delay from a response: from the standard header, or from that of the gateway, which has TimeLeft in
// milliseconds. The longest of several applies.
func retryAfterOf(response *http.Response) time.Duration {
	// With bounds of zero, the back-off of the library is the value of the standard header. The library reads it only with 429
	// and 503, but the gateway also throttles with 400.
	longest := retryablehttp.DefaultBackoff(0, 0, 0, &http.Response{StatusCode: http.StatusTooManyRequests, Header: response.Header})
	for _, name := range []string{"x-ratelimit-user-api", "x-ratelimit-user"} {
		for _, pair := range strings.Split(response.Header.Get(name), ",") {
			key, text, _ := strings.Cut(strings.TrimSpace(pair), ":")
			milliseconds, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
			if strings.EqualFold(key, "TimeLeft") && (err == nil || errors.Is(err, strconv.ErrRange)) {
				longest = max(longest, time.Duration(min(milliseconds, maxRetryAfter.Milliseconds()))*time.Millisecond)
			}
		}
	}
	if seconds, err := strconv.ParseInt(response.Header.Get("Retry-After"), 10, 64); (err == nil || errors.Is(err, strconv.ErrRange)) && seconds > int64(maxRetryAfter/time.Second) {
		return maxRetryAfter // The seconds may overflow a time.Duration.
	}
	return min(longest, maxRetryAfter)
}
