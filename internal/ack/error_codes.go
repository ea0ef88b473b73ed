package ack

import (
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/apicode"
)

// ErrorKind is the kind of an API error. Several codes can have one kind.
type ErrorKind = apicode.Kind

// The kinds that an error of ACK can have.
const (
	KindOther           = apicode.Other
	KindAccessKey       = apicode.AccessKey
	KindSignature       = apicode.Signature
	KindTokenExpired    = apicode.TokenExpired
	KindToken           = apicode.Token
	KindReplay          = apicode.Replay
	KindClock           = apicode.Clock
	KindThrottled       = apicode.Throttled
	KindUnavailable     = apicode.Unavailable
	KindForbidden       = apicode.Forbidden
	KindClusterNotFound = apicode.ClusterNotFound
	KindNotServed       = apicode.NotServed
	KindServerError     = apicode.ServerError
	KindRedirect        = apicode.Redirect
	KindNotTheAPI       = apicode.NotTheAPI
)

// Kind returns the kind of the error. The code takes precedence, because the gateway and ACK use one HTTP status for many errors.
func (e *APIError) Kind() ErrorKind {
	if e.HTTPStatus == http.StatusTooManyRequests {
		return KindThrottled
	}
	if kind := apicode.Of(e.Code); kind != KindOther {
		return kind
	}
	switch {
	case e.Code != "" && e.lacksOperation():
		return KindNotServed
	case e.Code != "" && e.HTTPStatus == http.StatusForbidden:
		return KindForbidden
	case e.HTTPStatus >= http.StatusInternalServerError:
		return KindServerError
	case e.Code != "":
		return KindOther
	case e.Location != "":
		return KindRedirect
	default:
		return KindNotTheAPI
	}
}

// lacksOperation reports an HTTP status that means that the path or method does not exist.
func (e *APIError) lacksOperation() bool {
	switch e.HTTPStatus {
	case http.StatusNotFound, http.StatusGone, http.StatusNotImplemented:
		return true
	default:
		return false
	}
}

// NotServed reports whether the response means that the endpoint does not have the operation. How the API rejects a withdrawn
// operation is not documented. So an HTTP 404, 410 or 501 counts, unless its code has another meaning.
func (e *APIError) NotServed() bool {
	kind := e.Kind()
	saysNothingElse := kind == KindNotTheAPI || kind == KindServerError || kind == KindOther
	return kind == KindNotServed || saysNothingElse && e.lacksOperation()
}

// transient reports whether the same request may succeed later, by the code and by the HTTP status.
func (e *APIError) transient() bool {
	kind := e.Kind()
	return kind != KindServerError && kind.Transient() || e.HTTPStatus >= http.StatusInternalServerError && e.HTTPStatus != http.StatusNotImplemented
}
