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

data "ackupgrade_clusters" "prod" { # Which clusters.
  tags = {
    env = "prod"
  }
}

ephemeral "ackupgrade_statuses" "gate" { # No upgrade under way in any of them.
  cluster_ids    = data.ackupgrade_clusters.prod.ids
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

resource "terraform_data" "rollout" { # Stands for what must not meet an upgrade.
  depends_on = [ephemeral.ackupgrade_statuses.gate]
}
