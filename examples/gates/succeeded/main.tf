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

ephemeral "ackupgrade_status" "gate" {
  cluster_id        = "c106f377e16f34eb1808d6b9362c9abcd"
  wait_for_terminal = true
  require_phases    = ["succeeded"]
  enforce           = terraform.applying
}

resource "terraform_data" "addons" { # Stands for what needs the new version.
  depends_on = [ephemeral.ackupgrade_status.gate]
}
