package ack

import (
	"net/http"
	"strings"
)

// ErrorKind says what an error of the API is about, whichever of its codes says so.
type ErrorKind int

// The kinds of errors. The comment behind each says how it is told.
const (
	KindOther           ErrorKind = iota // A rejection whose code is not in the table.
	KindAccessKey                        // The access key is unknown or disabled.
	KindSignature                        // The signature is not the one that the access key's secret makes.
	KindTokenExpired                     // The security token has expired.
	KindToken                            // The security token does not belong to the access key, or is missing.
	KindReplay                           // The nonce has been seen before.
	KindClock                            // The request's date is too far off.
	KindThrottled                        // There were too many requests.
	KindUnavailable                      // The service asks to try again later.
	KindForbidden                        // The credentials do not allow the operation.
	KindClusterNotFound                  // There is no such cluster in this region, for this account.
	KindNotServed                        // The endpoint does not offer the operation.
	KindServerError                      // Any HTTP 5xx.
	KindRedirect                         // The response points to another address.
	KindNotTheAPI                        // A rejection without a code: something else than the API responded.
)

// errorCodes are the codes that are known, each with all codes below it: "InvalidTimeStamp" stands for
// "InvalidTimeStamp.Expired" too. The first that fits counts.
var errorCodes = []struct {
	code string
	kind ErrorKind
}{
	{"ErrorClusterNotFound", KindClusterNotFound},
	{"InvalidAccessKeyId", KindAccessKey},
	{"SignatureDoesNotMatch", KindSignature},
	{"IncompleteSignature", KindSignature},
	{"InvalidSecurityToken.Expired", KindTokenExpired},
	{"InvalidSecurityToken", KindToken},
	{"MissingSecurityToken", KindToken},
	{"SignatureNonceUsed", KindReplay},
	{"InvalidTimeStamp", KindClock},
	{"InvalidAction", KindNotServed},
	{"InvalidApi", KindNotServed},
	{"ServiceUnavailable", KindUnavailable},
	{"Forbidden", KindForbidden},
	{"NoPermission", KindForbidden},
	{"ErrorCheckAcl", KindForbidden},
}

// Kind says what the error is about: by its code first, because the gateway and ACK use one HTTP status for many things.
func (e *APIError) Kind() ErrorKind {
	if e.HTTPStatus == http.StatusTooManyRequests || strings.Contains(e.Code, "Throttling") {
		return KindThrottled
	}
	for _, known := range errorCodes {
		if e.Code == known.code || strings.HasPrefix(e.Code, known.code+".") {
			return known.kind
		}
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

// transient reports whether the same request may well succeed later. It is a whitelist: what is not known to pass does not
// pass. A replay passes because every attempt has a nonce of its own.
func (e *APIError) transient() bool {
	kind := e.Kind()
	return kind == KindThrottled || kind == KindUnavailable || kind == KindReplay ||
		e.HTTPStatus >= http.StatusInternalServerError && e.HTTPStatus != http.StatusNotImplemented
}
