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

ephemeral "ackupgrade_status" "upgrade" {
  cluster_id         = "c106f377e16f34eb1808d6b9362c9abcd"
  region             = "cn-hangzhou"
  wait_for_terminal  = true
  wait_through_pause = true # Somebody resumes it. Without this, a pause ends the wait with an error.
  poll_interval      = "1m"
  require_phases     = ["succeeded"]
  require_version    = ">= 1.33" # The success of the upgrade before does not end the wait.
  enforce            = terraform.applying

  timeouts {
    open = "2h"
  }
}

provider "alicloud" {
  region = ephemeral.ackupgrade_status.upgrade.region
}

resource "alicloud_cs_kubernetes_addon" "csi" { # Needs Kubernetes 1.33.
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  name       = "csi-plugin"
}
