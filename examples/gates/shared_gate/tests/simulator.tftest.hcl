# Terraform mocks no ephemeral resources, so this test runs against the simulator: acksim -tls -- terraform test
run "the_gate_opens_when_no_upgrade_is_under_way" {
  command = apply

  variables {
    cluster_id = "c-succeeded"
  }

  assert {
    condition     = alicloud_cs_kubernetes_node_pool.workers.node_pool_name == "workers"
    error_message = "The workers were not created."
  }
}
