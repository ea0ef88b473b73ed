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

variable "cluster_ids" {
  type = list(string)
}

data "ackupgrade_statuses" "fleet" {
  cluster_ids = var.cluster_ids
}

locals {
  by_phase  = data.ackupgrade_statuses.fleet.by_phase
  gate_open = length(local.by_phase) > 0 && length(setsubtract(keys(local.by_phase), ["idle", "succeeded"])) == 0
}

resource "alicloud_cs_managed_kubernetes" "second_wave" {
  name         = "production-3"
  cluster_spec = "ack.pro.small"
  version      = "1.33.3-aliyun.1"
  vswitch_ids  = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]

  lifecycle {
    precondition { # Does not begin before all upgrades have ended well.
      condition     = local.gate_open
      error_message = "Upgrade gate closed. Clusters by phase: ${jsonencode(local.by_phase)}"
    }
  }
}
