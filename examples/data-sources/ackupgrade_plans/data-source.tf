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

data "ackupgrade_plans" "region" {}

output "planned" {
  value = [for plan in data.ackupgrade_plans.region.plans : "${plan.cluster_id}: ${plan.type}, ${plan.state}, expected to begin at ${plan.start_time}"]
}

output "complete" {
  value = data.ackupgrade_plans.region.complete
}
