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

# Each account has a role that reads upgrades, and one that deploys. Both trust the account of the pipeline.
provider "ackupgrade" {
  alias  = "staging"
  region = "cn-hangzhou"
  assume_role {
    role_arn     = "acs:ram::1111111111111111:role/upgrade-reader"
    session_name = "pipeline"
  }
}

provider "ackupgrade" {
  alias  = "production"
  region = "cn-shanghai"
  assume_role {
    role_arn     = "acs:ram::2222222222222222:role/upgrade-reader"
    session_name = "pipeline"
  }
}

# One gate for each account: what is deployed to one does not wait for the other.
ephemeral "ackupgrade_status" "staging" {
  provider       = ackupgrade.staging
  cluster_id     = "c106f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-hangzhou"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

ephemeral "ackupgrade_status" "production" {
  provider       = ackupgrade.production
  cluster_id     = "c206f377e16f34eb1808d6b9362c9abcd"
  region         = "cn-shanghai"
  require_phases = ["idle", "succeeded"]
  enforce        = terraform.applying
}

provider "alicloud" {
  alias  = "staging"
  region = ephemeral.ackupgrade_status.staging.region
  assume_role {
    role_arn = "acs:ram::1111111111111111:role/deployer"
  }
}

provider "alicloud" {
  alias  = "production"
  region = ephemeral.ackupgrade_status.production.region
  assume_role {
    role_arn = "acs:ram::2222222222222222:role/deployer"
  }
}

module "staging" {
  source = "./workers"
  providers = {
    ackupgrade = ackupgrade.staging
    alicloud   = alicloud.staging
  }

  cluster_id  = "c106f377e16f34eb1808d6b9362c9abcd"
  vswitch_ids = ["vsw-bp1pbo9k3xh0q2r7wq1abcd"]
}

module "production" {
  source = "./workers"
  providers = {
    ackupgrade = ackupgrade.production
    alicloud   = alicloud.production
  }

  cluster_id  = "c206f377e16f34eb1808d6b9362c9abcd"
  vswitch_ids = ["vsw-uf6pbo9k3xh0q2r7wq1abcd"]
}

output "upgrades" {
  value = [module.staging.upgrade, module.production.upgrade]
}
