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

check "upgrade_is_over" {
  data "ackupgrade_status" "this" {
    cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  }

  assert {
    condition     = contains(["idle", "succeeded"], data.ackupgrade_status.this.phase)
    error_message = data.ackupgrade_status.this.summary
  }
}
