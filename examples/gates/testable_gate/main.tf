terraform {
  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
    guarded = {
      source = "example.com/test/guarded" # Stands for aliyun/alicloud.
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

provider "guarded" {
  region = ephemeral.ackupgrade_status.gate.region
}

resource "guarded_thing" "workers" {
  name = "workers"
}
