package story

import "slices"

// Phase is the phase of an upgrade.
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

// definitions is the table of all phases. The API has no state of a cluster for an upgrade that is paused or has failed.
var definitions = []definition{
	{Idle, "no upgrade so far: no task, state running", "running", "", false, true},
	{Running, "an upgrade is under way: task running, state upgrading", "upgrading", "running", false, false},
	{Paused, "an upgrade is paused until it is resumed: task paused, state upgrading", "upgrading", "paused", false, false},
	{
		Finishing, "the gap at an upgrade's end: task success and the new version, but still state upgrading",
		"upgrading", "success", true, false,
	},
	{Succeeded, "the last upgrade succeeded: task success, state running, the new version", "running", "success", true, true},
	{Failed, "the last upgrade failed: task failed with an error, state running, the old version", "running", "failed", false, true},
	{Unknown, "a state that is not documented: task rolling_back, state upgrading", "upgrading", "rolling_back", false, false},
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
