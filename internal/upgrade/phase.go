package upgrade

// Phase is the phase of a cluster's upgrade.
type Phase string

// The phases, in the order in which an upgrade can have them.
const (
	// PhaseIdle means that no upgrade is under way, and that none is known to have succeeded.
	PhaseIdle Phase = "idle"
	// PhaseRunning means that an upgrade is under way.
	PhaseRunning Phase = "running"
	// PhasePaused means that an upgrade is paused. It does not resume by itself.
	PhasePaused Phase = "paused"
	// PhaseSucceeded means that the last upgrade has succeeded, and that a second field confirms it.
	PhaseSucceeded Phase = "succeeded"
	// PhaseFailed means that the last upgrade has failed or was canceled.
	PhaseFailed Phase = "failed"
	// PhaseUnknown means that a field that determines the phase has an unknown value, or that all of them are missing.
	PhaseUnknown Phase = "unknown"
)

// Phases returns all phases, in a fixed order.
func Phases() []Phase {
	return []Phase{PhaseIdle, PhaseRunning, PhasePaused, PhaseSucceeded, PhaseFailed, PhaseUnknown}
}

// Terminal reports whether no upgrade is under way. The phases paused and unknown are not terminal: a paused cluster is partly
// upgraded.
func (p Phase) Terminal() bool {
	return p == PhaseIdle || p == PhaseSucceeded || p == PhaseFailed
}

// underWay reports whether an upgrade has started and not ended.
func (p Phase) underWay() bool { return p == PhaseRunning || p == PhasePaused }
