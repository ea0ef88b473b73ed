mock_provider "ackupgrade" {} # No account, no network.

mock_provider "alicloud" {}

variables {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
}

run "an_idle_cluster_lets_it_through" {
  command = plan

  override_data {
    target = data.ackupgrade_status.this
    values = {
      phase   = "idle"
      summary = "Idle, says the test."
    }
  }
}

run "an_upgrade_under_way_stops_it" {
  command = plan

  override_data {
    target = data.ackupgrade_status.this
    values = {
      phase   = "running"
      summary = "An upgrade is under way, says the test."
    }
  }

  expect_failures = [alicloud_cs_kubernetes_node_pool.workers]
}
