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

data "ackupgrade_statuses" "fleet" {
  cluster_ids = [
    "c106f377e16f34eb1808d6b9362c9abcd",
    "c206f377e16f34eb1808d6b9362c9abcd",
  ]
}

output "upgrades" {
  value = [for status in data.ackupgrade_statuses.fleet.statuses : status.summary]
}

output "by_phase" {
  value = data.ackupgrade_statuses.fleet.by_phase
}
