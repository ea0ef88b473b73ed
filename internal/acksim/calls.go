package acksim

import (
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// Calls returns the newest 100,000 calls of the credential services, oldest first: those of the given services or, when
// none is given, of all. A call is there before its response goes out. Requests to ACK are in Requests.
func (s *Simulator) Calls(of ...identity.Service) []identity.Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.calls.all()
	if len(of) == 0 {
		return all
	}
	return slices.DeleteFunc(all, func(c identity.Call) bool { return !slices.Contains(of, c.Service) })
}

// DroppedCalls returns how many calls Calls no longer knows of.
func (s *Simulator) DroppedCalls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls.dropped
}

// OnCall has f called for each call of a credential service from now on, before its response goes out, after those that were
// given before. Calls of f may be concurrent.
func (s *Simulator) OnCall(f func(identity.Call)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onCall = append(s.onCall, f)
}

// Fail makes a credential service give the next n calls this response. See identity.Services.
func (s *Simulator) Fail(service identity.Service, n int, raw response.Raw) error {
	return s.identity.Fail(service, n, raw)
}

// OmitExpiration makes a credential service leave the expiration out of the next n sessions. See identity.Services.
func (s *Simulator) OmitExpiration(service identity.Service, n int) {
	s.identity.OmitExpiration(service, n)
}

// Delay makes a credential service wait before it responds. See identity.Services.
func (s *Simulator) Delay(service identity.Service, delay time.Duration) {
	s.identity.Delay(service, delay)
}

// rememberCall adds a call to the log, and notifies the listeners.
func (s *Simulator) rememberCall(c identity.Call) {
	for _, text := range []*string{
		&c.Method, &c.Path, &c.UserAgent, &c.Action, &c.AccessKeyID, &c.Identity, &c.RoleARN, &c.SessionName,
		&c.DurationSeconds, &c.Policy, &c.ExternalID,
	} {
		*text = clip(*text)
	}
	s.mu.Lock()
	s.calls.add(c)
	listeners := s.onCall // It is only appended to.
	s.mu.Unlock()
	for _, listen := range listeners {
		listen(c)
	}
}
