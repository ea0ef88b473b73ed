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

provider "alicloud" {
  region = "cn-hangzhou"
}

locals {
  workers = { # Whatever of the node pool can change.
    node_pool_name = "workers"
    instance_type  = "ecs.g7.xlarge"
  }
}

resource "ackupgrade_wait" "gate" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  triggers   = local.workers # Waits in each apply that changes the node pool.

  timeouts {
    create = "90m"
    update = "90m"
  }
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = local.workers.node_pool_name
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = [local.workers.instance_type]
  desired_size   = 3

  depends_on = [ackupgrade_wait.gate]
}
