terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
    guarded = {
      source = "example.com/test/guarded" # Stands for aliyun/alicloud.
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

provider "guarded" {
  region = "cn-hangzhou"
}

locals {
  workers = { # Whatever the node pool is made of.
    name = "workers"
  }
}

resource "ackupgrade_wait" "gate" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  triggers   = local.workers # Waits whenever the node pool is to change.

  timeouts {
    create = "90m"
    update = "90m"
  }
}

resource "guarded_thing" "workers" { # alicloud_cs_kubernetes_node_pool and the like.
  name = local.workers.name

  depends_on = [ackupgrade_wait.gate]
}
