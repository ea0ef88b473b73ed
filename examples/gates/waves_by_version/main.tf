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

data "ackupgrade_clusters" "first_wave" {
  tags = {
    wave = "1"
  }
}

ephemeral "ackupgrade_statuses" "first_wave" { # All of them upgraded, and on the new version.
  cluster_ids       = data.ackupgrade_clusters.first_wave.ids
  region            = "cn-hangzhou"
  wait_for_terminal = true
  require_phases    = ["idle", "succeeded"]
  require_version   = ">= 1.33"
  scope             = ["control_plane", "node_pools"]
  enforce           = terraform.applying
}

data "ackupgrade_clusters" "second_wave" { # Those that are still to be upgraded.
  require_version = "< 1.33"

  tags = {
    wave = "2"
  }
}

resource "terraform_data" "upgrade" { # Stands for what upgrades a cluster of the second wave.
  for_each   = toset(data.ackupgrade_clusters.second_wave.ids)
  depends_on = [ephemeral.ackupgrade_statuses.first_wave]
}
