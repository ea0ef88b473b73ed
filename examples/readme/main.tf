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
  region = "cn-hangzhou" # Credentials as for alicloud: ALICLOUD_ACCESS_KEY, ALICLOUD_SECRET_KEY, roles, profiles ...
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]
  enforce           = terraform.applying # A plan reads once, warns, and never fails.
}

provider "alicloud" { # Whatever this provider does in an apply waits for the gate.
  region = ephemeral.ackupgrade_status.gate.region
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
