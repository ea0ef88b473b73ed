terraform {
  required_providers {
    ackupgrade = {
      source  = "ackupgrade/ackupgrade"
      version = "~> 0.1.0"
    }
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.269" # The first version that has alicloud_cs_clusters.
    }
  }
}

provider "ackupgrade" {
  region = "cn-hangzhou"
}

provider "alicloud" {
  region = "cn-hangzhou"
}

data "alicloud_cs_clusters" "production" {
  name_regex = "^production-"
}

data "ackupgrade_statuses" "production" {
  cluster_ids = data.alicloud_cs_clusters.production.ids
  region      = "cn-hangzhou"
}

output "by_phase" {
  value = data.ackupgrade_statuses.production.by_phase
}
