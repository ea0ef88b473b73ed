package ack

import (
	"net/http"
	"testing"
)

// Every known code, and some unknown ones, with every possible HTTP status: the kind of the error, whether the operation is
// unavailable, and whether the error is transient.
func TestTheKindOfEveryCode(t *testing.T) {
	statuses := []int{200, 206, 301, 302, 307, 400, 401, 403, 404, 405, 408, 409, 410, 425, 429, 500, 501, 502, 503, 504, 599}
	known := map[string]ErrorKind{
		"ErrorClusterNotFound":                       KindClusterNotFound,
		"InvalidAccessKeyId":                         KindAccessKey,
		"InvalidAccessKeyId.NotFound":                KindAccessKey,
		"InvalidAccessKeyId.Inactive":                KindAccessKey,
		"SignatureDoesNotMatch":                      KindSignature,
		"IncompleteSignature":                        KindSignature,
		"InvalidSecurityToken.Expired":               KindTokenExpired,
		"InvalidSecurityToken.Malformed":             KindToken,
		"InvalidSecurityToken.MismatchWithAccessKey": KindToken,
		"InvalidSecurityToken":                       KindToken,
		"MissingSecurityToken":                       KindToken,
		"SignatureNonceUsed":                         KindReplay,
		"InvalidTimeStamp.Expired":                   KindClock,
		"InvalidTimeStamp.Format":                    KindClock,
		"InvalidAction":                              KindNotServed,
		"InvalidAction.NotFound":                     KindNotServed,
		"InvalidApi.NotPurchase":                     KindNotServed,
		"ServiceUnavailable":                         KindUnavailable,
		"Forbidden":                                  KindForbidden,
		"Forbidden.RAM":                              KindForbidden,
		"NoPermission":                               KindForbidden,
		"ErrorCheckAcl":                              KindForbidden,
		"Throttling":                                 KindThrottled,
		"Throttling.User":                            KindThrottled,
		"Throttling.Api":                             KindThrottled,
		"Request.Throttling":                         KindThrottled,
		"ErrorClusterState":                          KindOther,
		"InternalError":                              KindServerError,
		"ForbiddenRAM":                               KindOther, // No code below Forbidden.
		"errorclusternotfound":                       KindOther,
		"InvalidActionX":                             KindOther,
		"400":                                        KindOther,
	}
	// The kind by status, for an unknown code and for none.
	byStatus := func(status int, code bool) ErrorKind {
		switch {
		case code && (status == 404 || status == 410 || status == 501):
			return KindNotServed
		case code && status == 403:
			return KindForbidden
		case status >= 500:
			return KindServerError
		case code:
			return KindOther
		default:
			return KindNotTheAPI
		}
	}
	cases := 0
	check := func(e *APIError, kind ErrorKind) {
		t.Helper()
		cases++
		if e.HTTPStatus == http.StatusTooManyRequests {
			kind = KindThrottled
		}
		if e.Kind() != kind {
			t.Errorf("%v is of the kind %d, want %d", e, e.Kind(), kind)
		}
		gone := e.HTTPStatus == 404 || e.HTTPStatus == 410 || e.HTTPStatus == 501
		notServed := kind == KindNotServed || gone && (e.Code == "" && e.Location == "" || kind == KindServerError)
		if e.NotServed() != notServed {
			t.Errorf("%v is not served: %t", e, !notServed)
		}
		passes := kind == KindThrottled || kind == KindUnavailable || kind == KindReplay || e.HTTPStatus >= 500 && e.HTTPStatus != 501
		if e.transient() != passes || Transient(e) != passes || e.Throttled() != (kind == KindThrottled) {
			t.Errorf("%v passes: %t, throttled: %t", e, e.transient(), e.Throttled())
		}
		if notServed && passes && e.HTTPStatus < 500 {
			t.Errorf("%v is not served, and passes", e)
		}
	}
	for _, status := range statuses {
		for code, kind := range known {
			if kind == KindOther {
				kind = byStatus(status, true)
			}
			check(&APIError{HTTPStatus: status, Code: code}, kind)
		}
		check(&APIError{HTTPStatus: status}, byStatus(status, false))
		if status >= 300 && status < 400 {
			check(&APIError{HTTPStatus: status, Location: "https://portal/"}, KindRedirect)
		}
	}
	t.Logf("%d codes with %d statuses: %d cases", len(known)+1, len(statuses), cases)
}
