package acksim

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// throttlingCode is how every code begins that the gateway throttles with.
const throttlingCode = "Throttling"

// headerRetryAfter is where a proxy, and sometimes the gateway, says in seconds when to come back.
const headerRetryAfter = "Retry-After"

// oversize is how much white space follows an oversized body: more than a client should be willing to read.
const oversize = 2 << 20

// otherHost is where a redirect leads. No host of this name can exist.
const otherHost = "https://portal.invalid/login"

// refuse returns the refusal that the fault is, or nil; record is that of the request that it strikes.
func (f Fault) refuse(record *Request, date string) *refusal {
	switch f.Kind {
	case FaultThrottled:
		return f.throttle(record.Time)
	case FaultNonceUsed:
		return refuse(nonceUsed)
	case FaultClockSkew:
		return checkDate(date, record.Time.Add(orElse(f.Skew, defaultFaultSkew)))
	default:
		return nil
	}
}

// date puts the gateway's clock into an answer, when it is not the right one.
func (f Fault) date(a reply, now time.Time) {
	if f.Kind == FaultClockSkew {
		a.header.Set("Date", now.Add(orElse(f.Skew, defaultFaultSkew)).UTC().Format(http.TimeFormat))
	}
}

func (f Fault) throttle(now time.Time) *refusal {
	no := refuse(tooManyRequests)
	no.status = orElse(f.Status, no.status)
	no.code = orElse(f.Code, no.code)
	no.header = make(map[string]string)
	if f.TimeLeft > 0 {
		no.header[headerRateLimit] = rateLimitHeader(1, f.TimeLeft, now)
	}
	if f.RetryAfter > 0 {
		no.header[headerRetryAfter] = seconds(f.RetryAfter)
	}
	return no
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }

// answer returns what the fault answers in place of the cluster, if that is no refusal.
func (f Fault) answer(record *Request, host string) reply {
	switch f.Kind {
	case FaultError:
		return f.serverError(record, host)
	case FaultRedirect:
		record.RequestID = ""
		a := newReply(http.StatusFound, "text/html", []byte(`<a href="`+otherHost+`">Found</a>`))
		a.header.Set("Location", otherHost)
		return a
	case FaultHTTP:
		record.RequestID = "" // A proxy knows of none.
		return f.HTTP.reply()
	default: // Those that answer nothing.
		record.RequestID = ""
		return reply{header: http.Header{}}
	}
}

func (f Fault) serverError(record *Request, host string) reply {
	status := orElse(f.Status, http.StatusServiceUnavailable)
	no := &refusal{status: status, code: "ServiceUnavailable", message: "The request has failed due to a temporary failure of the server."}
	if status == http.StatusInternalServerError {
		no.code, no.message = "InternalError", "The request processing has failed due to some unknown error."
	}
	a := no.body("CS", record.RequestID, host, f.Body == FaultBodyXML)
	switch f.Body {
	case FaultBodyHTML:
		title := fmt.Sprintf("%d %s", status, http.StatusText(status))
		a = newReply(status, "text/html", []byte("<html>\n<head><title>"+title+"</title></head>\n<body><h1>"+title+"</h1></body>\n</html>\n"))
	case FaultBodyEmpty:
		a = newReply(status, "", nil)
	case FaultBodyTruncated:
		a = newReply(status, typeJSON, a.body[:len(a.body)/2])
	case "", FaultBodyJSON, FaultBodyXML:
		record.Code = no.code
	}
	if record.Code == "" {
		record.RequestID = "" // What stands in between knows of none.
	}
	if f.RetryAfter > 0 {
		a.header.Set(headerRetryAfter, seconds(f.RetryAfter))
	}
	return a
}

// damage returns what becomes of the cluster's answer before it is written.
func (f Fault) damage(a reply) reply {
	switch f.Kind {
	case FaultOversized:
		return a.with(append(bytes.Clone(a.body), bytes.Repeat([]byte(" "), oversize)...))
	case FaultNotUTF8:
		const member, gbk = `"message":"`, "\xc9\xfd\xbc\xb6\xd6\xd0 " // "Upgrading", as it is written in China.
		if body := bytes.Replace(a.body, []byte(member), []byte(member+gbk), 1); len(body) > len(a.body) {
			return a.with(body)
		}
		return a.with(bytes.Replace(a.body, []byte("{"), []byte(`{"note":"`+gbk+`",`), 1))
	case FaultCutGzip:
		var packed bytes.Buffer
		w := gzip.NewWriter(&packed)
		_, _ = w.Write(a.body) // A buffer takes everything.
		_ = w.Close()
		a = a.with(packed.Bytes()[:packed.Len()/2])
		a.header.Set("Content-Encoding", "gzip")
		return a
	case FaultLongLength:
		a = a.with(a.body)
		a.header.Set("Content-Length", strconv.Itoa(len(a.body)+64))
		return a
	default:
		return a
	}
}

// with returns the answer with another body.
func (a reply) with(body []byte) reply {
	a.header = a.header.Clone()
	a.header.Set("Content-Length", strconv.Itoa(len(body)))
	a.body = body
	return a
}
