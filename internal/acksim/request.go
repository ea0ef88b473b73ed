package acksim

import (
	"strings"
	"time"
)

// Request is what a simulator remembers of one request. Texts are cut after 512 bytes.
type Request struct {
	// Time is when it arrived.
	Time time.Time
	// Method and Path are as sent: the path is percent-encoded, and without a query.
	Method, Path string
	// ClusterID is the cluster asked for; empty when the path names none.
	ClusterID string
	// AccessKeyID is the key that the request claims to be signed with.
	AccessKeyID string
	// Nonce is the signature's nonce.
	Nonce string
	// UserAgent is the User-Agent header.
	UserAgent string
	// SecurityToken is set when the request carries a security token.
	SecurityToken bool

	// Status is the HTTP status of the answer.
	Status int
	// Code is the error code of the answer; empty when it is not one of the service's errors.
	Code string
	// RequestID is the request id in the answer; empty in an answer that stands for a proxy's.
	RequestID string
	// Step is the step of the cluster's timeline that answered, counted from 1, and 0 when none did.
	Step int
	// Phase is that step's phase; empty when the step has an answer of its own.
	Phase Phase
}

// maxRequests is how many requests are remembered.
const maxRequests = 100_000

// requestLog remembers the newest requests.
type requestLog struct {
	requests []Request
	oldest   int // Where the oldest is, once the log is full.
	dropped  int
}

func (l *requestLog) add(r Request) {
	if len(l.requests) < maxRequests {
		l.requests = append(l.requests, r)
		return
	}
	l.requests[l.oldest] = r
	l.oldest = (l.oldest + 1) % maxRequests
	l.dropped++
}

// all returns a copy, oldest first.
func (l *requestLog) all() []Request {
	all := make([]Request, 0, len(l.requests))
	all = append(all, l.requests[l.oldest:]...)
	return append(all, l.requests[:l.oldest]...)
}

// clip bounds what a client can make the log remember. It copies, because a header's value shares its memory with all
// the others of the request.
func clip(s string) string {
	const most = 512
	return strings.Clone(s[:min(len(s), most)])
}
