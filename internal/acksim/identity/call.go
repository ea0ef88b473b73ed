package identity

import "time"

// Call is what a simulator remembers of one call of a credential service. Texts are cut after 512 bytes.
type Call struct {
	// Time is when it arrived.
	Time time.Time
	// Service is the service that was called.
	Service Service
	// Method and Path are as sent: the path is percent-encoded, and without a query.
	Method, Path string
	// UserAgent is the User-Agent header.
	UserAgent string

	// Action is the action requested of STS: AssumeRole or AssumeRoleWithOIDC.
	Action string
	// AccessKeyID is the key that the call of STS claims to be signed with.
	AccessKeyID string
	// Identity is who signed the call of STS, as in Request.
	Identity string
	// RoleARN, SessionName and DurationSeconds are the session requested of STS, as sent.
	RoleARN, SessionName, DurationSeconds string
	// Policy and ExternalID are further parameters of AssumeRole, as sent.
	Policy, ExternalID string

	// Status is the HTTP status of the response.
	Status int
	// Code is the error code in the response; empty when it is not one of STS's errors.
	Code string
	// RequestID is the request id in the response of STS; empty elsewhere, and in a response that Fail has put in its place.
	RequestID string
	// Issued is the access key id of the session in the response; empty when there is none.
	Issued string
}
