package fault

import (
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
)

// Faults draws which requests and connections are affected, and by what. It is safe for concurrent use.
type Faults struct {
	mu    sync.Mutex
	seed  uint64
	all   []Fault               // After and Count are how many each still lets pass, and may still affect; -1 is no end.
	draws map[string]*rand.Rand // By cluster and operation, and that of connections.
}

// The draws of connections, and of unknown clusters: no id is spelled so, because an id is one segment of a path.
const (
	connections     = "/connections"
	unknownClusters = "/unknown-clusters"
)

// New returns the faults of a scenario.
func New(seed uint64, all []Fault) *Faults {
	f := &Faults{seed: seed, draws: make(map[string]*rand.Rand)}
	f.Set(all)
	return f
}

// Set replaces the faults. The draws go on where they were.
func (f *Faults) Set(all []Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = slices.Clone(all)
	for i := range f.all {
		if f.all[i].Count == 0 {
			f.all[i].Count = -1
		}
	}
}

// ForRequest returns what goes wrong with a request of an operation for a cluster, which is known to exist or not; a fault
// without a kind if nothing does.
func (f *Faults) ForRequest(operation, clusterID string, known bool) Fault {
	draws := clusterID
	if !known {
		draws = unknownClusters // Otherwise, requests with random ids would fill the memory.
	}
	return f.next(clusterID, draws+"/"+operation, func(fault *Fault) bool {
		return !fault.Kind.OfConnection() && (fault.Operation == "" || fault.Operation == operation)
	})
}

// ForConnection returns what goes wrong with a connection that a server has accepted.
func (f *Faults) ForConnection(withTLS bool) Fault {
	return f.next("", connections, func(fault *Fault) bool {
		return fault.Kind.OfConnection() && (withTLS || !fault.Kind.OfTLS())
	})
}

// next returns the first fault that applies to a request for a cluster, whose draws are those of the given name, or to a
// connection; one without a kind if none does. A fault that could not be played does not apply, and is not counted.
func (f *Faults) next(cluster, draws string, playable func(*Fault) bool) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i := range f.all {
		switch fault := &f.all[i]; {
		case !playable(fault), fault.Cluster != "" && fault.Cluster != cluster, fault.Count == 0:
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

// draw returns the next random number of a name. Each name has its own sequence, so that with the same seed the tenth request of an
// operation for a cluster is affected in the same way, in any order of other requests.
func (f *Faults) draw(name string) float64 {
	r, ok := f.draws[name]
	if !ok {
		hash := fnv.New64a()
		_, _ = hash.Write([]byte(name))                 // It takes everything.
		r = rand.New(rand.NewPCG(f.seed, hash.Sum64())) //nolint:gosec // To be repeated is what these are for.
		f.draws[name] = r
	}
	return r.Float64()
}
