package upgrade

// Phase is the one-word reading of what the API says about a cluster's upgrade.
type Phase string

// The phases, in the order in which an upgrade can pass through them.
const (
	// PhaseIdle says that no upgrade is under way, and that none is known to have succeeded.
	PhaseIdle Phase = "idle"
	// PhaseRunning says that an upgrade is under way.
	PhaseRunning Phase = "running"
	// PhasePaused says that an upgrade is paused half-way. It does not resume by itself.
	PhasePaused Phase = "paused"
	// PhaseSucceeded says that the last upgrade has succeeded, and that a second field confirms it.
	PhaseSucceeded Phase = "succeeded"
	// PhaseFailed says that the last upgrade has failed or was cancelled.
	PhaseFailed Phase = "failed"
	// PhaseUnknown says that the response contains an unknown word where the phase hangs on it, or says nothing at all.
	PhaseUnknown Phase = "unknown"
)

// Phases returns every phase there is, in a fixed order.
func Phases() []Phase {
	return []Phase{PhaseIdle, PhaseRunning, PhasePaused, PhaseSucceeded, PhaseFailed, PhaseUnknown}
}

// Terminal reports whether no upgrade is under way. A paused cluster is half upgraded, so paused is not terminal, and
// unknown never is.
func (p Phase) Terminal() bool {
	return p == PhaseIdle || p == PhaseSucceeded || p == PhaseFailed
}

// underWay reports whether an upgrade has begun and not ended.
func (p Phase) underWay() bool { return p == PhaseRunning || p == PhasePaused }
