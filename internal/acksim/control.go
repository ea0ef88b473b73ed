package acksim

import (
	"slices"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/fault"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
)

// SetTimeline gives a cluster, known or new, another timeline. It begins with the next request for the cluster: a test
// can so let an upgrade begin between a plan and its apply. What else the scenario says of a known cluster stays.
func (s *Simulator) SetTimeline(clusterID string, steps []scenario.Step) error {
	if err := scenario.CheckTimeline(document.Entry("clusters", clusterID)+".timeline", steps); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var spec scenario.Cluster
	if c, ok := s.clusters[clusterID]; ok {
		spec = c.spec
	}
	spec.Timeline = steps
	s.clusters[clusterID] = newCluster(clusterID, s.region, spec)
	return nil
}

// SetCluster puts a cluster in the place of one that is known, or adds one. Its timeline begins with the next request for it.
// Its error is a *document.Error.
func (s *Simulator) SetCluster(clusterID string, c scenario.Cluster) error {
	at := document.Entry("clusters", clusterID)
	if err := c.Check(at); err != nil {
		return err
	}
	if err := c.CheckVisibleTo(at, s.known); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clusters[clusterID] = newCluster(clusterID, s.region, c)
	return nil
}

// SetFaults makes these faults apply from now on, instead of those before; none ends them all. Its error is a
// *document.Error.
func (s *Simulator) SetFaults(all ...fault.Fault) error {
	if err := fault.CheckAll("faults", all, fault.Known{Cluster: s.Knows, Operations: operation.Names()}); err != nil {
		return err
	}
	s.faults.Set(all)
	return nil
}

// Withdraw withdraws an operation from now on, besides those that are withdrawn already. Its error is a *document.Error.
func (s *Simulator) Withdraw(name string) error {
	s.mu.Lock()
	others := slices.DeleteFunc(slices.Clone(s.withdrawn), func(w gateway.Withdrawal) bool { return w.Operation == name })
	s.mu.Unlock()
	return s.SetWithdrawn(append(others, gateway.Withdrawal{Operation: name})...)
}

// SetWithdrawn replaces the list of withdrawn operations; without arguments, no operation is withdrawn. Times and numbers of
// requests count from the beginning, as in a scenario. Its error is a *document.Error.
func (s *Simulator) SetWithdrawn(all ...gateway.Withdrawal) error {
	if err := gateway.CheckWithdrawals("withdrawn", all, operation.Names()); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.withdrawn = slices.Clone(all)
	s.gateway.SetWithdrawn(all)
	return nil
}

// SetForbidden makes these the operations that RAM does not allow, instead of those before; none allows all. Its error is a
// *document.Error.
func (s *Simulator) SetForbidden(all ...gateway.Forbidden) error {
	key := func(id string) bool { _, ok := s.identity.Key(id); return ok }
	known := gateway.Known{Operations: operation.Names(), Cluster: s.Knows, Key: key}
	if err := gateway.CheckForbidden("forbidden", all, known); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forbidden = slices.Clone(all)
	return nil
}

// Knows reports whether there is such a cluster.
func (s *Simulator) Knows(clusterID string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, ok := s.clusters[clusterID]
	return ok
}
