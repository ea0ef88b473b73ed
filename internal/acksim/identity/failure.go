package identity

import (
	"fmt"
	"maps"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
)

// failure is what goes wrong with a service.
type failure struct {
	failures    int // How many calls still get the response.
	response    response.Raw
	expirations int // How many sessions are still handed out without their expiration.
	delay       time.Duration
}

// Fail makes a service give the next n calls this response, instead of an earlier one of the same service; n = 0
// ends that. A call that would have been rejected is rejected as ever, and uses up none: a client that sends a bad
// signature learns so, service up or down. The metadata service counts calls for its tokens too.
func (s *Services) Fail(service Service, n int, raw response.Raw) error {
	if err := raw.Check("http"); err != nil {
		return fmt.Errorf("a failure of %s: %w", service, err)
	}
	raw.Headers = maps.Clone(raw.Headers)
	s.setFailure(service, func(f *failure) { f.failures, f.response = n, raw })
	return nil
}

// OmitExpiration makes a service leave the expiration out of the next n sessions that it hands out; n = 0 ends that.
func (s *Services) OmitExpiration(service Service, n int) {
	s.setFailure(service, func(f *failure) { f.expirations = n })
}

// Delay makes a service wait before it responds, from now on, unless the client leaves earlier. The call is recorded, and OnCall
// called, before the wait. Zero ends that.
func (s *Services) Delay(service Service, delay time.Duration) {
	s.setFailure(service, func(f *failure) { f.delay = delay })
}

func (s *Services) setFailure(service Service, set func(*failure)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.failures[service]
	set(&f)
	s.failures[service] = f
}

// fail returns the response of a call that must fail, or nil. The caller holds the lock.
func (s *Services) fail(call *Call) *response.Raw {
	f := s.failures[call.Service]
	if f.failures <= 0 {
		return nil
	}
	f.failures--
	s.failures[call.Service] = f
	call.RequestID = "" // It is the response of a proxy, which has none.
	return &f.response
}
