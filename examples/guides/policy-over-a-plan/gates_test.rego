package ackupgrade_test

import data.ackupgrade

# data.plans has a plan of main.tf from each CLI, made during an upgrade.
test_there_is_a_plan_of_each_cli if {
	object.keys(data.plans) == {"terraform", "tofu"}
}

test_the_upgrade_and_the_block_without_a_gate_are_denied if {
	every plan in data.plans {
		denied := ackupgrade.deny with input as plan
		denied == {
			"provider alicloud.ungated has no upgrade gate",
			"data.ackupgrade_status.now: the phase was running when the plan was made",
		}
	}
}

test_the_phase_of_each_cluster_is_found if {
	every plan in data.plans {
		found := ackupgrade.phases with input as plan
		found == {"data.ackupgrade_status.now": "running"}
	}
}

test_a_plan_with_every_block_gated_in_an_approved_phase_passes if {
	every plan in data.plans {
		good := json.patch(plan, [
			{"op": "remove", "path": "/configuration/provider_config/alicloud.ungated"},
			{"op": "replace", "path": "/prior_state/values/root_module/resources/0/values/phase", "value": "idle"},
		])
		denied := ackupgrade.deny with input as good
		count(denied) == 0
	}
}
