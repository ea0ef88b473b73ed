package acksim

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/gateway"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/operation"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/scenario"
	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/story"
)

// clusterList is the list of a region's clusters, which moves while it is read. It is guarded by the simulator's lock.
type clusterList struct {
	spec  operation.ClusterList
	moved int
}

// regionRequest returns what the response of an operation about a region is rendered from. Such a request counts as no poll of a
// cluster, but it begins the timelines of the clusters that it reports.
func (s *Simulator) regionRequest(o operation.Operation, claim gateway.Claim, page operation.Page, record *Request) operation.RegionRequest {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := operation.RegionRequest{Page: page, RequestID: record.RequestID}
	if o.Paged && page.Number > 1 {
		s.moveList(claim, record.Time)
	}
	ids := s.clustersIn(claim)
	if o.Paged {
		ids, r.Page.Size, r.Total = s.list.spec.Page(ids, page)
	}
	for _, id := range ids {
		c := s.clusters[id]
		now := c.story.Look(record.Time)
		if o.Paged {
			now = c.story.Ago(now, s.list.spec.Lag)
		}
		r.Truths = append(r.Truths, c.story.At(now))
	}
	return r
}

// clustersIn returns the ids of the clusters that a request for a region finds, in their order.
func (s *Simulator) clustersIn(claim gateway.Claim) []string {
	ids := slices.Sorted(maps.Keys(s.clusters))
	return slices.DeleteFunc(ids, func(id string) bool {
		c := s.clusters[id]
		return !c.isIn(cmp.Or(claim.RegionID, s.region)) || !c.isVisibleTo(claim.Identity)
	})
}

// moveList moves the list of clusters, as the scenario says.
func (s *Simulator) moveList(claim gateway.Claim, now time.Time) {
	l := &s.list
	if l.spec.Moves == "" || l.spec.MovesCount > 0 && l.moved >= l.spec.MovesCount {
		return
	}
	l.moved++
	ids := s.clustersIn(claim)
	switch l.spec.Moves {
	case operation.MoveUp:
		if len(ids) > 0 {
			delete(s.clusters, ids[0])
		}
	case operation.MoveDown:
		id := fmt.Sprintf("0-created-%06d", 999_999-l.moved) // Before all others.
		c := newCluster(id, s.region, scenario.Cluster{Timeline: []scenario.Step{{Phase: story.Idle}}})
		c.story.Look(now)
		s.clusters[id] = c
	}
}
