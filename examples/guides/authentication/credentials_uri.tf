terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
  }
}

provider "ackupgrade" {
  region          = "cn-hangzhou"
  credentials_uri = "http://127.0.0.1:6666/credentials"
}

data "ackupgrade_status" "this" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}
