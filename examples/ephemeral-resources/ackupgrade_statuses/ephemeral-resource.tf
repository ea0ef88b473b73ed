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

ephemeral "ackupgrade_statuses" "first_wave" {
  cluster_ids = [
    "c106f377e16f34eb1808d6b9362c9abcd",
    "c206f377e16f34eb1808d6b9362c9abcd",
  ]
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["succeeded"]
  enforce           = terraform.applying
}

resource "alicloud_cs_managed_kubernetes" "second_wave" {
  name         = "production-3"
  cluster_spec = "ack.pro.small"
  version      = "1.33.3-aliyun.1"
  vswitch_ids  = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]

  depends_on = [ephemeral.ackupgrade_statuses.first_wave]
}
