terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

data "ackupgrade_tasks" "upgrades" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  kinds      = ["control_plane", "node_pool", "addon", "unclassified"]
}

locals {
  failed = [for task in data.ackupgrade_tasks.upgrades.tasks : task.id if task.phase == "failed" && task.id != null]
}

data "ackupgrade_task" "failed" {
  for_each = toset(slice(local.failed, 0, min(3, length(local.failed)))) # The newest three.

  task_id = each.value
}

output "reasons" {
  value = [for task in data.ackupgrade_task.failed : task.summary]
}

output "failed_nodes" {
  value = flatten([for task in data.ackupgrade_task.failed : task.failed_parts[*].data])
}
