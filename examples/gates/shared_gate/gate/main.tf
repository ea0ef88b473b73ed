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

variable "region" {
  type = string
}

ephemeral "ackupgrade_status" "this" {
  cluster_id     = var.cluster_id
  region         = var.region
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

output "region" {
  description = "The cluster's region, once the gate is open. Feed a provider with it."
  value       = ephemeral.ackupgrade_status.this.region
  ephemeral   = true
}
