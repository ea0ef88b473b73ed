package fault

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// applied returns what goes wrong with a request for each given cluster in turn.
func applied(f *Faults, clusters ...string) (kinds []Kind) {
	for _, id := range clusters {
		kinds = append(kinds, f.next(id, id, func(*Fault) bool { return true }).Kind)
	}
	return kinds
}

func TestAFaultAppliesToItsClustersForItsCount(t *testing.T) {
	for name, test := range map[string]struct {
		faults   []Fault
		clusters []string
		want     []Kind
	}{
		"none": {nil, []string{"a"}, []Kind{""}},
		"the next two": {
			[]Fault{{Kind: Reset, Count: 2}}, []string{"a", "b", "a"}, []Kind{Reset, Reset, ""},
		},
		"those for one cluster": {
			[]Fault{{Kind: Reset, Cluster: "a", Count: 1}}, []string{"b", "a", "a"}, []Kind{"", Reset, ""},
		},
		"all": {
			[]Fault{{Kind: Slow}}, []string{"a", "b", "a"}, []Kind{Slow, Slow, Slow},
		},
		"from the third on": {
			[]Fault{{Kind: Reset, Cluster: "a", After: 2, Count: 1}}, []string{"a", "b", "a", "a", "a"}, []Kind{"", "", "", Reset, ""},
		},
		"one after the other": {
			[]Fault{{Kind: Reset, Count: 1}, {Kind: Slow, Count: 1}}, []string{"a", "a", "a"}, []Kind{Reset, Slow, ""},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, applied(New(0, test.faults), test.clusters...)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestTheSameSeedGivesTheSameFaultsInAnyOrderOfClusters(t *testing.T) {
	const requests = 1000
	chance := []Fault{{Kind: Reset, Probability: 0.2}}
	var inTurn, mixed, other []Kind
	f, g, h := New(7, chance), New(7, chance), New(8, chance)
	for range requests {
		inTurn = append(inTurn, applied(f, "a")...)
		mixed = append(mixed, applied(g, "b", "a", "c")[1])
		other = append(other, applied(h, "a")...)
	}
	if !slices.Equal(inTurn, mixed) || slices.Equal(inTurn, other) {
		t.Error("the draws of a cluster do not hang on the seed alone")
	}
	hits := 0
	for _, kind := range inTurn {
		if kind != "" {
			hits++
		}
	}
	if hits < 150 || hits > 250 {
		t.Errorf("%d of %d were affected, want a fifth", hits, requests)
	}
}
