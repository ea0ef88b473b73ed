package ackupgrade_test

import data.ackupgrade

# Each plan of main.tf was made by a CLI during an upgrade.
test_the_upgrade_and_the_block_without_a_gate_are_denied if {
	every plan in data.plans {
		ackupgrade.deny with input as plan == {
			"provider alicloud.ungated has no upgrade gate",
			"data.ackupgrade_status.now: the phase was running when the plan was made",
		}
	}
}

test_the_phase_of_each_cluster_is_found if {
	every plan in data.plans {
		ackupgrade.phases with input as plan == {"data.ackupgrade_status.now": "running"}
	}
}

test_a_plan_with_every_block_gated_in_an_approved_phase_passes if {
	every plan in data.plans {
		gated := json.patch(plan, [
			{"op": "remove", "path": "/configuration/provider_config/alicloud.ungated"},
			{"op": "replace", "path": "/prior_state/values/root_module/resources/0/values/phase", "value": "idle"},
		])
		count(ackupgrade.deny) == 0 with input as gated
	}
}

test_there_is_a_plan_of_each_cli if {
	object.keys(data.plans) == {"terraform", "tofu"}
}
