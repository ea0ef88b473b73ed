package scenario

import (
	"fmt"
	"maps"
	"slices"
	"strconv"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/acksim/document"
)

// maxClusters is how many clusters a scenario can have.
const maxClusters = 30_000

// AllClusters returns all clusters of a valid scenario by their ids, with each one that has a count as many times.
func (s *Scenario) AllClusters() map[string]Cluster {
	all, _ := s.allClusters() // Validate has seen to that.
	return all
}

func (s *Scenario) allClusters() (map[string]Cluster, error) {
	all := make(map[string]Cluster, len(s.Clusters))
	for _, id := range slices.Sorted(maps.Keys(s.Clusters)) {
		c := s.Clusters[id]
		if c.Count == 0 {
			all[id] = c
		}
		if len(all)+c.Count > maxClusters {
			return nil, document.Errorf(document.Entry("clusters", id)+".count", "there are more than %d clusters: give fewer", maxClusters)
		}
		digits := len(strconv.Itoa(c.Count))
		for n := range c.Count {
			one, suffix := c, fmt.Sprintf("-%0*d", digits, n+1)
			if one.Count = 0; c.Name != "" {
				one.Name += suffix
			}
			if _, taken := s.Clusters[id+suffix]; taken {
				return nil, document.Errorf(document.Entry("clusters", id)+".count", "one of the clusters would be %q, which is there already: give one of them another id", id+suffix)
			}
			all[id+suffix] = one
		}
	}
	return all, nil
}
