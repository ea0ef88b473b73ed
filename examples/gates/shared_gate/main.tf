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
  type    = string
  default = "c106f377e16f34eb1808d6b9362c9abcd"
}

module "gate" {
  source = "./gate"

  cluster_id = var.cluster_id
  region     = "cn-hangzhou"
}

provider "alicloud" {
  region = module.gate.region # Not depends_on = [module.gate]: OpenTofu does not open that gate at apply.
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = var.cluster_id
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
