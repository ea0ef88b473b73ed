terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
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

resource "terraform_data" "second_wave" { # Stands for whatever must not begin before all upgrades have ended well.
  lifecycle {
    precondition {
      condition     = local.gate_open
      error_message = "Upgrade gate closed. Clusters by phase: ${jsonencode(local.by_phase)}"
    }
  }
}
