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

provider "ackupgrade" {
  region = "cn-hangzhou"
}

variable "cluster_id" {
  type = string
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id        = var.cluster_id
  region            = "cn-hangzhou"
  wait_for_terminal = true
  poll_interval     = "1s"
  require_phases    = ["idle", "succeeded"]
  enforce           = terraform.applying
}

provider "alicloud" {
  region = ephemeral.ackupgrade_status.gate.region
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = var.cluster_id
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
}
