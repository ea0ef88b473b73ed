package acksim

import (
	"slices"
	"time"
)

// Call is what a simulator remembers of one call of a service that hands out credentials. Texts are cut after 512 bytes.
type Call struct {
	// Time is when it arrived.
	Time time.Time
	// Service is the service that was called.
	Service Service
	// Method and Path are as sent: the path is percent-encoded, and without a query.
	Method, Path string
	// UserAgent is the User-Agent header.
	UserAgent string

	// Action is the action that STS is asked for: AssumeRole or AssumeRoleWithOIDC.
	Action string
	// AccessKeyID is the key that the call of STS claims to be signed with.
	AccessKeyID string
	// Identity is who signed the call of STS, as in Request.
	Identity string
	// RoleARN, SessionName and DurationSeconds are the session that STS is asked for, as sent.
	RoleARN, SessionName, DurationSeconds string
	// Policy and ExternalID are further parameters of AssumeRole, as sent.
	Policy, ExternalID string

	// Status is the HTTP status of the answer.
	Status int
	// Code is the error code in the answer; empty when it is not one of STS's errors.
	Code string
	// RequestID is the request id in STS's answer; empty elsewhere, and in an answer that Fail has put in its place.
	RequestID string
	// Issued is the access key id of the session in the answer; empty when there is none.
	Issued string
}

// Calls returns the newest 100,000 calls of the services that hand out credentials, oldest first: those of the given
// services or, when none is given, of all. A call is there before its answer goes out. What ACK was asked is in Requests.
func (s *Simulator) Calls(of ...Service) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.calls.all()
	if len(of) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(c Call) bool { return !slices.Contains(of, c.Service) })
}

// DroppedCalls returns how many calls Calls no longer knows of.
func (s *Simulator) DroppedCalls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.dropped
}

// OnCall has f called for each call of a service that hands out credentials from now on, before its answer goes out.
// Calls of f may be concurrent.
func (s *Simulator) OnCall(f func(Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall = f
}
