package scenario

import _ "embed" // For the default scenario.

//go:embed default.json
var defaultScenario string

// Default returns the scenario that the command plays unless it is given another: one made-up key, a cluster in
// each phase, clusters whose upgrades go well, fail, pause, or take half a minute, and one of each credential service.
func Default() string { return defaultScenario }
