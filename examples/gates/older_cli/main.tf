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

resource "terraform_data" "apply" { # Changes in every apply, so the data source below is read in every apply.
  input = timestamp()
}

data "ackupgrade_status" "gate" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"

  depends_on = [terraform_data.apply]
}

resource "terraform_data" "workers" { # Stands for whatever must not be created or updated in mid-upgrade.
  lifecycle {
    precondition {
      condition     = contains(["idle", "succeeded"], data.ackupgrade_status.gate.phase)
      error_message = data.ackupgrade_status.gate.summary
    }
  }
}
