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
  assume_role_with_oidc {} # Role, identity provider and token come from the job's variables.
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]
  enforce           = terraform.applying

  timeouts {
    open = "50m" # Less than the job's own time limit, and than the session of the role.
  }
}

provider "alicloud" {
  region = ephemeral.ackupgrade_status.gate.region
  assume_role_with_oidc {
    role_arn = "acs:ram::1234567890123456:role/deployer"
  }
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
