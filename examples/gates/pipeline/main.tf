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

ephemeral "ackupgrade_status" "gate" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]
  enforce           = terraform.applying
}

provider "guarded" {
  region = ephemeral.ackupgrade_status.gate.region
}

resource "guarded_thing" "workers" {
  name = "workers"
}
