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

provider "guarded" {
  alias  = "hangzhou"
  region = ephemeral.ackupgrade_status.hangzhou.region
}

provider "guarded" {
  alias  = "shanghai"
  region = ephemeral.ackupgrade_status.shanghai.region
}

resource "guarded_thing" "hangzhou" {
  provider = guarded.hangzhou

  name = "workers"
}

resource "guarded_thing" "shanghai" {
  provider = guarded.shanghai

  name = "workers"
}
