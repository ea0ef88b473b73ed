terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.220"
    }
  }
}

variable "cluster_id" {
  type = string
}

data "ackupgrade_status" "this" {
  cluster_id = var.cluster_id
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = data.ackupgrade_status.this.cluster_id
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3

  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.this.phase)
      error_message = data.ackupgrade_status.this.summary
    }
  }
}
