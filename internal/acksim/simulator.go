// Package acksim simulates the part of Alibaba Cloud's ACK that this provider talks to: a gateway that checks every
// request as the real one does, and clusters whose upgrades follow a script. It also plays the credential services: STS, an
// ECS instance's metadata service, and a credentials URI. One Simulator is all of them, told apart by the request; see
// identity.Service.
//
// It is for whoever has no Alibaba Cloud account, or wants an upgrade that fails on demand; the command cmd/acksim runs
// it on its own. It never weakens a check: what it accepts, the service accepts.
package acksim

import (
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/identity"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/response"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// maxBody is how much of a request's body is read. No operation has one, but a request may be sent with one that is signed.
const maxBody = 1 << 20

// Simulator plays a scenario. It is an http.Handler, safe for concurrent use, and takes the time from package time
// alone, so that it works in a testing/synctest bubble.
type Simulator struct {
	format    response.Format
	identity  *identity.Services
	gateway   *gateway.Gateway
	rateLimit *gateway.RateLimiter // Nil when there is none.
	faults    *fault.Faults

	mu        sync.Mutex
	clusters  map[string]*cluster
	requests  history[Request]
	onRequest func(Request)
	calls     history[identity.Call]
	onCall    func(identity.Call)
}

// cluster is one cluster, and how far its timeline has come.
type cluster struct {
	steps    []scenario.Step
	timeline *story.Timeline
}

func newCluster(steps []scenario.Step) *cluster {
	return &cluster{steps: slices.Clone(steps), timeline: story.NewTimeline(scenario.Lengths(steps))}
}

// New returns a simulator that plays the scenario, or a *document.Error.
func New(plan *scenario.Scenario) (*Simulator, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	services := identity.New(plan, time.Now())
	s := &Simulator{
		format:    plan.Format,
		identity:  services,
		gateway:   gateway.New(services, operation.Routes()),
		rateLimit: gateway.NewRateLimiter(plan.RateLimit),
		faults:    fault.New(plan.FaultSeed, plan.Faults),
		clusters:  make(map[string]*cluster),
	}
	for id, c := range plan.Clusters {
		s.clusters[id] = newCluster(c.Timeline)
	}
	return s, nil
}

// SetTimeline gives a cluster, known or new, another timeline. It begins with the next request for the cluster: a test
// can so let an upgrade begin between a plan and its apply.
func (s *Simulator) SetTimeline(clusterID string, steps []scenario.Step) error {
	if err := scenario.CheckTimeline(document.Entry("clusters", clusterID)+".timeline", steps); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters[clusterID] = newCluster(steps)
	return nil
}

// SetFaults makes these faults apply from now on, instead of those before; none ends them all. Its error is a
// *document.Error.
func (s *Simulator) SetFaults(all ...fault.Fault) error {
	if err := fault.CheckAll("faults", all, s.knows); err != nil {
		return err
	}
	s.faults.Set(all)
	return nil
}

// knows reports whether there is such a cluster.
func (s *Simulator) knows(clusterID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.clusters[clusterID]
	return ok
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if service := s.identity.For(r); service != "" {
		s.identity.Serve(w, r, service, s.rememberCall)
		return
	}
	record := Request{
		Time:          time.Now(),
		Method:        r.Method,
		Path:          r.URL.EscapedPath(),
		Nonce:         r.Header.Get(acs3.HeaderNonce),
		UserAgent:     r.UserAgent(),
		SecurityToken: r.Header.Get(acs3.HeaderSecurityToken) != "",
		RequestID:     gateway.NewRequestID(),
	}
	responded, applied := s.respond(r, &record)
	record.Status, record.Fault = responded.Status, applied.Kind
	s.rememberRequest(record)
	applied.Deliver(w, r, responded)
}

// respond decides how r is responded to, and what goes wrong then, and completes its record.
func (s *Simulator) respond(r *http.Request, record *Request) (responded response.Response, applied fault.Fault) {
	defer func() {
		if record.RequestID != "" {
			responded.Header.Set(response.HeaderRequestID, record.RequestID)
		}
		applied.Date(responded.Header, record.Time)
	}()
	format := s.format.For(r)
	claim, rejection := s.gateway.Check(r, record.Time)
	record.ClusterID, record.AccessKeyID, record.Identity = claim.ClusterID, claim.AccessKeyID, claim.Identity
	if rejection == nil {
		applied = s.faults.ForRequest(claim.ClusterID, s.knows(claim.ClusterID))
		rejection = applied.Reject(record.Time, r.Header.Get(acs3.HeaderDate))
	}
	if rejection == nil && applied.Kind.InPlace() {
		responded, record.Code = applied.Respond(record.RequestID, r.Host)
		if record.Code == "" {
			record.RequestID = "" // What stands in between knows of none.
		}
		return responded, applied
	}
	if rejection == nil {
		rejection = s.rateLimit.Allow(record.Time) // Only here is known whose quota it is.
	}
	if rejection == nil {
		step, ok := s.poll(claim.ClusterID, record)
		if ok {
			return applied.Damage(render(claim.Operation, step, format)), applied
		}
		rejection = gateway.RejectCluster(claim.ClusterID)
	}
	record.Code = rejection.Code
	return rejection.Response("CS", record.RequestID, r.Host, format != response.JSON), applied
}

// poll plays the cluster's timeline, and reports false for an unknown cluster.
func (s *Simulator) poll(clusterID string, record *Request) (scenario.Step, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, ok := s.clusters[clusterID]
	if !ok {
		return scenario.Step{}, false
	}
	index := c.timeline.Poll(record.Time)
	step := c.steps[index]
	record.Step, record.Phase = index+1, step.Phase
	if step.HTTP != nil {
		record.RequestID = "" // A proxy knows of none.
	}
	return step, true
}

// render returns the response of an operation in a step.
func render(name string, step scenario.Step, format response.Format) response.Response {
	if step.HTTP != nil {
		return step.HTTP.Response()
	}
	body := step.Answer
	if o, ok := operation.Named(name); ok && step.Phase != "" {
		body = o.Render(step.Phase, step.Message)
	}
	return format.Response(name, body)
}
