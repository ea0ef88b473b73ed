terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
    kubernetes = {
      source  = "hashicorp/kubernetes"
      version = "~> 2.30"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

variable "host" {
  type = string
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

provider "kubernetes" {
  host = [var.host, ephemeral.ackupgrade_status.gate.id][0] # The value of var.host, once the gate is open.
}

resource "kubernetes_namespace_v1" "team" {
  metadata {
    name = "team"
  }
}
