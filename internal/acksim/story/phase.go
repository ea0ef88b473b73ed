package story

import "slices"

// Phase is one word for where an upgrade stands.
type Phase string

// The phases that a step can name.
const (
	Idle      Phase = "idle"
	Running   Phase = "running"
	Paused    Phase = "paused"
	Finishing Phase = "finishing"
	Succeeded Phase = "succeeded"
	Failed    Phase = "failed"
	Unknown   Phase = "unknown"
)

// definition says what is true of a cluster in a phase.
type definition struct {
	phase Phase
	help  string
	// state is the cluster's state.
	state string
	// task is the state of the upgrade's task; empty when there is no task.
	task string
	// upgraded is whether the cluster runs the version that the upgrade is for.
	upgraded bool
	// over is whether the upgrade has ended: what follows, if anything, is another upgrade.
	over bool
}

// definitions is the table of all phases. In the API, no word of a cluster's state stands for an upgrade that is paused or
// has failed.
var definitions = []definition{
	{Idle, "nothing has ever been upgraded: no task, state running", "running", "", false, true},
	{Running, "an upgrade is under way: task running, state upgrading", "upgrading", "running", false, false},
	{Paused, "an upgrade waits for somebody to resume it: task paused, state upgrading", "upgrading", "paused", false, false},
	{
		Finishing, "the gap at an upgrade's end: task success and the new version, but still state upgrading",
		"upgrading", "success", true, false,
	},
	{Succeeded, "the last upgrade went well: task success, state running, the new version", "running", "success", true, true},
	{Failed, "the last upgrade failed: task failed with an error, state running, the old version", "running", "failed", false, true},
	{Unknown, "ACK uses a word that is not documented: task rolling_back, state upgrading", "upgrading", "rolling_back", false, false},
}

// Phases returns all phases, in a fixed order.
func Phases() []Phase {
	all := make([]Phase, len(definitions))
	for i, d := range definitions {
		all[i] = d.phase
	}
	return all
}

// Help says what is true of a cluster in this phase.
func (p Phase) Help() string { return p.definition().help }

func (p Phase) definition() definition {
	if i := slices.IndexFunc(definitions, func(d definition) bool { return d.phase == p }); i >= 0 {
		return definitions[i]
	}
	return definitions[0]
}
