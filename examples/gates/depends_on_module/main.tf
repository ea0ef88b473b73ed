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

module "workers" {
  source = "./workers"

  depends_on = [ephemeral.ackupgrade_status.gate]
}
