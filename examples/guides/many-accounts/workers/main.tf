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

variable "vswitch_ids" {
  type = list(string)
}

data "ackupgrade_status" "this" {
  cluster_id = var.cluster_id
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = var.cluster_id
  node_pool_name = "workers"
  vswitch_ids    = var.vswitch_ids
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}
