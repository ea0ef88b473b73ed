terraform {
  required_version = ">= 1.11" # Gates need Terraform 1.10 or OpenTofu 1.11.

  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0" # 0.1.1 and later, not 0.2.0: before 1.0, a minor version can change what you wrote.
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

data "ackupgrade_status" "this" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}
