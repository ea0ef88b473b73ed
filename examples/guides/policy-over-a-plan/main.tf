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

data "ackupgrade_status" "now" { # For the policy: the phase when the plan was made.
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

provider "alicloud" {
  region = ephemeral.ackupgrade_status.gate.region
}

provider "alicloud" {
  alias  = "ungated"
  region = "cn-hangzhou"
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}

resource "alicloud_cs_kubernetes_node_pool" "forgotten" { # The policy denies this one.
  provider = alicloud.ungated

  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "forgotten"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
