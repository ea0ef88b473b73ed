package acksim

import (
	"fmt"
	"maps"
	"time"
)

// serviceFault is what goes wrong with a service.
type serviceFault struct {
	failures    int // How many calls are still answered with answer.
	answer      HTTPAnswer
	expirations int // How many sessions are still handed out without their expiration.
	delay       time.Duration
}

// Fail has a service answer the next n calls with the given answer, instead of an earlier one of the same service; n = 0
// ends that. A call that would have been refused is refused as ever, and uses up none: a client that sends a bad
// signature learns so, service up or down. The metadata service counts calls for its tokens too.
func (s *Simulator) Fail(service Service, n int, answer HTTPAnswer) error {
	if err := answer.check("http"); err != nil {
		return fmt.Errorf("a failure of %s: %w", service, err)
	}
	answer.Headers = maps.Clone(answer.Headers)
	s.setFault(service, func(f *serviceFault) { f.failures, f.answer = n, answer })
	return nil
}

// OmitExpiration has a service leave the expiration out of the next n sessions that it hands out; n = 0 ends that.
func (s *Simulator) OmitExpiration(service Service, n int) {
	s.setFault(service, func(f *serviceFault) { f.expirations = n })
}

// Delay has a service wait before it answers, from now on, unless the client leaves earlier. The call is remembered, and
// OnCall told of it, before the wait. Zero ends that.
func (s *Simulator) Delay(service Service, delay time.Duration) {
	s.setFault(service, func(f *serviceFault) { f.delay = delay })
}

func (s *Simulator) setFault(service Service, set func(*serviceFault)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.serviceFaults[service]
	set(&f)
	s.serviceFaults[service] = f
}

// fail returns what a call is answered with instead of what it asks for, or nil. The caller holds the lock.
func (s *Simulator) fail(call *Call) *HTTPAnswer {
	f := s.serviceFaults[call.Service]
	if f.failures <= 0 {
		return nil
	}
	f.failures--
	s.serviceFaults[call.Service] = f
	call.RequestID = "" // It stands for what is between client and service, and that knows of none.
	return &f.answer
}
