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

data "ackupgrade_task" "this" {
  task_id = "T-5fd211e924e1d00787000001"
}

output "task" {
  value = data.ackupgrade_task.this.summary
}

output "failed_parts" {
  value = data.ackupgrade_task.this.failed_parts
}
