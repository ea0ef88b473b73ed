terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.220"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

variable "cluster_id" {
  type = string
}

ephemeral "ackupgrade_status" "gate" {
  cluster_id = var.cluster_id
  region     = "cn-hangzhou"

  lifecycle {
    postcondition { # Not require_phases: expect_failures expects failed conditions, not errors of a provider.
      condition     = !terraform.applying || contains(["idle", "succeeded"], self.phase)
      error_message = "Upgrade gate closed." # A fixed text: the CLIs do not show one with an ephemeral value.
    }
  }
}

provider "alicloud" {
  region = ephemeral.ackupgrade_status.gate.region
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  cluster_id     = var.cluster_id
  node_pool_name = "workers"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
