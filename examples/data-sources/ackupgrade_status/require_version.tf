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

data "ackupgrade_status" "this" {
  cluster_id      = "c106f377e16f34eb1808d6b9362c9abcd"
  require_phases  = ["idle", "succeeded"]
  require_version = ">= 1.33"
}

resource "terraform_data" "workers" { # Stands for whatever needs the new version.
  input = data.ackupgrade_status.this.current_version
}
