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

data "ackupgrade_task" "node_pool" {
  task_id            = "T-5fd211e924e1d00787000001"
  wait_for_terminal  = true
  wait_through_pause = true # A node pool can pause between two batches, as planned.
  require_phases     = ["succeeded"]

  timeouts {
    read = "2h"
  }
}

resource "terraform_data" "after_the_node_pool" { # Stands for what needs the upgraded nodes.
  depends_on = [data.ackupgrade_task.node_pool]
}
