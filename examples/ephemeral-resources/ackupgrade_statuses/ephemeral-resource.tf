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

ephemeral "ackupgrade_statuses" "first_wave" {
  cluster_ids = [
    "c106f377e16f34eb1808d6b9362c9abcd",
    "c206f377e16f34eb1808d6b9362c9abcd",
  ]
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["succeeded"]
  enforce           = terraform.applying
}

resource "terraform_data" "second_wave" { # Stands for the upgrades that come after those of the first wave.
  depends_on = [ephemeral.ackupgrade_statuses.first_wave]
}
