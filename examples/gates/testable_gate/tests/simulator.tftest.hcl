# Run it against the simulator: acksim -tls -- terraform test
run "an_upgrade_under_way_closes_the_gate" {
  command = apply

  variables {
    cluster_id = "c-running"
  }

  expect_failures = [ephemeral.ackupgrade_status.gate]
}

run "the_gate_opens_when_the_upgrade_has_succeeded" {
  command = apply

  variables {
    cluster_id = "c-succeeded"
  }

  assert {
    condition     = alicloud_cs_kubernetes_node_pool.workers.node_pool_name == "workers"
    error_message = "The workers were not created."
  }
}
