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

resource "terraform_data" "apply" { # Changes in every apply, so the data source below is read in every apply.
  input = timestamp()
}

data "ackupgrade_status" "gate" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"

  depends_on = [terraform_data.apply]
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3

  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.gate.phase)
      error_message = data.ackupgrade_status.gate.summary
    }
  }
}
