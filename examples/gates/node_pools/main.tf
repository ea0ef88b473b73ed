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

ephemeral "ackupgrade_status" "control_plane" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["succeeded"]
  enforce           = terraform.applying
}

provider "guarded" { # What needs no gate does not wait.
  region = "cn-hangzhou"
}

provider "guarded" {
  alias  = "after_control_plane"
  region = ephemeral.ackupgrade_status.control_plane.region
}

resource "guarded_thing" "network" { # Stands for alicloud_vswitch and the like.
  name = "network"
}

resource "guarded_thing" "workers" { # Stands for alicloud_cs_kubernetes_node_pool.
  provider = guarded.after_control_plane

  name = "workers"
}
