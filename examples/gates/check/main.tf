terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.220"
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

provider "alicloud" {
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

resource "alicloud_vswitch" "workers" { # May be touched in mid-upgrade, but not without a warning.
  vswitch_name = "workers-k"
  vpc_id       = "vpc-bp1aevy8sofi8mh1qabcd"
  cidr_block   = "172.16.0.0/24"
  zone_id      = "cn-hangzhou-k"
}
