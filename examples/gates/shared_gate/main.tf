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

variable "cluster_id" {
  type    = string
  default = "c106f377e16f34eb1808d6b9362c9abcd"
}

module "gate" {
  source = "./gate"

  cluster_id = var.cluster_id
  region     = "cn-hangzhou"
}

provider "guarded" {
  region = module.gate.region # Not depends_on = [module.gate]: OpenTofu does not open that gate at apply.
}

resource "guarded_thing" "workers" {
  name = "workers"
}
