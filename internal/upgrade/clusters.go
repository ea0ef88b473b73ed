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
	// clustersPerPage is the requested page size. No maximum is documented; official clients request the same.
	clustersPerPage = 100
	// maxClusterPages is the maximum number of pages that are read of the list of a region.
	maxClusterPages = 300
	// maxClusterPasses is the maximum number of attempts to read a list that changes while it is read.
	maxClusterPasses = 4
	// clusterPassDelay is the delay before the second pass. It grows with each further pass.
	clusterPassDelay = time.Second
)

// ListError is a list that could not be read to its end. An incomplete list would omit clusters or plans silently.
type ListError struct {
	// Operation is the operation that returned the list.
	Operation ack.Operation
	// Reason is the text of the error in the list.
	Reason string
	// Passes is the number of attempts to read the list.
	Passes int
	// RequestID is the request ID of the last response. It may be empty.
	RequestID string
}

// Error returns the operation and the reason.
func (e *ListError) Error() string { return fmt.Sprintf("%s: %s", e.Operation, e.Reason) }

// Clusters lists all clusters of a region, sorted by ID. It reads page after page, and starts again if the list has changed
// meanwhile. Its error is a *ListError, or wraps an *ack.RequestError.
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
		ack.Sleep(ctx, time.Duration(pass)*clusterPassDelay) // If ctx ends meanwhile, the next request returns the error.
	}
}

// clusterList is the result of one pass over the list of a region's clusters.
type clusterList struct {
	found map[string]ack.RegionCluster
	// total is the largest total count in a page, and least the smallest; -1 if no page has one.
	total, least int
	problem      string // Why the list may be incomplete; empty as long as it is consistent.
	requestID    string
}

// read reads the list to its end, or to the first inconsistency.
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

// add adds a page, and reports whether it was the last one.
func (l *clusterList) add(p *ack.RegionClusters) bool {
	if !p.Listed && (p.TotalCount != 0 || len(l.found) > 0) { // Otherwise it is an empty list.
		l.problem = "the response contains no list of clusters"
		return true
	}
	before := len(l.found)
	for _, c := range p.Clusters {
		l.found[c.ID] = c
	}
	// A number that is smaller than that of the clusters so far is not the total: some servers return the count of the page, or
	// zero.
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
	// After a full page, another one is requested even if the total is reached: the total may be that of the page.
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

// ClusterFilter selects clusters of a region. The zero value selects all.
type ClusterFilter struct {
	// Name must match the name of the cluster; nil matches any.
	Name *regexp.Regexp
	// Tags must be among the tags of the cluster, with the same values.
	Tags map[string]string
	// States and Profiles are the allowed states and profiles, in any letter case; empty means any.
	States, Profiles []string
	// Version is the required version of the cluster; nil is any version, including an unknown one.
	Version *Constraint
}

// Takes reports whether the filter selects a cluster.
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

// among reports whether a word is in the list, in any letter case, or the list is empty.
func among(words []string, word *string) bool {
	return len(words) == 0 || word != nil && slices.ContainsFunc(words, func(one string) bool {
		return strings.EqualFold(strings.TrimSpace(one), strings.TrimSpace(*word))
	})
}
