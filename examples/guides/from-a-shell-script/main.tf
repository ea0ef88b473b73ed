terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
  }
}

variable "cluster_id" {
  type = string
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

data "ackupgrade_status" "this" {
  cluster_id        = var.cluster_id
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]

  timeouts {
    read = "90m"
  }
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}
