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

variable "image" {
  type    = string
  default = "aliyun_3_x64_20G"
}

resource "ackupgrade_wait" "gate" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"

  triggers = { # Waits again whenever one of these changes.
    image = var.image
  }

  timeouts {
    create = "90m"
    update = "90m"
  }
}

resource "terraform_data" "workers" { # Stands for whatever must not be created or updated in mid-upgrade.
  input = var.image

  depends_on = [ackupgrade_wait.gate]
}
