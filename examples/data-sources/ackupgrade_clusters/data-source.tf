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

data "ackupgrade_clusters" "prod" {
  tags = {
    env = "prod"
  }
}

data "ackupgrade_statuses" "prod" {
  cluster_ids = data.ackupgrade_clusters.prod.ids
}

output "versions" {
  value = { for id, cluster in data.ackupgrade_clusters.prod.clusters : id => cluster.current_version }
}

output "by_phase" {
  value = data.ackupgrade_statuses.prod.by_phase
}
