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
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  source     = "tasks" # DescribeClusterTasks and DescribeClusterDetail. GetUpgradeStatus is never requested.
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}

output "cluster" {
  value = "state ${data.ackupgrade_status.this.cluster_state}, version ${data.ackupgrade_status.this.current_version}"
}
