// Package acksim simulates the part of Alibaba Cloud's ACK that this provider talks to: a gateway that checks every
// request as the real one does, and clusters whose upgrades follow a script. It also plays what hands out credentials:
// STS, an ECS instance's metadata service, and a credentials URI. One Simulator is all of them, told apart by what they
// are asked; see Service.
//
// It is for whoever has no Alibaba Cloud account, or wants an upgrade that fails on demand; the command cmd/acksim runs
// it on its own. It never weakens a check: what it accepts, the service accepts.
package acksim

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acs3"
)

// maxBody is how much of a request's body is read. The operation has none, but may be sent one that is signed.
const maxBody = 1 << 20

// Simulator plays a scenario. It is an http.Handler, safe for concurrent use, and takes the time from package time
// alone, so that it works in a testing/synctest bubble.
type Simulator struct {
	format    Format
	rateLimit *rateLimiter // Nil when there is none.

	mu        sync.Mutex
	keyring   keyring
	nonces    nonces
	timelines map[string]*timeline
	log       history[Request]
	onRequest func(Request)
	faults    *faults

	// What the services that hand out credentials play. All but the last group is only read.
	roles          map[string]Role
	oidc           oidcProvider
	metadata       *Metadata
	credentialsURI *CredentialsURI
	metadataKey    []byte // Signs the metadata service's tokens.

	stsNonces     nonces
	serviceFaults map[Service]serviceFault
	calls         history[Call]
	onCall        func(Call)
}

// New returns a simulator that plays the scenario, or a *ScenarioError.
func New(scenario *Scenario) (*Simulator, error) {
	if err := scenario.Validate(); err != nil {
		return nil, err
	}
	now := time.Now()
	s := &Simulator{
		format:         scenario.Format,
		rateLimit:      newRateLimiter(scenario.RateLimit),
		keyring:        newKeyring(scenario.AccessKeys, now),
		timelines:      make(map[string]*timeline),
		roles:          make(map[string]Role),
		oidc:           newOIDCProvider(scenario.OIDC, now),
		metadata:       clone(scenario.Metadata),
		credentialsURI: clone(scenario.CredentialsURI),
		metadataKey:    []byte(rand.Text()),
		serviceFaults:  make(map[Service]serviceFault),
		faults:         newFaults(scenario.FaultSeed, scenario.Faults),
	}
	for _, role := range scenario.Roles {
		role.Trusts = slices.Clone(role.Trusts)
		s.roles[role.ARN] = role
	}
	for id, cluster := range scenario.Clusters {
		s.timelines[id] = &timeline{steps: slices.Clone(cluster.Timeline)}
	}
	return s, nil
}

// SetTimeline gives a cluster, known or new, another timeline. It begins with the next request for the cluster: a test
// can so let an upgrade begin between a plan and its apply.
func (s *Simulator) SetTimeline(clusterID string, steps []Step) error {
	if err := checkTimeline(fieldOf("clusters", clusterID)+".timeline", steps); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.timelines[clusterID] = &timeline{steps: slices.Clone(steps)}
	return nil
}

// SetFaults has these faults strike from now on, instead of those before; none ends them all. Its error is a *ScenarioError.
func (s *Simulator) SetFaults(all ...Fault) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := checkFaults("faults", all, s.knows); err != nil {
		return err
	}
	s.faults.set(all)
	return nil
}

// knows reports whether there is such a cluster. The caller holds the lock.
func (s *Simulator) knows(clusterID string) bool {
	_, ok := s.timelines[clusterID]
	return ok
}

// strike returns what goes wrong with a request that has passed all checks.
func (s *Simulator) strike(clusterID string) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	draws := clusterID
	if !s.knows(clusterID) {
		draws = drawsOfStrangers // Else whoever makes up ids would make them be remembered.
	}
	return s.faults.strike(clusterID, draws, func(k FaultKind) bool { return !k.OfConnection() })
}

// strikeConnection returns what goes wrong with a connection that a server has accepted.
func (s *Simulator) strikeConnection(withTLS bool) Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.faults.strike("", drawsOfConnections, func(k FaultKind) bool { return k.OfConnection() && (withTLS || !k.OfTLS()) })
}

// Requests returns the newest 100,000 requests to ACK, oldest first. A request is there before its answer goes out. What
// the services that hand out credentials were asked is in Calls.
func (s *Simulator) Requests() []Request {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.all()
}

// DroppedRequests returns how many requests Requests no longer knows of.
func (s *Simulator) DroppedRequests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.dropped
}

// OnRequest has f called for each request to ACK from now on, before its answer goes out. Calls may be concurrent.
func (s *Simulator) OnRequest(f func(Request)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onRequest = f
}

// ServeHTTP implements http.Handler.
func (s *Simulator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxBody)
	if service, answer := s.serviceFor(r); service != "" {
		s.serve(w, r, service, answer)
		return
	}
	record := Request{
		Time:          time.Now(),
		Method:        clip(r.Method),
		Path:          clip(r.URL.EscapedPath()),
		Nonce:         clip(r.Header.Get(acs3.HeaderNonce)),
		UserAgent:     clip(r.UserAgent()),
		SecurityToken: r.Header.Get(acs3.HeaderSecurityToken) != "",
		RequestID:     newRequestID(),
	}
	answer, fault := s.answer(r, &record)
	record.Status, record.Fault = answer.status, fault.Kind

	s.mu.Lock()
	s.log.add(record)
	onRequest := s.onRequest
	s.mu.Unlock()
	if onRequest != nil {
		onRequest(record)
	}
	answer.deliver(w, r, fault)
}

// answer decides what r is answered with, and what goes wrong then, and completes its record.
func (s *Simulator) answer(r *http.Request, record *Request) (answer reply, fault Fault) {
	defer func() {
		if record.RequestID != "" {
			answer.header.Set(headerRequestID, record.RequestID)
		}
		fault.date(answer, record.Time)
	}()
	format := s.format.formatFor(r)
	clusterID, no := s.check(r, record)
	if no == nil {
		fault = s.strike(clusterID)
		no = fault.refuse(record, r.Header.Get(acs3.HeaderDate))
	}
	if no == nil && fault.Kind.inPlace() {
		return fault.answer(record, r.Host), fault
	}
	if no == nil {
		no = s.rateLimit.check(record.Time) // Only here is known whose quota it is.
	}
	if no == nil {
		step, ok := s.poll(clusterID, record)
		if ok {
			return fault.damage(step.reply(format)), fault
		}
		no = refuseCluster(clusterID)
	}
	record.Code = no.code
	return no.reply("CS", record.RequestID, r.Host, format != FormatJSON), fault
}

// poll asks the cluster's timeline, and reports false for a cluster that is not there.
func (s *Simulator) poll(clusterID string, record *Request) (Step, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	timeline, ok := s.timelines[clusterID]
	if !ok {
		return Step{}, false
	}
	step, index := timeline.poll(record.Time)
	record.Step, record.Phase = index+1, step.Phase
	if step.HTTP != nil {
		record.RequestID = "" // A proxy knows of none.
	}
	return step, true
}

// key returns the access key of the given id.
func (s *Simulator) key(id string) (sessionKey, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	key, ok := s.keyring.keys[id]
	return key, ok
}

// clone returns a shallow copy of what p points to, or nil.
func clone[T any](p *T) *T {
	if p == nil {
		return nil
	}
	c := *p
	return &c
}

// newRequestID returns a random UUID in capitals, as the gateway's request ids are.
func newRequestID() string {
	var b [16]byte
	_, _ = rand.Read(b[:])     // It never fails.
	b[6] = b[6]&0x0f | 4<<4    // Version 4: random.
	b[8] = b[8]&0x3f | 0b10<<6 // The variant of RFC 9562.
	return fmt.Sprintf("%X-%X-%X-%X-%X", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
