package acksim

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
)

// faults draws which requests and connections are struck, and by what.
type faults struct {
	seed  uint64
	all   []Fault               // After and Count are how many each still lets pass, and may still strike; -1 is no end.
	draws map[string]*rand.Rand // By cluster, and that of connections.
}

// The draws of connections, and of clusters that there are none of: no id is spelled so, because they are paths' segments.
const (
	drawsOfConnections = "/connections"
	drawsOfStrangers   = "/strangers"
)

func newFaults(seed uint64, all []Fault) *faults {
	f := &faults{seed: seed, draws: make(map[string]*rand.Rand)}
	f.set(all)
	return f
}

// set replaces the faults. The draws go on where they were.
func (f *faults) set(all []Fault) {
	f.all = slices.Clone(all)
	for i := range f.all {
		if f.all[i].Count == 0 {
			f.all[i].Count = -1
		}
	}
}

// strike returns the first fault that strikes a request for a cluster, whose draws are those of the given name, or a
// connection; one without a kind if none does. A kind that could not be played does not strike, and is not counted.
func (f *faults) strike(cluster, draws string, playable func(FaultKind) bool) Fault {
	for i := range f.all {
		switch fault := &f.all[i]; {
		case !playable(fault.Kind), fault.Cluster != "" && fault.Cluster != cluster, fault.Count == 0:
		case fault.After > 0:
			fault.After--
		case fault.Probability > 0 && f.draw(draws) >= fault.Probability:
		default:
			if fault.Count > 0 {
				fault.Count--
			}
			return *fault
		}
	}
	return Fault{}
}

// draw returns the next number of those drawn under a name. Each name has a row of its own, so that with the same seed the
// tenth request for a cluster fares the same, in whatever order those for different clusters come.
func (f *faults) draw(name string) float64 {
	r, ok := f.draws[name]
	if !ok {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(name))                 // It takes everything.
		r = rand.New(rand.NewPCG(f.seed, hash.Sum64())) //nolint:gosec // To be repeated is what these are for.
		f.draws[name] = r
	}
	return r.Float64()
}
