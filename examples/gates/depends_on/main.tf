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
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

resource "terraform_data" "workers" { # Stands for whatever must not be created, updated or replaced in mid-upgrade.
  triggers_replace = "small"

  depends_on = [ephemeral.ackupgrade_status.gate]

  lifecycle {
    create_before_destroy = true # Otherwise a replacement deletes first, and meets the gate when it is too late.
  }
}
