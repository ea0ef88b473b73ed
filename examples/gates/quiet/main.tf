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

ephemeral "ackupgrade_status" "gate" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]
  quiet_before      = "1h" # As long as the apply takes, and some more.
  enforce           = terraform.applying
}

resource "terraform_data" "workers" { # Stands for what must not meet an upgrade.
  depends_on = [ephemeral.ackupgrade_status.gate]
}
