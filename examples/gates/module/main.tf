terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

variable "cluster_id" {
  type = string
}

data "ackupgrade_status" "this" {
  cluster_id = var.cluster_id
}

resource "terraform_data" "workers" { # Stands for alicloud_cs_kubernetes_node_pool and the like.
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.this.phase)
      error_message = data.ackupgrade_status.this.summary
    }
  }
}
