// Package story knows what is true of a cluster at a moment: where its upgrade stands. It knows nothing of operations, which
// each report a part of it, and nothing of files.
package story

// Phase is one word for where an upgrade stands.
type Phase string

// The phases that a step can name.
const (
	Idle      Phase = "idle"      // Nothing has ever been upgraded.
	Running   Phase = "running"   // An upgrade is under way.
	Paused    Phase = "paused"    // An upgrade waits for somebody to resume it.
	Succeeded Phase = "succeeded" // The last upgrade went well.
	Failed    Phase = "failed"    // The last upgrade did not.
	Unknown   Phase = "unknown"   // ACK uses a word that is not documented.
)

// Phases returns all phases, in a fixed order.
func Phases() []Phase { return []Phase{Idle, Running, Paused, Succeeded, Failed, Unknown} }
