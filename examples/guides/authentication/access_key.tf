terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
  }
}

variable "access_key" {
  type = string
}

variable "secret_key" {
  type      = string
  sensitive = true
}

provider "ackupgrade" {
  access_key = var.access_key
  secret_key = var.secret_key
  region     = "cn-hangzhou"
}

data "ackupgrade_status" "this" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}
