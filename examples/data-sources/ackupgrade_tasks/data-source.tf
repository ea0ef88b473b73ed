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
  limit      = 20
}

output "upgrades" {
  value = [for task in data.ackupgrade_tasks.upgrades.tasks : "${task.type}: ${task.phase}"]
}

output "complete" {
  value = data.ackupgrade_tasks.upgrades.complete
}
