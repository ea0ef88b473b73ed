package gateway

import "net/http"

// Rejection is why a request is rejected, in the service's own words.
type Rejection struct {
	// Status is the HTTP status.
	Status int
	// Code and Message are in the body.
	Code, Message string
	// ByACK is set when the request passed the gateway and ACK itself rejected it: the two write errors differently.
	ByACK bool
	// Header holds further headers.
	Header map[string]string
	// Detail says more about a rejection by ACK for want of a permission.
	Detail map[string]string
}

// Reason is one of the reasons for which the gateway, or STS, rejects a request.
type Reason int

// The reasons of the gateway.
const (
	ActionNotFound Reason = iota
	SignatureIncomplete
	AccessKeyNotFound
	DateMalformed
	DateExpired
	SignatureMismatch
	NonceUsed
	SecurityTokenMissing
	SecurityTokenMalformed
	SecurityTokenOfAnotherKey
	SecurityTokenExpired
	TooManyRequests

	// The reasons of STS alone.
	VersionInvalid
	RoleNotFound
	NoPermission
	OidcProviderNotFound
	OidcTokenInvalid
	OidcTokenExpired
)

// Reject returns the rejection for a reason, with status 400 where nothing else is said. Codes and messages are those of the
// gateway's public error reference, and of responses that users have published.
func Reject(why Reason) *Rejection {
	rejection := [...]Rejection{
		ActionNotFound: {
			Status: http.StatusNotFound, Code: "InvalidAction.NotFound",
			Message: "Specified api is not found, please check your url and method.",
		},
		SignatureIncomplete: {
			Code: "IncompleteSignature", Message: "The request signature does not conform to Aliyun standards.",
		},
		AccessKeyNotFound: {
			Status: http.StatusNotFound, Code: "InvalidAccessKeyId.NotFound", Message: "Specified access key is not found.",
		},
		DateMalformed: {
			Code: "InvalidTimeStamp.Format", Message: "Specified time stamp or date value is not well formatted.",
		},
		DateExpired: {Code: "InvalidTimeStamp.Expired", Message: "Specified time stamp or date value is expired."},
		SignatureMismatch: {
			Code: "SignatureDoesNotMatch", Message: "Specified signature does not match our calculation.",
		},
		NonceUsed:              {Code: "SignatureNonceUsed", Message: "Specified signature nonce was used already."},
		SecurityTokenMissing:   {Code: "MissingSecurityToken", Message: "SecurityToken is mandatory for this action."},
		SecurityTokenMalformed: {Code: "InvalidSecurityToken.Malformed", Message: "Specified SecurityToken is malformed."},
		SecurityTokenOfAnotherKey: {
			Code: "InvalidSecurityToken.MismatchWithAccessKey", Message: "Specified SecurityToken mismatch with the AccessKey.",
		},
		SecurityTokenExpired: {Code: "InvalidSecurityToken.Expired", Message: "Specified SecurityToken is expired."},
		TooManyRequests: {
			Status: http.StatusTooManyRequests, Code: "Throttling.User", Message: "Request was denied due to user flow control.",
		},

		VersionInvalid: {Code: "InvalidVersion", Message: "Specified parameter Version is not valid."},
		RoleNotFound: {
			Status: http.StatusNotFound, Code: "EntityNotExist.Role", Message: "The specified Role not exists.",
		},
		NoPermission: {
			Status: http.StatusForbidden, Code: "NoPermission",
			Message: "You are not authorized to do this action. You should be authorized by RAM.",
		},
		OidcProviderNotFound: {
			Status: http.StatusNotFound, Code: "EntityNotExist.OIDCProvider", Message: "The specified OIDC provider not exists.",
		},
		OidcTokenInvalid: {Code: "AuthenticationFail.OIDCToken.Invalid", Message: "This JsonWebToken is invalid."},
		OidcTokenExpired: {Code: "AuthenticationFail.OIDCToken.Expired", Message: "This JsonWebToken is expired."},
	}[why]
	if rejection.Status == 0 {
		rejection.Status = http.StatusBadRequest
	}
	return &rejection
}

// rejectMismatch contains the string that the gateway signed, to compare with the client's, as the real one does.
func rejectMismatch(stringToSign string) *Rejection {
	rejection := Reject(SignatureMismatch)
	rejection.Message += " server StringToSign is [" + stringToSign + "]"
	return rejection
}

// RejectCluster is ACK's rejection of a cluster that does not exist, or not in this region, or not for this account.
func RejectCluster(clusterID string) *Rejection {
	return &Rejection{
		Status: http.StatusNotFound, Code: "ErrorClusterNotFound", Message: "cluster (" + clusterID + ") not found", ByACK: true,
	}
}

// RejectTask is ACK's rejection of a task that does not exist, or not in this region, or not for this account. How ACK rejects one
// is not documented: HTTP 404 is assumed, and so is the code.
func RejectTask(taskID string) *Rejection {
	return &Rejection{Status: http.StatusNotFound, Code: "ErrorTaskNotFound", Message: "task (" + taskID + ") not found", ByACK: true}
}

// RejectParameter is ACK's rejection of a query parameter that it cannot read.
func RejectParameter(name string) *Rejection {
	return &Rejection{
		Status: http.StatusBadRequest, Code: "InvalidParameter", Message: "The parameter " + name + " is not valid.", ByACK: true,
	}
}
