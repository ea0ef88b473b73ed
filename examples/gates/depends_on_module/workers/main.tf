terraform {
  required_providers {
    alicloud = {
      source  = "aliyun/alicloud"
      version = "~> 1.220"
    }
  }
}

resource "alicloud_cs_kubernetes_node_pool" "workers" {
  count = 2

  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  node_pool_name = "workers-${count.index}"
  vswitch_ids    = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
  instance_types = ["ecs.g7.xlarge"]
  desired_size   = 3
}
