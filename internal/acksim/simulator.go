package acksim

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

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
	region    string   // Of requests and of clusters that name none.
	known     []string // All that can own a cluster.
	identity  *identity.Services
	gateway   *gateway.Gateway
	rateLimit *gateway.RateLimiter // Nil when there is none.
	faults    *fault.Faults

	mu        sync.Mutex
	clusters  map[string]*cluster
	list      clusterList
	withdrawn []gateway.Withdrawal
	forbidden []gateway.Forbidden
	requests  history[Request]
	onRequest []func(Request)
	calls     history[identity.Call]
	onCall    []func(identity.Call)
}

// New returns a simulator that plays the scenario, or a *document.Error.
func New(plan *scenario.Scenario) (*Simulator, error) {
	if err := plan.Validate(); err != nil {
		return nil, err
	}
	services := identity.New(plan, time.Now())
	s := &Simulator{
		format:    plan.Format,
		region:    cmp.Or(plan.Region, scenario.DefaultRegion),
		known:     plan.Identities(),
		identity:  services,
		gateway:   gateway.New(services, operation.Routes()),
		rateLimit: gateway.NewRateLimiter(plan.RateLimit),
		faults:    fault.New(plan.FaultSeed, plan.Faults),
		clusters:  make(map[string]*cluster),
		list:      clusterList{spec: plan.ClusterList},
		withdrawn: slices.Clone(plan.Withdrawn),
		forbidden: slices.Clone(plan.Forbidden),
	}
	s.gateway.SetWithdrawn(plan.Withdrawn)
	for id, c := range plan.AllClusters() {
		s.clusters[id] = newCluster(id, s.region, c)
	}
	return s, nil
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Body != http.NoBody {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	}
	if service := s.identity.For(r); service != "" {
		s.identity.Serve(w, r, service, s.rememberCall)
		return
	}
	record := Request{
		Time:          time.Now(),
		Method:        r.Method,
		Path:          r.URL.EscapedPath(),
		Query:         r.URL.RawQuery,
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
	if claim.TaskID != "" {
		claim.ClusterID = s.ownerOf(claim.TaskID)
	}
	record.Operation, record.ClusterID, record.TaskID = claim.Operation, claim.ClusterID, claim.TaskID
	record.AccessKeyID, record.Identity = claim.AccessKeyID, claim.Identity
	if claim.Operation != "" {
		record.Region = scenario.RegionOf(r.Host)
	}
	if rejection == nil {
		applied = s.faults.ForRequest(claim.Operation, claim.ClusterID, s.Knows(claim.ClusterID))
		rejection = applied.Reject(record.Time, r.Header.Get(acs3.HeaderDate))
	}
	if rejection == nil && applied.Kind.InPlace() {
		responded, record.Code = applied.Respond(record.RequestID, r.Host)
		if record.Code == "" {
			record.RequestID = "" // A proxy has none.
		}
		return responded, applied
	}
	if rejection == nil {
		rejection = s.rateLimit.Allow(record.Time) // Only here is known whose quota it is.
	}
	if rejection == nil {
		responded, rejection = s.report(claim, r.URL.Query(), format, record)
	}
	if rejection == nil {
		return applied.Damage(responded), applied
	}
	record.Code = rejection.Code
	return rejection.Response("CS", record.RequestID, r.Host, format != response.JSON), applied
}

// report returns what the operation reports of the cluster or the region, or ACK's rejection.
func (s *Simulator) report(
	claim gateway.Claim, query url.Values, format response.Format, record *Request,
) (response.Response, *gateway.Rejection) {
	o, _ := operation.Named(claim.Operation) // The gateway lets no other pass.
	page, rejection := operation.ReadPage(query)
	if !o.Paged {
		page, rejection = operation.Page{Number: 1}, nil
	}

	if rejection := s.authorize(claim, o.RAM); rejection != nil {
		return response.Response{}, rejection
	}
	if o.OfRegion() {
		if rejection != nil {
			return response.Response{}, rejection
		}
		return format.Response(o.Action, o.RenderRegion(s.regionRequest(o, claim, page, record))), nil
	}
	s.mu.Lock()
	c, ok := s.clusters[claim.ClusterID]
	ok = ok && c.isIn(cmp.Or(record.Region, s.region)) && c.isVisibleTo(claim.Identity)
	if !ok || rejection != nil {
		s.mu.Unlock()
		if !ok {
			rejection = rejectSubject(claim)
		}
		return response.Response{}, rejection
	}
	step, render := c.report(o, operation.Request{Query: query, Page: page, RequestID: record.RequestID, Task: story.Task{ID: claim.TaskID}}, record)
	s.mu.Unlock()
	if step.HTTP != nil {
		record.RequestID = "" // A proxy knows of none.
		return step.HTTP.Response(), nil
	}
	if render == nil {
		return response.Response{}, rejectSubject(claim)
	}
	return format.Response(o.Action, render()), nil
}

// ownerOf returns the cluster that a task belongs to, now or later; empty when there is none. Of several, it is the first by its id.
func (s *Simulator) ownerOf(taskID string) (clusterID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, c := range s.clusters {
		if (clusterID == "" || id < clusterID) && c.story.Owns(taskID) {
			clusterID = id
		}
	}
	return clusterID
}

// rejectSubject is ACK's rejection of a cluster or a task that does not exist.
func rejectSubject(claim gateway.Claim) *gateway.Rejection {
	if claim.TaskID != "" {
		return gateway.RejectTask(claim.TaskID)
	}
	return gateway.RejectCluster(claim.ClusterID)
}

// authorize returns the rejection of a request that RAM does not allow, or nil.
func (s *Simulator) authorize(claim gateway.Claim, action string) *gateway.Rejection {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.forbidden {
		if rejection := f.Reject(claim, action); rejection != nil {
			return rejection
		}
	}
	return nil
}
