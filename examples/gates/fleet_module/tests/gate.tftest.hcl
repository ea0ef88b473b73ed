mock_provider "ackupgrade" {} # No account, no network.

mock_provider "alicloud" {}

variables {
  cluster_ids = ["c1", "c2"]
}

run "no_upgrade_under_way_opens_the_gate" {
  command = plan

  override_data {
    target = data.ackupgrade_statuses.fleet
    values = {
      by_phase = { idle = ["c1"], succeeded = ["c2"] }
    }
  }

  assert {
    condition     = local.gate_open
    error_message = "The gate is closed."
  }
}

run "one_cluster_in_mid_upgrade_closes_the_gate" {
  command = plan

  override_data {
    target = data.ackupgrade_statuses.fleet
    values = {
      by_phase = { idle = ["c1"], running = ["c2"] }
    }
  }

  expect_failures = [alicloud_cs_managed_kubernetes.second_wave]
}

run "without_values_the_map_is_empty_and_the_gate_closed" {
  command = plan

  expect_failures = [alicloud_cs_managed_kubernetes.second_wave]
}
