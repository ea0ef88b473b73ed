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

ephemeral "ackupgrade_status" "control_plane" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["succeeded"]
  enforce           = terraform.applying
}

provider "alicloud" { # What needs no gate does not wait.
  region = "cn-hangzhou"
}

provider "alicloud" {
  alias  = "after_control_plane"
  region = ephemeral.ackupgrade_status.control_plane.region
}

resource "alicloud_vswitch" "workers" {
  vswitch_name = "workers-k"
  vpc_id       = "vpc-bp1aevy8sofi8mh1qabcd"
  cidr_block   = "172.16.0.0/24"
  zone_id      = "cn-hangzhou-k"
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  provider = alicloud.after_control_plane

  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = [alicloud_vswitch.workers.id]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
