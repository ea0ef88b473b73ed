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

variable "gated" {
  description = "Whether an apply waits for the gate. False bypasses the gate, for an emergency."
  type        = bool
  default     = true
}

ephemeral "ackupgrade_status" "gate" {
  count = var.gated ? 1 : 0

  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou" # Set it: then it is known in a plan even where the id is not.
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]
  enforce           = terraform.applying # A plan reads once, warns, and never fails.

  timeouts {
    open = "90m"
  }
}

provider "alicloud" { # Whatever it does in an apply waits for the gate.
  region = var.gated ? ephemeral.ackupgrade_status.gate[0].region : "cn-hangzhou"
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
