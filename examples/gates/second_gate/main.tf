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

ephemeral "ackupgrade_status" "first" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

provider "alicloud" {
  region = ephemeral.ackupgrade_status.first.region
}

resource "alicloud_cs_kubernetes_node_pool" "first" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "first"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}

ephemeral "ackupgrade_status" "second" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying

  depends_on = [alicloud_cs_kubernetes_node_pool.first] # Is opened only then.
}

provider "alicloud" {
  alias  = "second"
  region = ephemeral.ackupgrade_status.second.region
}

resource "alicloud_cs_kubernetes_node_pool" "second" {
  provider = alicloud.second

  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "second"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3

  depends_on = [alicloud_cs_kubernetes_node_pool.first]
}
