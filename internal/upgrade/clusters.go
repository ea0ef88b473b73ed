package upgrade

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/ack"
)

const (
	// clustersPerPage is how many clusters are requested at a time. No maximum is documented; official clients request as many.
	clustersPerPage = 100
	// maxClusterPages bounds how far the list of a region is read.
	maxClusterPages = 300
	// maxClusterPasses is how often a list that changes while it is read is read from its beginning.
	maxClusterPasses = 4
	// clusterPassDelay is the time before the second pass. It grows with each further one.
	clusterPassDelay = time.Second
)

// ListError is a list that could not be read to its end. A shorter list would leave clusters or plans out silently.
type ListError struct {
	// Operation is the operation that lists.
	Operation ack.Operation
	// Reason says in words what is wrong with the list.
	Reason string
	// Passes is how often it was read from its beginning.
	Passes int
	// RequestID is that of the last response; it may be empty.
	RequestID string
}

// Error says which list it is, and what is wrong with it.
func (e *ListError) Error() string { return fmt.Sprintf("%s: %s", e.Operation, e.Reason) }

// Clusters lists all clusters of a region, by their ids. It reads page after page, and from the beginning again where the list has
// changed meanwhile. Its error is a *ListError, or wraps an *ack.RequestError.
func (r *Reader) Clusters(ctx context.Context, region string) ([]ack.RegionCluster, error) {
	for pass := 1; ; pass++ {
		list := clusterList{found: make(map[string]ack.RegionCluster), total: -1, least: -1}
		if err := list.read(ctx, r.api, region); err != nil {
			return nil, err
		}
		if list.problem == "" {
			return slices.SortedFunc(maps.Values(list.found), func(a, b ack.RegionCluster) int { return strings.Compare(a.ID, b.ID) }), nil
		}
		if pass == maxClusterPasses {
			return nil, &ListError{Operation: ack.DescribeClustersForRegion, Reason: list.problem, Passes: pass, RequestID: list.requestID}
		}
		ack.Sleep(ctx, time.Duration(pass)*clusterPassDelay) // If ctx ends meanwhile, the next request says so.
	}
}

// clusterList is what one pass over the list of a region's clusters has found.
type clusterList struct {
	found map[string]ack.RegionCluster
	// total is the largest number of clusters that a page has said there are, and least the smallest; -1 if none has.
	total, least int
	problem      string // Why the list is not known to be whole; empty as long as nothing is wrong.
	requestID    string
}

// read reads the list to its end, or to the point where something is wrong with it.
func (l *clusterList) read(ctx context.Context, api API, region string) error {
	for page := 1; page <= maxClusterPages; page++ {
		p, err := api.DescribeClustersForRegion(ctx, region, page, clustersPerPage)
		if err != nil {
			return err
		}
		l.requestID = p.RequestID
		if l.add(p) {
			return nil
		}
	}
	l.problem = fmt.Sprintf("the list has more than %d pages", maxClusterPages)
	return nil
}

// add takes in a page, and reports whether it was the last one.
func (l *clusterList) add(p *ack.RegionClusters) bool {
	if !p.Listed && (p.TotalCount != 0 || len(l.found) > 0) { // Else it stands for an empty list.
		l.problem = "the response contains no list of clusters"
		return true
	}
	before := len(l.found)
	for _, c := range p.Clusters {
		l.found[c.ID] = c
	}
	// A number that is smaller than that of the clusters so far is not the total: some servers count what is on the page, or nothing.
	if p.TotalCount >= len(l.found) {
		l.total = max(l.total, p.TotalCount)
		if l.least < 0 || p.TotalCount < l.least {
			l.least = p.TotalCount
		}
	}
	size := p.PageSize
	if size <= 0 || size > clustersPerPage {
		size = clustersPerPage
	}
	grows, all := len(l.found) > before, l.total >= 0 && len(l.found) >= l.total
	// A full page is followed by another request even where the total is reached: the total may be that of the page.
	if grows && (!all || len(p.Clusters) >= size) {
		return false
	}
	switch {
	case l.least != l.total:
		l.problem = fmt.Sprintf("the list changed while it was read: it had %d clusters, and then %d", l.least, l.total)
	case len(l.found) < l.total:
		l.problem = fmt.Sprintf("the list ends after %d of %d clusters", len(l.found), l.total)
	case !grows && len(p.Clusters) > 0 && l.total < 0:
		l.problem = "a page repeats the clusters of the pages before, and the response does not say how many clusters there are"
	}
	return true
}

// ClusterFilter says which clusters of a region to take. The zero value takes all.
type ClusterFilter struct {
	// Name has to match the name of the cluster; nil matches any.
	Name *regexp.Regexp
	// Tags have to be among the tags of the cluster, with the same values.
	Tags map[string]string
	// States and Profiles are those that the cluster may have, in any letter case; none means any.
	States, Profiles []string
	// Version is what the cluster has to run; nil is any version, also one that is not known.
	Version *Constraint
}

// Takes reports whether the filter takes a cluster.
func (f ClusterFilter) Takes(c ack.RegionCluster) bool {
	if f.Name != nil && (c.Name == nil || !f.Name.MatchString(*c.Name)) {
		return false
	}
	for key, value := range f.Tags {
		if got, ok := c.Tags[key]; !ok || got != value {
			return false
		}
	}
	if f.Version != nil && (c.CurrentVersion == nil || !f.Version.Allows(*c.CurrentVersion)) {
		return false
	}
	return among(f.States, c.State) && among(f.Profiles, c.Profile)
}

// among reports whether a word is one of those given, in any letter case, or none is given.
func among(words []string, word *string) bool {
	return len(words) == 0 || word != nil && slices.ContainsFunc(words, func(one string) bool {
		return strings.EqualFold(strings.TrimSpace(one), strings.TrimSpace(*word))
	})
}
