package provider

import (
	"fmt"
	"strings"

	"github.com/ackupgrade/terraform-provider-ackupgrade/internal/upgrade"
)

// maxNamed is how many clusters of one cause are named.
const maxNamed = 10

// group is one or more findings of one cause: the first finding, and all clusters that have it.
type group struct {
	*finding
	clusters []string
}

// grouped puts findings of one cause together, in the order in which each cause was found first. Nil ones are left out.
func grouped(findings []*finding) []*finding {
	byCause := make(map[string]*group)
	var all []*group
	for _, f := range findings {
		if f == nil {
			continue
		}
		cause := f.common()
		g, ok := byCause[cause]
		if !ok {
			g = &group{finding: f}
			byCause[cause], all = g, append(all, g)
		}
		g.clusters = append(g.clusters, f.target.id)
	}
	merged := make([]*finding, len(all))
	for i, g := range all {
		merged[i] = g.merge()
	}
	return merged
}

// common is what findings of one cause have in common: the summary without the cluster ID, and the status and code of the response.
func (f *finding) common() string {
	if f.kind != "" {
		return f.kind
	}
	text := f.summary
	for _, fact := range f.facts {
		if fact.name == factResponse && strings.HasPrefix(fact.value, "HTTP ") {
			text += " " + fact.value
		}
	}
	id := f.target.id // Only as summaries name it: a word can be a cluster's id too.
	return strings.NewReplacer("cluster "+id, "cluster", "Cluster "+id, "Cluster").Replace(text)
}

// merge makes one finding of the group.
func (g *group) merge() *finding {
	if len(g.clusters) == 1 {
		return g.finding
	}
	f := *g.finding
	f.summary += fmt.Sprintf(" (and %s)", count(len(g.clusters)-1, "more cluster"))
	named := g.clusters[:min(len(g.clusters), maxNamed)]
	list := strings.Join(named, ", ")
	if more := len(g.clusters) - len(named); more > 0 {
		list += fmt.Sprintf(" and %d more", more)
	}
	f.cause += fmt.Sprintf(" %s have this error. The details are those of the first cluster.", count(len(g.clusters), "cluster"))
	f.facts = append([]fact{{"Clusters", list}}, f.facts...)
	return &f
}

// others adds the phases of the clusters without a finding.
func (f *finding) others(readings []*upgrade.Reading, findings []*finding) {
	var rest []*upgrade.Reading
	for i, r := range readings {
		if r != nil && findings[i] == nil {
			rest = append(rest, r)
		}
	}
	if len(readings) > 1 && len(rest) > 0 {
		f.facts = append(f.facts, fact{"Others", countPhases(rest)})
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
