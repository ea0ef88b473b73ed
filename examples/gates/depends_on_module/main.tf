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

ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

module "workers" {
  source = "./workers"

  depends_on = [ephemeral.ackupgrade_status.gate]
}
