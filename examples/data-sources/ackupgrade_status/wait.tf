terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

data "ackupgrade_status" "this" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  wait_for_terminal = true
  poll_interval     = "1m"

  timeouts {
    read = "90m"
  }
}

resource "terraform_data" "workers" { # Stands for alicloud_cs_kubernetes_node_pool and the like.
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.this.phase)
      error_message = data.ackupgrade_status.this.summary
    }
  }
}
