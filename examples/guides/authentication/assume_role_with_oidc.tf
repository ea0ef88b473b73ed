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

  assume_role_with_oidc {
    oidc_provider_arn = "acs:ram::1234567890123456:oidc-provider/ci"
    role_arn          = "acs:ram::1234567890123456:role/upgrade-reader"
    oidc_token_file   = "token.jwt"
  }
}

data "ackupgrade_status" "this" {
  cluster_id = "c106f377e16f34eb1808d6b9362c9abcd"
}

output "upgrade" {
  value = data.ackupgrade_status.this.summary
}
