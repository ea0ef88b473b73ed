package ack

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/go-retryablehttp"
)

// maxRetryAfter is the longest time that a server is believed to want to be left alone.
const maxRetryAfter = 10 * time.Minute

// RetryAfter returns the delay that the server requested, at most ten minutes, or zero.
func RetryAfter(err error) time.Duration {
	if api := (*APIError)(nil); errors.As(err, &api) {
		return min(api.RetryAfter, maxRetryAfter)
	}
	return 0
}

// retryAfterOf reads that from a response: the standard header, or the gateway's own, in which TimeLeft counts milliseconds
// and of several the longest holds.
func retryAfterOf(response *http.Response) time.Duration {
	// With bounds of zero, the library's back-off is what the standard header says. It reads it beside 429 and 503 only;
	// the gateway throttles with 400 too.
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
		return maxRetryAfter // So many seconds need not even fit.
	}
	return min(longest, maxRetryAfter)
}
