# acksim -tls -scenario scenario.json -- terraform test
mock_provider "alicloud" {} # No account. The gate itself is real, and reads the simulator.

run "the_module_waits_for_the_upgrade" {
  command = apply

  variables {
    cluster_id = "c-upgrading"
  }

  assert {
    condition     = alicloud_cs_kubernetes_node_pool.workers.node_pool_name == "workers"
    error_message = "The node pool was not created."
  }
}
