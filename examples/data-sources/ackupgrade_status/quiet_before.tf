terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

data "ackupgrade_status" "this" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  require_phases = ["idle", "succeeded"]
  quiet_before   = "1h"
}

resource "terraform_data" "workers" { # Stands for the resource that must not change during an upgrade.
  input = data.ackupgrade_status.this.cluster_id
}

output "next_upgrade" {
  value = coalesce(data.ackupgrade_status.this.planned_start, "none is planned")
}
