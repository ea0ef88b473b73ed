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

check "no_upgrade_under_way" {
  data "ackupgrade_status" "this" {
    cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
  }

  assert {
    condition     = data.ackupgrade_status.this.terminal
    error_message = data.ackupgrade_status.this.summary
  }
}
