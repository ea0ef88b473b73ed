package apicode

import "strings"

// Kind says what an error of a service is about, whichever of its codes says so.
type Kind int

// The kinds. The comment behind each says what has happened.
const (
	Other           Kind = iota // A rejection whose code is not in the table.
	AccessKey                   // The access key is unknown or disabled.
	Signature                   // The signature is not the one that the access key's secret makes.
	TokenExpired                // The security token has expired.
	Token                       // The security token does not belong to the access key, or is missing.
	Replay                      // The nonce has been seen before.
	Clock                       // The request's date is too far off.
	Throttled                   // There were too many requests.
	Unavailable                 // The service is temporarily unavailable.
	Forbidden                   // The credentials do not allow the operation.
	ClusterNotFound             // There is no such cluster in this region, for this account.
	NotServed                   // The endpoint does not offer the operation.
	ServerError                 // The service failed.

	// These have no code. A caller with the HTTP response distinguishes them.

	Redirect  // The response points to another address.
	NotTheAPI // A rejection without a code: something else than the service responded.
)

// entry is a known code and all codes below it: "InvalidTimeStamp" includes "InvalidTimeStamp.Expired".
type entry[K any] struct {
	code string
	kind K
}

// codes are the codes that every service can return, and those of ACK. The first match counts.
var codes = []entry[Kind]{
	{"ErrorClusterNotFound", ClusterNotFound},
	{"InvalidAccessKeyId", AccessKey},
	{"SignatureDoesNotMatch", Signature},
	{"IncompleteSignature", Signature},
	{"InvalidSecurityToken.Expired", TokenExpired},
	{"InvalidSecurityToken", Token},
	{"MissingSecurityToken", Token},
	{"SignatureNonceUsed", Replay},
	{"InvalidTimeStamp", Clock},
	{"InvalidAction", NotServed},
	{"InvalidApi", NotServed},
	{"ServiceUnavailable", Unavailable},
	{"InternalError", ServerError},
	{"Forbidden", Forbidden},
	{"NoPermission", Forbidden},
	{"ImplicitDeny", Forbidden},
	{"ExplicitDeny", Forbidden},
	{"ErrorCheckAcl", Forbidden},
}

// Of returns the kind of an error code: Other for one that is not known, and for none.
func Of(code string) Kind {
	if strings.Contains(code, "Throttling") {
		return Throttled
	}
	return find(codes, code)
}

// find returns the kind of the first entry that includes a code, or the zero kind.
func find[K any](entries []entry[K], code string) (kind K) {
	for _, known := range entries {
		if code == known.code || strings.HasPrefix(code, known.code+".") {
			return known.kind
		}
	}
	return kind
}

// Transient reports whether the same request can succeed later. It is a whitelist: unknown codes are permanent. A replay is transient
// because every attempt has a new nonce.
func (k Kind) Transient() bool {
	switch k {
	case Throttled, Unavailable, Replay, ServerError:
		return true
	case Other, AccessKey, Signature, TokenExpired, Token, Clock, Forbidden, ClusterNotFound, NotServed, Redirect, NotTheAPI:
		return false
	}
	return false
}
