package fault

import (
	"bytes"
	"cmp"
	"compress/gzip"
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

// oversize is how much white space follows an oversized body: more than a client should be willing to read.
const oversize = 2 << 20

// otherHost is where a redirect leads. No host of this name can exist.
const otherHost = "https://portal.invalid/login"

// Reject returns the rejection that the fault is, or nil, for a request of the given date that arrives now.
func (f Fault) Reject(now time.Time, date string) *gateway.Rejection {
	switch f.Kind {
	case Throttled:
		return f.throttle(now)
	case NonceUsed:
		return gateway.Reject(gateway.NonceUsed)
	case ClockSkew:
		return gateway.CheckDate(date, now.Add(cmp.Or(f.Skew, defaultSkew)))
	default:
		return nil
	}
}

// Date puts the gateway's clock into a response, when it is not the right one.
func (f Fault) Date(header http.Header, now time.Time) {
	if f.Kind == ClockSkew {
		header.Set("Date", now.Add(cmp.Or(f.Skew, defaultSkew)).UTC().Format(http.TimeFormat))
	}
}

func (f Fault) throttle(now time.Time) *gateway.Rejection {
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

// Respond returns the response that stands in place of the cluster's, if it is no rejection, and its error code. Without a
// code, it is a response of something in between, which knows of no request id.
func (f Fault) Respond(requestID, host string) (r response.Response, code string) {
	switch f.Kind {
	case Error:
		return f.serverError(requestID, host)
	case Redirect:
		r = response.New(http.StatusFound, "text/html", []byte(`<a href="`+otherHost+`">Found</a>`))
		r.Header.Set("Location", otherHost)
		return r, ""
	case HTTP:
		return f.HTTP.Response(), ""
	default: // Those without a response.
		return response.Response{Header: http.Header{}}, ""
	}
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

// Damage returns what becomes of the cluster's response before it is written.
func (f Fault) Damage(a response.Response) response.Response {
	switch f.Kind {
	case Oversized:
		return a.With(append(bytes.Clone(a.Body), bytes.Repeat([]byte(" "), oversize)...))
	case NotUTF8:
		const member, gbk = `"message":"`, "\xc9\xfd\xbc\xb6\xd6\xd0 " // "Upgrading", as it is written in China.
		if body := bytes.Replace(a.Body, []byte(member), []byte(member+gbk), 1); len(body) > len(a.Body) {
			return a.With(body)
		}
		return a.With(bytes.Replace(a.Body, []byte("{"), []byte(`{"note":"`+gbk+`",`), 1))
	case CutGzip:
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(a.Body) // A buffer takes everything.
		_ = w.Close()
		a = a.With(packed.Bytes()[:packed.Len()/2])
		a.Header.Set("Content-Encoding", "gzip")
		return a
	case LongLength:
		a = a.With(a.Body)
		a.Header.Set("Content-Length", strconv.Itoa(len(a.Body)+64))
		return a
	default:
		return a
	}
}
