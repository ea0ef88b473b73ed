terraform {
  required_version = ">= 1.14"

  required_providers {
    ackupgrade = {
      source = "ackupgrade/ackupgrade"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

action "ackupgrade_wait" "gate" {
  config {
    cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"

    timeouts {
      invoke = "90m"
    }
  }
}

resource "terraform_data" "workers" { # Stands for whatever must not be created, updated or replaced in mid-upgrade.
  input = "workers"

  lifecycle {
    action_trigger {
      events  = [before_create, before_update]
      actions = [action.ackupgrade_wait.gate]
    }
  }
}
