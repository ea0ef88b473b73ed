# A policy over the JSON form of a plan: terraform show -json plan.bin
package ackupgrade

# The providers that must not change anything during an upgrade.
guarded := {"alicloud"}

# The phases in which a plan may be approved.
approved := {"idle", "succeeded"}

# A provider block is gated when one of its arguments comes from a gate, directly or as an output of a module named gate.
gated(block) if {
	some reference in references(block)
	startswith(reference, "ephemeral.ackupgrade_status")
}

gated(block) if {
	some reference in references(block)
	startswith(reference, "module.gate.")
}

references(block) := {reference |
	walk(object.get(block, "expressions", {}), [path, reference])
	is_string(reference)
	path[count(path) - 2] == "references"
}

# The provider blocks that the plan's changes use.
used contains resource.provider_config_key if {
	walk(input.configuration.root_module, [_, resource])
	resource.mode == "managed"
}

deny contains message if {
	some key, block in input.configuration.provider_config
	block.name in guarded
	key in used
	not gated(block)
	message := sprintf("provider %s has no upgrade gate", [key])
}

# Where each cluster stood when the plan was made, by the address of the data source.
phases[resource.address] := resource.values.phase if {
	walk(input.prior_state, [_, resource])
	resource.mode == "data"
	resource.type == "ackupgrade_status"
}

deny contains message if {
	some address, phase in phases
	not phase in approved
	message := sprintf("%s: the phase was %s when the plan was made", [address, phase])
}
