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

variable "first_wave" {
  type    = list(string)
  default = ["c106f377e16f34eb1808d6b9362c9abcd"]
}

variable "second_wave" {
  type    = list(string)
  default = ["c206f377e16f34eb1808d6b9362c9abcd"]
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

ephemeral "ackupgrade_statuses" "first_wave" {
  cluster_ids       = var.first_wave
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["succeeded"]
  require_version   = ">= 1.33"
  enforce           = terraform.applying

  timeouts {
    open = "4h"
  }
}

provider "alicloud" { # The second wave begins when every cluster of the first runs Kubernetes 1.33.
  alias  = "second_wave"
  region = ephemeral.ackupgrade_statuses.first_wave.region
}

resource "alicloud_cs_kubernetes_addon" "csi" {
  for_each = toset(var.second_wave)
  provider = alicloud.second_wave

  cluster_id = each.key
  name       = "csi-plugin"
}
