package gateway

import (
	"errors"
	"net/http"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// ClockTolerance is how far a request's date may be off, in either direction.
const ClockTolerance = 15 * time.Minute

// Keys knows the access keys. It must be safe for concurrent use.
type Keys interface {
	// Key returns the access key of an id.
	Key(id string) (Key, bool)
	// CheckToken returns why a request with this key and security token is rejected, or nil. An empty token means none.
	CheckToken(id, token string, now time.Time) *Rejection
}

// Key is one access key.
type Key struct {
	// Secret keys the signature.
	Secret string
	// Identity is who signs with it: the id of a key, or the ARN of a session.
	Identity string
}

// Gateway makes the checks. It is safe for concurrent use.
type Gateway struct {
	keys   Keys
	routes []Route
	nonces Nonces

	withdrawals withdrawals
}

// New returns a gateway in front of the operations of these routes.
func New(keys Keys, routes []Route) *Gateway { return &Gateway{keys: keys, routes: routes} }

// SetWithdrawn withdraws these operations, and no others, from now on. They must have been checked.
func (g *Gateway) SetWithdrawn(all []Withdrawal) { g.withdrawals.set(all) }

// Remembered returns how many nonces are remembered.
func (g *Gateway) Remembered() int { return g.nonces.Remembered() }

// Claim is what the checks learn of a request, as far as they come.
type Claim struct {
	// Operation is the operation that it is for.
	Operation string
	// ClusterID is the cluster that it is about. It is empty for an operation that names a task or a region.
	ClusterID string
	// TaskID and RegionID are the task or the region that it is about, for an operation that names one.
	TaskID, RegionID string
	// AccessKeyID is the key that it claims to be signed with.
	AccessKeyID string
	// Identity is who signed it; empty as long as no good signature shows it.
	Identity string
}

// Check makes the gateway's checks, in the gateway's order. It returns what it has learned, and the first rejection or nil.
func (g *Gateway) Check(r *http.Request, now time.Time) (claim Claim, rejection *Rejection) {
	claim, ok := g.route(r)
	if !ok {
		return claim, Reject(ActionNotFound)
	}
	if rejection := g.withdrawals.reject(claim.Operation, now); rejection != nil {
		return claim, rejection
	}
	authorization, err := acs3.ParseAuthorization(r.Header.Get("Authorization"))
	if err != nil {
		return claim, Reject(SignatureIncomplete)
	}
	id := authorization.AccessKeyID
	claim.AccessKeyID = id
	key, ok := g.keys.Key(id)
	if !ok {
		return claim, Reject(AccessKeyNotFound)
	}
	if rejection := CheckDate(r.Header.Get(acs3.HeaderDate), now); rejection != nil {
		return claim, rejection
	}
	if rejection := checkSignature(r, key.Secret); rejection != nil {
		return claim, rejection
	}
	claim.Identity = key.Identity

	// Only now: a client without the secret must not use up the nonces of others.
	nonce := r.Header.Get(acs3.HeaderNonce)
	if nonce == "" || !g.nonces.Use(id, nonce, now) {
		return claim, Reject(NonceUsed)
	}
	if rejection := g.keys.CheckToken(id, r.Header.Get(acs3.HeaderSecurityToken), now); rejection != nil {
		return claim, rejection
	}
	g.withdrawals.pass(claim.Operation, now)
	return claim, nil
}

// route returns which operation r is for, and what it is about.
func (g *Gateway) route(r *http.Request) (Claim, bool) {
	for _, route := range g.routes {
		id, ok := route.match(r)
		switch {
		case !ok:
		case route.placeholder() == placeholderTask:
			return Claim{Operation: route.Action, TaskID: id}, true
		case route.placeholder() == placeholderRegion:
			return Claim{Operation: route.Action, RegionID: id}, true
		default:
			return Claim{Operation: route.Action, ClusterID: id}, true
		}
	}
	return Claim{}, false
}

// CheckDate rejects a date that is no date, or too far from now.
func CheckDate(value string, now time.Time) *Rejection {
	date, err := time.Parse(acs3.DateFormat, value)
	if err != nil || date.Format(acs3.DateFormat) != value { // Parse would let fractions of a second pass.
		return Reject(DateMalformed)
	}
	if date.Sub(now).Abs() > ClockTolerance {
		return Reject(DateExpired)
	}
	return nil
}

// checkSignature verifies the signature. The rejection of a signature over another body has no string to sign. A signature that leaves
// out a header, or whose text is ambiguous, is incomplete.
func checkSignature(r *http.Request, secret string) *Rejection {
	err := acs3.Verify(r, secret)
	var mismatch *acs3.MismatchError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &mismatch):
		return rejectMismatch(mismatch.StringToSign)
	case errors.Is(err, acs3.ErrPayloadHash):
		return Reject(SignatureMismatch)
	default:
		return Reject(SignatureIncomplete)
	}
}
