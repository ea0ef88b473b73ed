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

ephemeral "ackupgrade_status" "hangzhou" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

ephemeral "ackupgrade_status" "shanghai" {
  cluster_id     = "c2f0a4f6e3a1b4c8e9d7f6a5b4c3d2e1f"
  region         = "cn-shanghai"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

provider "alicloud" {
  alias  = "hangzhou"
  region = ephemeral.ackupgrade_status.hangzhou.region
}

provider "alicloud" {
  alias  = "shanghai"
  region = ephemeral.ackupgrade_status.shanghai.region
}

resource "alicloud_cs_kubernetes_node_pool" "hangzhou" {
  provider = alicloud.hangzhou

  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}

resource "alicloud_cs_kubernetes_node_pool" "shanghai" {
  provider = alicloud.shanghai

  cluster_id     = "c2f0a4f6e3a1b4c8e9d7f6a5b4c3d2e1f"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-uf6pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
