package fault

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// throttlingCode is how every code begins that the gateway throttles with.
const throttlingCode = "Throttling"

// headerRetryAfter is where a proxy, and sometimes the gateway, says in seconds when to come back.
const headerRetryAfter = "Retry-After"

// otherHost is where a redirect leads. No host of this name can exist.
const otherHost = "https://portal.invalid/login"

func rejectNonce(Fault, time.Time, string) *gateway.Rejection {
	return gateway.Reject(gateway.NonceUsed)
}

func (f Fault) rejectDate(now time.Time, date string) *gateway.Rejection {
	return gateway.CheckDate(date, now.Add(cmp.Or(f.Skew, defaultSkew)))
}

// Date puts the gateway's clock into a response, when it is not the right one.
func (f Fault) Date(header http.Header, now time.Time) {
	if f.Kind == ClockSkew {
		header.Set("Date", now.Add(cmp.Or(f.Skew, defaultSkew)).UTC().Format(http.TimeFormat))
	}
}

func (f Fault) throttle(now time.Time, _ string) *gateway.Rejection {
	rejection := gateway.Reject(gateway.TooManyRequests)
	rejection.Status = cmp.Or(f.Status, rejection.Status)
	rejection.Code = cmp.Or(f.Code, rejection.Code)
	rejection.Header = make(map[string]string)
	if f.TimeLeft > 0 {
		rejection.Header[gateway.HeaderRateLimit] = gateway.RateLimitHeader(1, f.TimeLeft, now)
	}
	if f.RetryAfter > 0 {
		rejection.Header[headerRetryAfter] = seconds(f.RetryAfter)
	}
	return rejection
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

func redirect(Fault, string, string) (r response.Response, code string) {
	r = response.New(http.StatusFound, "text/html", []byte(`<a href="`+otherHost+`">Found</a>`))
	r.Header.Set("Location", otherHost)
	return r, ""
}

func (f Fault) raw(string, string) (r response.Response, code string) { return f.HTTP.Response(), "" }

// nothing is the response of a fault without one.
func nothing(Fault, string, string) (r response.Response, code string) {
	return response.Response{Header: http.Header{}}, ""
}

func (f Fault) serverError(requestID, host string) (r response.Response, code string) {
	status := cmp.Or(f.Status, http.StatusServiceUnavailable)
	rejection := &gateway.Rejection{
		Status: status, Code: "ServiceUnavailable", Message: "The request has failed due to a temporary failure of the server.",
	}
	if status == http.StatusInternalServerError {
		rejection.Code, rejection.Message = "InternalError", "The request processing has failed due to some unknown error."
	}
	r = rejection.Body("CS", requestID, host, f.Body == BodyXML)
	switch f.Body {
	case BodyHTML:
		title := fmt.Sprintf("%d %s", status, http.StatusText(status))
		r = response.New(status, "text/html", []byte("<html>\n<head><title>"+title+"</title></head>\n<body><h1>"+title+"</h1></body>\n</html>\n"))
	case BodyEmpty:
		r = response.New(status, "", nil)
	case BodyTruncated:
		r = response.New(status, response.TypeJSON, r.Body[:len(r.Body)/2])
	case "", BodyJSON, BodyXML:
		code = rejection.Code
	}
	if f.RetryAfter > 0 {
		r.Header.Set(headerRetryAfter, seconds(f.RetryAfter))
	}
	return r, code
}
