package ack

import (
	"net/http"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/apicode"
)

// ErrorKind says what an error of the API is about, whichever of its codes says so.
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

// Kind says what the error is about: by its code first, because the gateway and ACK use one HTTP status for many things.
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

// lacksOperation reports an HTTP status that stands for an address that is not served.
func (e *APIError) lacksOperation() bool {
	switch e.HTTPStatus {
	case http.StatusNotFound, http.StatusGone, http.StatusNotImplemented:
		return true
	default:
		return false
	}
}

// NotServed reports whether the endpoint does not offer the operation, as far as the response tells: nobody has published
// how an operation is rejected that was withdrawn, so an HTTP 404, 410 or 501 counts with any code that does not say
// something else, and without one.
func (e *APIError) NotServed() bool {
	kind := e.Kind()
	saysNothingElse := kind == KindNotTheAPI || kind == KindServerError || kind == KindOther
	return kind == KindNotServed || saysNothingElse && e.lacksOperation()
}

// transient reports whether the same request may well succeed later: by what its code means, and by its HTTP status.
func (e *APIError) transient() bool {
	kind := e.Kind()
	return kind != KindServerError && kind.Transient() || e.HTTPStatus >= http.StatusInternalServerError && e.HTTPStatus != http.StatusNotImplemented
}
